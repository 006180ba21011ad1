"""The demo city's words: enough of them, and people who do not all say the same."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date

import pytest
from django.utils.text import slugify

from bookings.services.demo import material, supply, weeks
from bookings.services.demo.material import bio_frames, details, draws, headlines, verdicts
from bookings.services.demo.names import name_of, origins
from bookings.services.demo.people import ANA, Population
from bookings.services.demo.places import City, area_of, said
from bookings.services.demo.topics import Topic, Topics, topic_of
from bookings.services.demo.voices import Bios, Voice, verdict
from instainstru.core import policy
from instainstru.core.policy import Place
from instructors.models import Category, Neighborhood, Subcategory, Subject
from instructors.services.reference_data import DATA

TODAY = date(2027, 3, 1)
AS_FEW_AS_ONE_PERCENT = 3  # of 300


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def topics() -> list[Topic]:
    return [
        topic_of(
            Subject(
                pk=number,
                slug=row["slug"],
                name=row["subject"],
                ages=row["ages"].split(","),
                places=row["formats"].split(","),
            ),
            group=Subcategory(slug=slugify(row["subcategory"])),
            category=Category(slug=slugify(row["category"])),
        )
        for number, row in enumerate(rows("catalogue.tsv"), 1)
    ]


@pytest.fixture(scope="module")
def city() -> City:
    neighborhoods = rows("neighborhoods.tsv")
    return City(
        area_of(Neighborhood(pk=number, code=row["code"], slug=row["slug"], name=row["name"]), borough=row["borough"])
        for number, row in enumerate(neighborhoods, 1)
    )


@pytest.fixture(scope="module")
def population(city: City) -> Population:
    return Population(seed=1, today=TODAY, password="hashed", city=city, topics=Topics(topics()))


@pytest.fixture(scope="module")
def teachers(population: Population):
    return [population.teacher(number) for number in range(300)]


def sentences(bio: str) -> frozenset[str]:
    return frozenset(re.split(r"(?<=[.?!]) ", bio))


@pytest.mark.parametrize("category", sorted({topic.category for topic in topics()}))
def test_each_category_has_words_of_its_own(category):
    frames = [frame for section in bio_frames(category).values() for frame in section]
    assert len(set(frames)) == len(frames) >= 40
    assert set(bio_frames(category)) == {"open", "middle", "close"}
    assert len(headlines(category)) >= 10
    own = set(verdicts("high", category)) - set(verdicts("high", ""))
    assert len(own) >= 12
    assert verdicts("mid", category)
    assert verdicts("low", category)


def test_no_frame_serves_two_categories():
    used = Counter(
        frame
        for category in {topic.category for topic in topics()}
        for section in bio_frames(category).values()
        for frame in section
    )
    assert used.most_common(1)[0][1] == 1


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.slug)
def test_each_subject_has_details_and_a_phrase(topic):
    assert len(details(subject=topic.slug, subcategory=topic.subcategory)) == 6
    assert topic.phrase
    assert supply.places_for(topic, (Place.ONLINE,))


def test_details_and_phrases_are_of_subjects_that_there_are():
    slugs = {topic.slug for topic in topics()}
    assert set(material.phrases()) <= slugs
    assert material.popular() <= slugs
    assert {row["of"] for row in material.table("details.tsv")} <= slugs | {topic.subcategory for topic in topics()}


def test_there_are_names_enough_and_nobody_shares_one():
    firsts = [first for names, _ in origins() for first in names]
    lasts = [last for _, names in origins() for last in names]
    assert len(set(map(slugify, firsts))) == len(firsts) >= 150
    assert len(set(map(slugify, lasts))) == len(lasts) >= 200
    everybody = [name_of(number, seed=1) for number in range(20_000)]
    assert len({name.email for name in everybody}) == 20_000
    assert max(map(len, {name.email for name in everybody})) < 60
    assert {"ana@example.com", "sam@example.com"}.isdisjoint(name.email for name in everybody)


def test_when_all_names_are_given_the_addresses_get_a_number():
    every = sum(len(firsts) for firsts, _ in origins()) * sum(len(lasts) for _, lasts in origins())
    assert re.fullmatch(r"\D+\.\D+1@example\.com", name_of(every + 7, seed=1).email)


def test_another_seed_names_other_people():
    assert [name_of(n, seed=1) for n in range(50)] == [name_of(n, seed=1) for n in range(50)]
    assert [name_of(n, seed=1) for n in range(50)] != [name_of(n, seed=2) for n in range(50)]


def test_of_300_bios_fewer_than_one_percent_share_more_than_half_their_sentences(teachers):
    bios = [sentences(teacher.bio) for teacher in teachers]
    alike = {
        number
        for number, bio in enumerate(bios)
        for other, against in enumerate(bios)
        if other != number and 2 * len(bio & against) > min(len(bio), len(against))
    }
    assert len(alike) < AS_FEW_AS_ONE_PERCENT


def test_even_their_frames_are_hardly_ever_the_same():
    bios, chosen = Bios(), draws(1)
    drawn = defaultdict(list)
    for number in range(300):
        category = ("music", "arts")[number % 2]  # far more of each than a city has
        drawn[category].append(set(bios.frames(category, chosen)))
    alike = [
        1
        for of_one in drawn.values()
        for number, bio in enumerate(of_one)
        if any(2 * len(bio & other) > min(len(bio), len(other)) for other in of_one[:number])
    ]
    assert len(alike) < 30


def test_words_are_filled_in_and_sentences_begin_with_capitals(teachers):
    for teacher in teachers:
        for text in (teacher.headline, teacher.bio, *(offered.description for offered in teacher.offered)):
            assert not re.search(r"[{}]|  |\bNone\b", text), text
            assert text[0].isupper() or text[0].isdigit(), text
            assert all(sentence[0].isupper() or sentence[0].isdigit() for sentence in sentences(text)), text
        assert 15 <= len(teacher.headline) <= 120
        assert 5 <= len(sentences(teacher.bio)) <= 7


def test_people_differ(teachers):
    assert len({teacher.headline for teacher in teachers}) > 270
    assert len({teacher.user.email for teacher in teachers}) == 300
    assert {teacher.home.borough for teacher in teachers} == {
        "Manhattan", "Brooklyn", "Queens", "the Bronx", "Staten Island",
    }  # fmt: skip
    assert {teacher.offered[0].topic.category for teacher in teachers} == {topic.category for topic in topics()}
    assert {len(teacher.offered) for teacher in teachers} == {1, 2, 3, 4}
    assert len({teacher.buffer_minutes for teacher in teachers}) == 7
    assert {teacher.guard for teacher in teachers} == {True, False}
    assert len({str(teacher.week.weekly) for teacher in teachers}) > 100
    same = [one.topic.category == teacher.offered[0].topic.category for teacher in teachers for one in teacher.offered]
    assert sum(same) > 0.9 * len(same)


def test_who_travels_serves_neighborhoods_around_home_and_who_does_not_none(teachers):
    for teacher in teachers:
        travels = any(Place.STUDENT in offered.prices for offered in teacher.offered)
        assert travels == bool(teacher.served)
        assert all(area.borough == teacher.home.borough for area in teacher.served)
        assert not teacher.served or teacher.home in teacher.served


def test_prices_lie_within_the_rules_and_manhattan_costs_more(teachers):
    by_borough = defaultdict(list)
    for teacher in teachers:
        for offered in teacher.offered:
            assert offered.lengths
            assert set(offered.lengths) <= set(policy.LENGTHS)
            assert set(offered.prices) <= set(offered.topic.places)
            for place, cents in offered.prices.items():
                assert policy.floor_cents(place) <= cents <= policy.CEILING_CENTS
                by_borough[teacher.home.borough].append(cents)
    mean = {borough: sum(prices) / len(prices) for borough, prices in by_borough.items()}
    assert max(mean, key=lambda borough: mean[borough]) == "Manhattan"


def test_no_price_leaves_the_bounds_however_much_is_asked(city):
    topic = next(topic for topic in topics() if topic.slug == "mcat")
    park_slope = city.by_slug["park-slope"]
    dear = supply.prices(topic, topic.places, home=park_slope, years=900, chosen=draws(1))
    assert set(dear.values()) == {policy.CEILING_CENTS}
    cheap = supply.prices(topic, topic.places, home=park_slope, years=-60, chosen=draws(1))
    assert cheap == {place: policy.floor_cents(place) for place in topic.places}


def test_hours_are_as_the_tables_want_them(teachers):
    for teacher in teachers:
        assert teacher.week.weekly
        for stretches in (*teacher.week.weekly.values(), *teacher.week.dated.values()):
            assert all(0 <= opens < closes <= 1440 and opens % 15 == closes % 15 == 0 for opens, closes in stretches)
            assert stretches == sorted(stretches)
        for day, stretches in teacher.week.dated.items():
            assert stretches != teacher.week.weekly.get(day.weekday(), [])
    assert any(not stretches for teacher in teachers for stretches in teacher.week.dated.values())
    assert any(stretches for teacher in teachers for stretches in teacher.week.dated.values())
    assert 60 < sum(bool(teacher.off) for teacher in teachers) < 200


def test_a_week_of_a_single_day_is_never_left_without_one():
    for seed in range(300):
        assert weeks.week(TODAY, draws(seed)).weekly


def test_ana_is_as_the_printed_sign_ins_promise(teachers):
    ana = teachers[0]
    assert (ana.user.email, ana.user.full_name, ana.home.slug) == (ANA, "Ana Ruiz", "park-slope")
    (piano,) = ana.offered
    assert (piano.topic.slug, piano.lengths, set(piano.prices)) == ("piano", (30, 45, 60, 90), set(Place))
    assert len(ana.week.weekly) == 7


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Carroll Gardens-Cobble Hill-Gowanus-Red Hook", "Carroll Gardens"),
        ("Upper West Side-Lincoln Square", "the Upper West Side"),
        ("Lower East Side", "the Lower East Side"),
        ("East Village", "the East Village"),
        ("Financial District-Battery Park City", "the Financial District"),
        ("Bushwick (West)", "Bushwick"),
        ("Co-op City", "Co-op City"),
        ("East Harlem (North)", "East Harlem"),
    ],
)
def test_neighborhoods_are_said_as_people_say_them(name, sentence):
    assert said(name) == sentence


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
def test_what_students_say_fits_its_column_and_repeats_itself_late(city, stars):
    home = city.by_slug["park-slope"]
    for topic in topics():
        chosen = draws(topic.slug, stars)
        voice = Voice(topic, chosen=chosen, name="Ana", years=25, home=home)
        already: set[str] = set()
        for _ in range(25):  # more than there are frames of some kinds
            text = verdict(topic.category, stars, voice, chosen, said=already)
            assert policy.REVIEW_LENGTHS[0] <= len(text) <= policy.REVIEW_LENGTHS[1]
            assert not re.search(r"[{}]", text)
