"""The way in: home, results, the catalogue as pages, suggestions while typing."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from instainstru.core import clock
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import Subject
from instructors.services import offers
from tests.factories import UserFactory, teaching
from tests.fixtures import NOON, TOMORROW, book
from tests.routes.html import Page

NIGHT = datetime(2027, 3, 1, 23, 30, tzinfo=NEW_YORK)
WARM_STATEMENTS = 6


@pytest.fixture
def city(noon):
    """Ana and Bo teach piano, Cy guitar in Astoria, Di piano in the evening at the student's place only."""
    people: dict[str, dict[str, Any]] = {
        "Ana": {},
        "Bo": {"prices": {Place.ONLINE: 9000}, "lengths": (60,)},
        "Cy": {"subject": "Guitar", "serves": ("Astoria",)},
        "Di": {"week": [[(18 * 60, 21 * 60)]] * 7, "prices": {Place.STUDENT: 12000}},
    }
    return {
        name: teaching(UserFactory.create(first_name=name, last_name="Teacher"), now=noon, **settings)
        for name, settings in people.items()
    }


def names(answer):
    """Who is on a page, in its order."""
    return re.findall(r'<a href="/instructors/(\w+)-t/">', answer.text)


def times(answer):
    """The addresses behind a page's time buttons."""
    return [link for link in Page(answer).links if link.startswith("/book/")]


# Home -----------------------------------------------------------------------------------------------------------------


def test_home_shows_who_is_free_in_the_next_hours_with_one_time_each(city, visit):
    answer = visit().get("/")
    assert "Free in the next 3 hours" in answer.text
    assert set(names(answer)) == {"ana", "bo", "cy"}
    assert len(times(answer)) == 3


def test_home_shows_one_of_each_category_first(city, noon, visit):
    for number in range(6):
        teaching(UserFactory.create(first_name=f"Zed{number}", last_name="Teacher"), now=noon)
    yoga = Subject.objects.get(slug="yoga")
    late = teaching(
        UserFactory.create(first_name="Yuki", last_name="Teacher"), now=noon, week=[[(14 * 60, 20 * 60)]] * 7
    )
    late.subject = yoga
    late.save()
    offers.publish(instructor_ids=[late.instructor_id])
    assert "yuki" in names(visit().get("/"))


def test_by_night_home_shows_the_first_times_of_the_morning(city, visit):
    with clock.at(NIGHT):
        answer = visit().get("/")
    assert "First thing tomorrow" in answer.text
    assert "date=2027-03-02&start=09:00" in " ".join(times(answer))
    with clock.at(NIGHT + timedelta(hours=4)):
        assert "First thing this morning" in visit().get("/").text


def test_a_lesson_that_is_booked_leaves_home_at_once(ana_teaches_piano, sam, noon, visit):
    before = times(visit().get("/"))
    book(sam, ana_teaches_piano, at="13:00", day=noon.date(), now=noon)
    after = times(visit().get("/"))
    assert len(before) == len(after) == 1
    assert before != after


def test_home_without_anybody_says_what_it_can(db, noon, visit):
    answer = visit().get("/")
    assert answer.status_code == 200
    assert times(answer) == []
    assert "How it works" in answer.text


def test_home_leads_to_results_for_what_is_taught(ana_teaches_piano, visit):
    links = Page(visit().get("/")).links
    assert "/instructors/?service=piano" in links
    assert "/instructors/?service=violin" not in links
    assert {"/subjects/", "/subjects/music/", "/subjects/dance/"} <= set(links)


# Results --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"ana", "bo", "cy", "di"}),
        ("service=piano", {"ana", "bo", "di"}),
        ("category=music", {"ana", "bo", "cy", "di"}),
        ("q=Piano", {"ana", "bo", "di"}),
        ("q=paino", {"ana", "bo", "di"}),
        ("q=music", {"ana", "bo", "cy", "di"}),
        ("neighborhood=park-slope&place=student_place", {"ana", "di"}),
        ("borough=brooklyn&place=student_place", {"ana", "cy", "di"}),
        ("place=online", {"ana", "bo", "cy"}),
        ("max_price=60", {"ana", "cy"}),
        ("max_price=59.99", set()),
        ("max_price=45&minutes=45", {"ana", "cy"}),
        (f"date={TOMORROW}&after=20:00", {"ana", "bo", "cy", "di"}),
        (f"date={TOMORROW}&after=20:15", set()),
        ("minutes=90", {"ana", "cy", "di"}),
        ("nonsense=1&utm_source=x", {"ana", "bo", "cy", "di"}),
    ],
)
def test_the_address_says_what_is_looked_for(city, visit, query, expected):
    answer = visit().get(f"/instructors/?{query}", follow=True)
    assert answer.status_code == 200
    shown = set(names(answer)) if expected else set()
    assert shown == expected
    if expected:
        assert f"{len(expected)} instructor" in answer.text
    else:
        assert "Nobody is free for all of this" in answer.text


@pytest.mark.parametrize("sort", ["best", "soonest", "price", "rating"])
def test_sorts_and_pages(city, visit, sort, monkeypatch):
    monkeypatch.setattr("instainstru.core.policy.RESULTS_A_PAGE", 3)
    first = visit().get(f"/instructors/?sort={sort}")
    (more,) = [link for link in Page(first).links if "cursor=" in link]
    second = visit().get(more)
    assert sorted([*names(first), *names(second)]) == ["ana", "bo", "cy", "di"]


def test_a_form_as_a_browser_sends_it_leads_to_a_short_address(city, visit):
    sent = {
        "what": "Piano",
        "where": "park-slope",
        "when": "tomorrow",
        "date": "",
        "after": "",
        "minutes": "60",
        "place": "online",
        "max_price": "",
        "sort": "best",
    }
    answer = visit().get("/instructors/", sent)
    assert answer.status_code == 302
    at = urlsplit(answer["Location"])
    assert at.path == "/instructors/"
    said = {"service": ["piano"], "neighborhood": ["park-slope"], "date": ["2027-03-02"], "place": ["online"]}
    assert parse_qs(at.query) == said
    assert set(names(visit().get(answer["Location"]))) == {"ana", "bo"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"what": "", "where": "", "when": ""}, {}),
        ({"what": "music", "where": "queens", "when": "today"}, {"category": "music", "borough": "queens"}),
        ({"what": "paino", "where": "", "when": ""}, {"q": "paino"}),
        ({"what": "", "where": "", "when": "date", "date": "2027-05-01"}, {"date": "2027-05-01"}),
        ({"what": "", "where": "", "when": "", "date": "2027-05-01"}, {}),
        ({"what": "", "where": "", "when": "", "max_price": "80.50", "after": "17:30"}, {"max_price": "80.50"}),
        ({"what": "guitar", "where": "", "when": "", "service": "piano"}, {"service": "guitar"}),
    ],
)
def test_words_become_an_address_and_stay_it(city, visit, sent, said):
    answer = visit().get("/instructors/", sent)
    got = {name: value for name, (value,) in parse_qs(urlsplit(answer["Location"]).query).items()}
    assert said.items() <= got.items()
    assert visit().get(answer["Location"]).status_code == 200


def test_a_word_that_nobody_has_is_left_out_and_said(city, visit):
    answer = visit().get("/instructors/?q=xqzzy")
    assert "Not understood, and left out: xqzzy" in " ".join(Page(answer).text.split())
    assert set(names(answer)) == {"ana", "bo", "cy", "di"}


def test_what_is_typed_is_shown_as_text_only(city, visit):
    for word in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 }}"):
        answer = visit().get("/instructors/", {"q": word})
        assert answer.status_code == 200
        assert word not in answer.text or "{" in word
        assert "<img" not in answer.text


def test_chips_take_one_filter_away(city, visit):
    page = Page(visit().get(f"/instructors/?service=piano&date={TOMORROW}&max_price=80&minutes=45&place=online"))
    assert f"/instructors/?date={TOMORROW}&minutes=45&place=online&max_price=80" in page.links
    assert "/instructors/?service=piano&minutes=45&place=online&max_price=80" in page.links
    assert f"/instructors/?service=piano&date={TOMORROW}&place=online&max_price=80" in page.links
    for said in ("Piano", "Tuesday 2 March", "45 minutes", "Online", "Up to $80"):
        assert said in page.text


def test_the_strip_of_days_keeps_the_rest(city, visit):
    page = Page(visit().get("/instructors/?service=piano"))
    for day in range(1, 8):
        assert f"/instructors/?service=piano&date=2027-03-0{day}" in page.links
    later = Page(visit().get("/instructors/?service=piano&date=2027-05-30"))
    assert "/instructors/?service=piano&date=2027-05-30" in later.links
    assert "/instructors/?service=piano&date=2027-05-31" not in later.links


def test_an_empty_list_says_what_one_filter_less_would_give(city, visit):
    answer = visit().get("/instructors/?service=piano&place=student_place&max_price=80&minutes=90")
    text = " ".join(Page(answer).text.split())
    assert "Nobody is free for all of this" in text
    assert "Without “Up to $80” 2 instructors" in text
    assert "Without “At your place” 0" not in text
    assert "Without “Piano”" not in text
    assert "/instructors/?service=piano&minutes=90&place=student_place" in Page(answer).links
    assert set(names(answer)) == {"ana", "di"}  # the nearest: without the price


def test_an_empty_list_that_no_one_filter_explains_begins_again(city, visit):
    answer = visit().get("/instructors/?service=violin&max_price=1&place=online")
    assert "Leaving out one thing does not help" in answer.text
    assert "/instructors/" in Page(answer).links


def test_a_city_without_instructors_says_so(db, noon, visit):
    assert "Nobody has opened hours so far" in visit().get("/instructors/").text


BAD = [
    *[("minutes", value) for value in ("x", "0", "7", "61", "-60", str(2**63), "9" * 5000, "\0")],
    *[("place", value) for value in ("moon", "ONLINE", "<b>", "\0")],
    *[("max_price", value) for value in ("x", "-1", "NaN", "Infinity", "1e999", "4000.01", "1.234", "9" * 5000, "\0")],
    *[("sort", value) for value in ("x", "-price", "\0")],
    *[("date", value) for value in ("x", "2027-02-30", "0001-01-01", "9999-12-31", "2027-02-28", "2027-05-31", "\0")],
    *[("after", value) for value in ("x", "25:00", "18:00:00", "6 PM", "\0")],
    *[(name, value) for name in ("service", "category") for value in ("nowhere", "x" * 61, "\0", "Piano", "' OR 1=1")],
    *[(name, value) for name in ("neighborhood", "borough", "where") for value in ("nowhere", "x" * 3000, "\0")],
    *[(name, value) for name in ("q", "what") for value in ("x" * 2_001, "\0", "a\0b")],
    *[(name, value) for name in ("audience", "level", "rating", "before", "min_price") for value in ("x", "\0")],
    *[(name, value) for name in ("date_from", "date_to") for value in ("x", "2027-02-30", "\0")],
    ("date_to", "2027-02-28"),
    ("date_from", "2027-05-31"),
    ("when", "yesterday"),
    *[("cursor", value) for value in ("x", "x" * 301, "\0")],
]


def test_a_query_with_anything_wrong_keeps_the_form_and_says_what(city, visit, subtests):
    for name, value in BAD:
        with subtests.test(f"{name}={value!r:.40}"):
            answer = visit().get("/instructors/", {"max_price": "77", name: value})
            assert answer.status_code == 422
            assert "thing to fix" in answer.text or "things to fix" in answer.text
            assert "errorlist" in answer.text or name == "cursor"
            if name != "max_price":
                assert 'value="77"' in answer.text


@pytest.mark.parametrize("query", ["q=%ED%A0%80", "what=%", "q=_", "service=", "date=", "cursor=", "q=%F0%9F"])
def test_a_query_that_is_odd_is_answered(city, visit, query):
    assert visit().get(f"/instructors/?{query}", follow=True).status_code == 200


def test_a_cursor_of_another_order_is_refused(city, visit, monkeypatch):
    monkeypatch.setattr("instainstru.core.policy.RESULTS_A_PAGE", 1)
    (more,) = [link for link in Page(visit().get("/instructors/?sort=price")).links if "cursor=" in link]
    assert visit().get(more.replace("sort=price", "sort=soonest")).status_code == 422


# htmx -----------------------------------------------------------------------------------------------------------------

HTMX = {"HX-Request": "true", "HX-Target": "results"}


def test_htmx_gets_the_list_alone_and_a_count_for_the_live_region(city, visit):
    answer = visit().get("/instructors/?service=piano", headers=HTMX)
    assert "<html" not in answer.text
    assert '<div id="results">' in answer.text
    assert 'hx-swap-oob="innerHTML:#found"' in answer.text
    assert "HX-Request" in answer["Vary"]
    assert "3 instructors" in answer.text


def test_htmx_gets_the_whole_page_where_the_form_must_change(city, visit):
    answer = visit().get("/instructors/?max_price=x", headers=HTMX)
    assert answer.status_code == 422
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#main", "#main")
    assert 'id="search"' in answer.text


# Suggestions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["q", "what"])
def test_suggestions_are_choices_that_hold_what_was_typed(db, visit, name):
    answer = visit().get("/suggest", {name: "keybo"})
    assert '<option value="Piano" label="Piano, for “keybo”">' in answer.text
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "<html" not in answer.text


@pytest.mark.parametrize("typed", ["", " ", "\0", "x" * 5000, "%", "_", "\\", "<b>", "'"])
def test_suggestions_for_anything(db, visit, typed):
    answer = visit().get("/suggest", {"q": typed})
    assert answer.status_code == 200
    assert "<b>" not in answer.text


# The catalogue --------------------------------------------------------------------------------------------------------


def test_subjects_have_real_counts_and_lead_on_only_where_somebody_teaches(city, visit):
    answer = visit().get("/subjects/")
    page, text = Page(answer), " ".join(Page(answer).text.split())
    assert "Piano 3" in text
    assert "Guitar 1" in text
    assert "/subjects/music/piano/" in page.links
    assert "/subjects/music/violin/" not in page.links
    assert "4 instructors" in text


def test_counts_follow_who_teaches(city, noon, visit, django_capture_on_commit_callbacks):
    assert "Piano 3" in " ".join(Page(visit().get("/subjects/")).text.split())
    with django_capture_on_commit_callbacks(execute=True):
        teaching(UserFactory.create(first_name="Eva"), now=noon)
    assert "Piano 4" in " ".join(Page(visit().get("/subjects/")).text.split())


def test_a_subject_has_its_page(city, visit):
    answer = visit().get("/subjects/music/piano/")
    text = " ".join(Page(answer).text.split())
    assert "<title>" in answer.text
    assert "Piano lessons in New York" in text
    assert "3 instructors, from $60 an hour" in text
    assert "Brooklyn 2" in text
    assert "/subjects/music/piano/brooklyn/" in Page(answer).links
    assert set(names(answer)) == {"ana", "bo", "di"}
    assert re.search(r'<link rel="canonical" href="http[^"]+/subjects/music/piano/">', answer.text)


def test_a_subject_that_nobody_teaches_says_so(city, visit):
    answer = visit().get("/subjects/music/violin/")
    assert answer.status_code == 200
    assert "Nobody teaches this here yet" in answer.text


def test_a_category_has_its_page(city, visit):
    answer = visit().get("/subjects/music/")
    assert "Music lessons in New York" in answer.text
    assert set(names(answer)) == {"ana", "bo", "cy", "di"}
    assert "/subjects/music/piano/" in Page(answer).links


def test_who_is_free_only_later_is_found_on_a_later_day(noon, visit):
    teaching(UserFactory.create(first_name="Ana", last_name="Teacher"), now=noon, week=[[]] * 7)
    assert "Nobody is free in the next two weeks" in visit().get("/subjects/music/piano/").text


@pytest.mark.parametrize(
    "address",
    ["/subjects/nothing/", "/subjects/music/nothing/", "/subjects/dance/piano/", "/subjects/%00/", "/subjects/MUSIC/"],
)
def test_an_unknown_line_is_404(db, visit, address):
    assert visit().get(address).status_code == 404


# What it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/instructors/",
        "/instructors/?service=piano&neighborhood=park-slope&sort=soonest",
        "/instructors/?q=paino+tomorrow+after+5",
        "/instructors/?category=music&facets=1",
        "/instructors/?service=piano&place=student_place&max_price=80&minutes=90",  # empty
        "/subjects/",
        "/subjects/music/",
        "/subjects/music/piano/",
    ],
)
def test_statements_signed_in_and_warm(
    city, ana_teaches_piano, sam, ana, visit, address, django_assert_max_num_queries
):
    for person in (sam, ana):
        browser = visit(person)
        browser.get(address)
        with django_assert_max_num_queries(WARM_STATEMENTS):
            assert browser.get(address).status_code == 200


@pytest.mark.parametrize("query", ["", "service=piano&facets=1", "q=patient+piano+tomorrow+after+5&facets=1"])
def test_numbers_that_are_a_minute_old_are_counted_again_within_the_same_statements(
    city, sam, visit, query, django_assert_max_num_queries
):
    browser = visit(sam)
    with clock.at(NOON):
        browser.get(f"/instructors/?{query}")
    with clock.at(NOON + timedelta(minutes=2)), django_assert_max_num_queries(WARM_STATEMENTS):
        assert browser.get(f"/instructors/?{query}").status_code == 200


def test_by_night_home_costs_no_more(city, sam, visit, django_assert_max_num_queries):
    browser = visit(sam)
    with clock.at(NIGHT):
        browser.get("/")
        with django_assert_max_num_queries(WARM_STATEMENTS):
            browser.get("/")


@pytest.mark.parametrize("address", ["/", "/instructors/", "/subjects/", "/subjects/music/", "/subjects/music/piano/"])
def test_pages_are_asked_for_anew_each_time(city, visit, address):
    assert visit().get(address)["Cache-Control"] == "private, no-cache"
