"""Results: plain words, chips, facets with counts, days with numbers, and why."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from instainstru.core import clock, policy
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
        *(
            ("min_price_cents", "-1"),
            ("min_rating", "9"),
            ("q", "x" * 2_001),
            ("q", "a\0b"),
            ("neighborhood", "park-slope,nowhere"),
        ),
    ],
)
def test_the_api_names_what_is_wrong(city, api, name, value):
    answer = api().get("/api/instructors/search", {name: value})
    assert answer.status_code == 400
    assert name in answer.json()["error"]["fields"]


def test_days_in_the_wrong_order_are_refused(db, api):
    answer = api().get("/api/instructors/search", {"date_from": "2027-03-03", "date_to": "2027-03-02"})
    assert answer.json()["error"]["fields"] == {"date_to": ["The last day comes before the first."]}


def test_a_cursor_belongs_to_one_wish(city, api, visit):
    first = api().get("/api/instructors/search", {"sort": "price", "page_size": 1}).json()
    cursor = parse_qs(urlsplit(first["next"]).query)["cursor"][0]
    assert api().get(first["next"]).status_code == 200
    for other in ({"q": "piano"}, {"service": "piano"}, {"max_price_cents": "9000"}, {"minutes": "30"}):
        answer = api().get("/api/instructors/search", {"sort": "price", "page_size": "1", "cursor": cursor, **other})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], list(error["fields"])) == (400, "invalid", ["cursor"])
        assert error["fields"]["cursor"] == ["This cursor belongs to another search: begin without it."]
    refused = visit().get("/instructors/", {"sort": "price", "cursor": cursor, "q": "guitar online"})
    assert refused.status_code == 422
    assert "This cursor belongs to another search" in words_of(refused)
    assert visit().get("/instructors/", {"sort": "price", "cursor": cursor}).status_code == 200
    assert visit().get("/instructors/", {"sort": "price", "cursor": "x"}).status_code == 422


def test_the_next_page_means_what_the_first_did_whenever_it_is_asked_for(city, api, visit, noon, monkeypatch):
    monkeypatch.setattr(policy, "RESULTS_A_PAGE", 1)
    asked = {"q": "piano in 2 hours", "sort": "price"}
    first = api().get("/api/instructors/search", {**asked, "page_size": "1"}).json()
    (more,) = [link for link in Page(visit().get("/instructors/", asked)).links if "cursor=" in link]
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(minutes=40))
    second = api().get(first["next"]).json()
    assert [one["slug"] for one in first["results"] + second["results"]] == ["ana-t", "bo-t"]
    assert names(visit().get(more)) == ["bo"]


def test_of_more_words_than_are_read_the_rest_is_left_out(city, api, visit):
    long = "a piano " + "the " * 200 + "guitar"
    answer = api().get("/api/instructors/search", {"q": long})
    assert answer.json()["understood"] == {"subject": "piano"}
    answer = visit().get("/instructors/", {"q": long})
    assert set(names(answer)) == {"ana", "bo"}
    answer = visit().get("/instructors/", {"q": long, "where": "", "when": ""})
    assert len(answer["Location"]) < len(long)
    assert visit().get("/instructors/", {"q": "é" * 2_000}).status_code == 200
    assert visit().get("/instructors/", {"q": "x" * 2_001}).status_code == 422
    assert visit().get("/instructors/", {"q": "a\0b"}).status_code == 422


def test_a_length_that_was_said_is_a_chip_even_the_usual_one(city, visit):
    for query in ({"q": "piano 60 minutes online"}, {"service": "piano", "minutes": "60", "place": "online"}):
        answer = visit().get("/instructors/", query)
        assert "Remove filter: 1 hour" in words_of(answer)
        links = Page(answer).links
        assert "/instructors/?service=piano&place=online" in links
        assert "/instructors/?service=piano&minutes=60" in links  # without the place, it is still said
    assert "Remove filter: 1 hour" not in words_of(visit().get("/instructors/?service=piano"))


def test_the_usual_length_wins_over_another_in_words(city, visit):
    said = {"q": "piano 90 minutes", "minutes": "60"}
    assert "Remove filter: 1 hour " in words_of(visit().get("/instructors/", said)) + " "
    sent = {"q": "piano 90 minutes online", "heard": "piano 90 minutes", "where": "", "when": "", "minutes": "60"}
    assert visit().get("/instructors/", sent)["Location"] == "/instructors/?q=piano+90+minutes+online&minutes=60"
    kept = {"q": "piano 60 minutes", "heard": "piano 60 minutes", "where": "", "when": "", "minutes": "60"}
    assert visit().get("/instructors/", kept)["Location"] == "/instructors/?q=piano+60+minutes"
    answer = visit().get("/instructors/", {**kept, "place": "online"})
    assert answer["Location"] == "/instructors/?service=piano&minutes=60&place=online"


def test_where_no_one_thing_helps_the_subjects_next_times_are_shown(city, visit):
    dead = "/instructors/?service=guitar&max_price=10&rating=5&level=advanced&audience=toddler"
    answer = visit().get(dead)
    text = words_of(answer)
    assert "“Guitar” anywhere, on any day 1 instructor" in text
    assert "Nearest: the next times for Guitar anywhere, on any day" in text
    assert "/instructors/?service=guitar&sort=soonest" in Page(answer).links
    assert "Cy T." in text
    assert "Begin again" in words_of(visit().get("/instructors/?max_price=10&rating=5"))
    assert "anywhere, on any day" not in words_of(visit().get("/instructors/?service=guitar&max_price=10"))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"min_price_cents": "9000", "max_price_cents": "8999"}, "max_price_cents"),
        ({"after": "17:00", "before": "17:00"}, "before"),
        ({"after": "17:00", "before": "09:00"}, "before"),
    ],
)
def test_bounds_in_the_wrong_order_are_refused(city, api, visit, asked, field):
    answer = api().get("/api/instructors/search", asked)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], list(error["fields"])) == (400, "invalid", [field])
    shown = {name.removesuffix("_cents"): said[:2] if "price" in name else said for name, said in asked.items()}
    shown |= {"max_price": "89.99"} if "max_price" in shown else {}
    answer = visit().get("/instructors/", shown)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["max_price" if "price" in field else "after"]


def test_bounds_that_meet_or_end_at_midnight_are_none_in_the_wrong_order(city, api, visit):
    asked = {"min_price_cents": "6000", "max_price_cents": "6000", "after": "17:00", "before": "00:00"}
    assert api().get("/api/instructors/search", asked).json()["count"] == 2
    assert visit().get("/instructors/?min_price=60&max_price=60&after=17:00&before=00:00").status_code == 200


@pytest.mark.parametrize("words", ["piano after 5pm before 3pm", "piano at least $90 under $50"])
def test_words_that_contradict_themselves_are_no_error(city, visit, words):
    answer = visit().get("/instructors/", {"q": words})
    assert answer.status_code == 200
    assert "Nothing searched yet" not in answer.text
