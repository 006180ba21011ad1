"""Results: plain words, chips, facets with counts, days with numbers, and why."""

from typing import Any

import pytest
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Service
from instructors.services import offers
from tests.factories import UserFactory, teaching
from tests.fixtures import TOMORROW
from tests.routes.html import Page
from tests.routes.test_browse import HTMX, names

WORDS = "piano for my 8 year old in Park Slope under $90 tomorrow after 5"
EXPLICIT = "service=piano&neighborhood=park-slope&date=2027-03-02&after=17:00&max_price=90&audience=kids"


@pytest.fixture
def city(noon):
    """Ana and Bo teach piano, Ana in Park Slope too; Cy guitar in Inwood, in the evening only."""
    people: dict[str, dict[str, Any]] = {
        "Ana": {},
        "Bo": {"prices": {Place.ONLINE: 9500}},
        "Cy": {"subject": "Guitar", "serves": ("Inwood",), "week": [[(18 * 60, 21 * 60)]] * 7},
    }
    return {
        name: teaching(UserFactory.create(first_name=name, last_name="Teacher"), now=noon, **settings)
        for name, settings in people.items()
    }


def words_of(answer):
    return " ".join(Page(answer).text.split())


def test_plain_words_are_understood_and_shown_as_chips(city, visit):
    answer = visit().get("/instructors/", {"q": WORDS})
    assert names(answer) == ["ana"]
    text = words_of(answer)
    for said in ("Piano", "Park Slope", "Kids", "Tuesday 2 March", "From 5 PM", "Up to $90"):
        assert f"Remove filter: {said}" in text
    assert f'value="{WORDS}"' in answer.text.replace("&#x27;", "'")


def test_a_chip_leads_to_the_same_in_single_parameters_without_it(city, visit):
    links = Page(visit().get("/instructors/", {"q": WORDS})).links
    without_price = EXPLICIT.replace("&max_price=90", "").replace(":", "%3A")
    assert f"/instructors/?{without_price}" in links


def test_single_parameters_win_over_words(city, visit):
    answer = visit().get("/instructors/", {"q": "guitar online", "service": "piano"})
    assert set(names(answer)) == {"ana", "bo"}
    assert "Remove filter: Online" in words_of(answer)


def test_words_that_nobody_understands_are_searched_as_text(city, noon, visit):
    InstructorProfile.objects.filter(user__first_name="Bo").update(headline="Chopin, from the first lesson")
    offers.publish(instructor_ids=[city["Bo"].instructor_id])
    answer = visit().get("/instructors/", {"q": "piano chopin zzyzx"})
    assert names(answer) == ["bo"]
    text = words_of(answer)
    assert "Not understood, and left out: zzyzx" in text
    assert "Says “chopin”" in text, text[-700:]


def test_a_form_whose_fields_nobody_touched_keeps_the_words(city, visit):
    sent = {"q": WORDS, "heard": WORDS, "where": "park-slope", "when": "tomorrow", "after": "17:00", "minutes": "60"}
    kept = {"max_price": "90", "audience": "kids", "place": "", "sort": "best", "date": ""}
    answer = visit().get("/instructors/", {**sent, **kept})
    assert answer["Location"] == visit().get("/instructors/", {"q": WORDS}).wsgi_request.get_full_path()


def test_a_field_that_was_changed_wins_over_the_words_that_filled_it(city, visit):
    sent = {"q": WORDS, "heard": WORDS, "where": "", "when": "tomorrow", "after": "17:00", "minutes": "60"}
    answer = visit().get("/instructors/", {**sent, "max_price": "90", "audience": "kids"})
    assert "neighborhood" not in answer["Location"]
    assert "service=piano" in answer["Location"]
    assert "after=17%3A00" in answer["Location"]


def test_new_words_win_over_fields_that_old_words_filled(city, visit):
    sent = {"q": "piano friday", "heard": "piano tomorrow", "where": "", "when": "tomorrow", "minutes": "90"}
    answer = visit().get("/instructors/", sent)
    assert answer["Location"] == "/instructors/?q=piano+friday&minutes=90"


def test_facets_come_with_the_page_where_they_are_asked_for_or_at_hand(city, visit):
    first = visit().get("/instructors/?service=piano")
    assert 'hx-get="/instructors/search/facets/?service=piano"' in first.text
    assert "/instructors/?service=piano&facets=1" in Page(first).links
    whole = visit().get("/instructors/?service=piano&facets=1")
    assert "Online 2" in words_of(whole)
    assert "/instructors/?service=piano&place=online" in Page(whole).links
    assert "Online 2" in words_of(visit().get("/instructors/?service=piano"))  # kept for a minute


def test_a_choice_that_is_made_leads_back(city, visit):
    answer = visit().get("/instructors/?service=piano&place=online&facets=1")
    page = Page(answer)
    assert "/instructors/?service=piano" in page.links
    assert "/instructors/?service=piano&place=student_place" in page.links  # its own filter is left out
    assert "At your place 1" in words_of(answer)


def test_the_days_say_how_many(city, visit):
    text = visit().get("/instructors/?category=music&after=18:00&facets=1").text
    assert 'aria-label="Tuesday 2 March, 3 instructors"' in text


def test_the_fragment_is_for_htmx_and_leads_others_to_the_page(city, visit):
    answer = visit().get("/instructors/search/facets/?service=piano", headers=HTMX)
    assert "<html" not in answer.text
    assert 'id="narrow"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    led = visit().get("/instructors/search/facets/?service=piano")
    assert led["Location"] == "/instructors/?service=piano&facets=1"


def test_the_map_is_a_list_of_links_with_counts(city, visit):
    page = Page(visit().get("/instructors/?service=guitar&place=student_place&facets=1"))
    assert "Inwood 1" in " ".join(page.text.split())
    assert "/instructors/?service=guitar&neighborhood=inwood&place=student_place" in page.links


def test_several_places_and_days_stay_in_the_form(city, visit):
    asked = "/instructors/?neighborhood=park-slope,inwood&date_from=2027-03-02&date_to=2027-03-04&place=student_place"
    answer = visit().get(asked)
    assert set(names(answer)) == {"ana", "cy"}
    assert "Park Slope, Inwood" in words_of(answer)
    assert 'name="date_from" value="2027-03-02"' in answer.text
    form = answer.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name not in ("cursor", "service", "category")}
    assert visit().get("/instructors/", sent)["Location"] == asked.replace(",", "%2C")


def test_each_card_says_why_it_is_there(city, visit):
    text = words_of(visit().get("/instructors/?service=piano&neighborhood=park-slope&max_price=95"))
    assert "Why here: Free today at 1:00 PM · New here" in text
    assert "Why here: Free today at 1:00 PM · Park Slope · $15 under your limit · New here" in text


def test_how_we_rank_is_a_page_with_the_policys_numbers(db, visit):
    text = words_of(visit().get("/how-we-rank/"))
    assert "Soon The next free time: all for now, none from 7 days on. up to 30" in text
    assert "the first 300" in text


def test_start_times_on_a_card_lie_apart(city, visit):
    links = [link for link in Page(visit().get("/instructors/?service=piano&place=online")).links if "/book/" in link]
    assert [link.partition("start=")[2][:5] for link in links[:4]] == ["13:00", "13:30", "14:00", "14:30"]


def test_nobody_that_day_shows_the_next_times(city, noon, visit):
    service = Service.objects.get(pk=city["Cy"].pk)
    answer = visit().get(f"/instructors/?service={service.subject.slug}&date={noon.date()}&before=12:00&place=online")
    text = words_of(answer)
    assert "Nobody is free for all of this" in text
    assert "Without “Before 12 PM” 1 instructor" in text


def test_a_day_without_anybody_names_the_nearest_times(noon, visit):
    week = [[(18 * 60, 21 * 60)] if weekday == 3 else [] for weekday in range(7)]
    teaching(UserFactory.create(first_name="Eva", last_name="Teacher"), now=noon, week=week)
    answer = visit().get(f"/instructors/?service=piano&date={TOMORROW}")
    assert "Nearest: the next times for all of this" in words_of(answer)
    assert "Thursday 4 March" in words_of(answer)


def test_a_search_that_takes_too_long_says_how_to_narrow_it(city, visit, api, monkeypatch):
    def too_late(statement, values):
        raise OperationalError from QueryCanceled()

    monkeypatch.setattr("instructors.repositories.search.rows", too_late)
    answer = visit().get("/instructors/?service=piano")
    assert answer.status_code == 503
    assert "Narrow it down" in answer.text
    assert 'value="Piano"' in answer.text
    answer = api().get("/api/instructors/search?service=piano")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "busy")


def test_the_suggestions_hold_subjects_places_and_live_instructors(city, api, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = api().get("/api/suggest?q=an").json()["results"]
    assert {"kind": "instructor", "slug": "ana-t", "name": "Ana T.", "category": None} in found
    found = api().get("/api/suggest?q=park").json()["results"]
    assert {"kind": "place", "slug": "park-slope", "name": "Park Slope", "category": None} in found
    found = api().get("/api/suggest?q=paino").json()["results"]
    assert found[0] == {"kind": "subject", "slug": "piano", "name": "Piano", "category": "music"}
    InstructorProfile.objects.update(live_since=None)
    assert all(one["kind"] != "instructor" for one in api().get("/api/suggest?q=an").json()["results"])


def test_the_api_answers_what_it_understood_facets_and_why(city, api):
    answer = api().get("/api/instructors/search", {"q": WORDS}).json()
    assert answer["understood"] == {
        "subject": "piano",
        "audience": "kids",
        "neighborhoods": ["Park Slope"],
        "max_price_cents": 9000,
        "date_from": "2027-03-02",
        "date_to": "2027-03-02",
        "after": "17:00",
    }
    assert {"value": "online", "name": "Online", "count": 1} in answer["facets"]["place"]
    (ana,) = answer["results"]
    assert [part["part"] for part in ana["why"]][:2] == ["soonness", "nearness"]
    assert ana["next_times"][0] == "2027-03-02T17:00:00-05:00"


def test_the_api_takes_all_of_it_as_single_parameters(city, api):
    asked = {"audience": "kids", "level": "beginner", "date_from": "2027-03-02", "date_to": "2027-03-03"}
    asked |= {"before": "12:00", "min_price_cents": "6000", "max_price_cents": "9500", "neighborhood": "park-slope"}
    answer = api().get("/api/instructors/search", {**asked, "nonsense": "1"}).json()
    assert answer["count"] == len(answer["results"]) == 2
    assert answer["understood"] == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("audience", "x"), ("level", "x"), ("date_from", "x"), ("date_to", "2026-13-01"), ("before", "25:00")),
        *(("min_price_cents", "-1"), ("min_rating", "9"), ("q", "x" * 201), ("neighborhood", "park-slope,nowhere")),
    ],
)
def test_the_api_names_what_is_wrong(city, api, name, value):
    answer = api().get("/api/instructors/search", {name: value})
    assert answer.status_code == 400
    assert name in answer.json()["error"]["fields"]


def test_days_in_the_wrong_order_are_refused(db, api):
    answer = api().get("/api/instructors/search", {"date_from": "2027-03-03", "date_to": "2027-03-02"})
    assert answer.json()["error"]["fields"] == {"date_to": ["The last day comes before the first."]}
