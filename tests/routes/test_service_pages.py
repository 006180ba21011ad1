"""The instructor's own services, on pages and over the API."""

import json

import pytest

from instructors.models import Service
from tests.fixtures import book
from tests.routes.html import Page

SERVICES, NEW = "/teaching/services/", "/teaching/services/new/"
SCRIPT = "<script>alert(1)</script>"
TERMS = {"description": "", "levels": ["beginner"], "ages": ["adults"], "lengths": ["60"]}
GUITAR = {"subject": "guitar", "lengths": [30, 60], "places": [{"place": "online", "hourly_cents": 7000}]}
API = "/api/me/services/"


@pytest.fixture
def anas(ana_teaches_piano, ana, visit):
    """Ana's browser."""
    return visit(ana)


@pytest.fixture
def anas_api(ana_teaches_piano, ana, api):
    """Ana's program."""
    return api(ana)


def of(service: Service, end: str = "") -> str:
    """The address of a service's page, or of what can be done with it."""
    return f"{SERVICES}{service.pk}/{end}"


def checked(answer, name: str) -> list[str]:
    """The boxes of a field that are ticked."""
    return [str(value) for value in answer.context["form"][name].value()]


# Pages


def test_a_new_service_begins_with_its_subject_and_is_as_usual_for_it(anas):
    first = anas.get(NEW)
    assert '<optgroup label="Music">' in first.text
    assert 'value="guitar"' in first.text
    assert 'value="piano"' not in first.text  # she has it
    form = anas.get(NEW, {"subject": "ice-skating"})
    assert (checked(form, "ages"), checked(form, "lengths")) == (["kids", "teens", "adults"], ["60"])
    assert [field.name for field in form.context["form"].rates] == ["price_instructor_place"]  # nobody skates online


def test_a_new_service_is_listed_and_bookable(anas, visit):
    sent = {**TERMS, "subject": "guitar", "price_online": "$87.50", "price_student_place": ""}
    answer = anas.post(NEW, sent)
    assert (answer.status_code, answer["Location"]) == (303, SERVICES)
    page = Page(anas.get(SERVICES))
    assert "Guitar is on offer." in page.text
    assert "$87.50 online" in page.text
    assert "$87.50" in visit().get("/instructors/ana-r/").text


@pytest.mark.parametrize("query", [{"subject": "alchemy"}, {"subject": "piano"}, {"subject": "a\0b"}, {"x": "1"}])
def test_a_subject_that_is_none_or_hers_already_is_asked_for_again(anas, query):
    answer = anas.get(NEW, query)
    assert answer.status_code == 422
    assert "Choose a subject" in answer.text
    assert anas.post(NEW, {**TERMS, "price_online": "70", **query}).status_code == 422


def test_a_refused_service_keeps_what_was_typed_and_names_the_number(anas, ana_teaches_piano):
    sent = {
        "description": f"Kept {SCRIPT}",
        "levels": ["advanced"],
        "ages": ["teens"],
        "lengths": ["45", "240"],
        "price_online": "59.99",
        "price_student_place": "79",
        "price_instructor_place": "1001",
    }
    for address in (f"{NEW}?subject=guitar", of(ana_teaches_piano)):
        answer = anas.post(address, {**sent, "subject": "guitar"})
        assert answer.status_code == 422
        for sentence in (
            "At least $60 an hour online.",
            "At least $80 an hour in person.",
            "At most $1,000 an hour.",
        ):
            assert sentence in answer.text
        assert "Kept &lt;script&gt;" in answer.text
        assert 'value="59.99"' in answer.text
        assert (checked(answer, "levels"), checked(answer, "lengths")) == (["advanced"], ["45", "240"])
        assert "<details open>" in answer.text  # 240 is not among the usual lengths


def test_nothing_chosen_is_said_beside_each_field(anas, ana_teaches_piano):
    answer = anas.post(of(ana_teaches_piano), {})
    assert answer.status_code == 422
    assert answer.text.count("Choose at least one.") >= 3
    assert "Give a price for at least one place." in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [("levels", "expert"), ("ages", "elders"), ("lengths", "31"), ("lengths", "x"), ("price_online", "a\0b")],
)
def test_what_is_not_of_the_list_is_422(anas, ana_teaches_piano, name, value):
    answer = anas.post(of(ana_teaches_piano), {**TERMS, "price_online": "70", name: value})
    assert answer.status_code == 422


def test_who_is_live_says_where_first(anas, ana_teaches_piano):
    anas.post(of(ana_teaches_piano), {**TERMS, "price_online": "70"})
    ana_teaches_piano.instructor.neighborhoods.clear()
    for address in (f"{NEW}?subject=guitar", of(ana_teaches_piano)):
        answer = anas.post(address, {**TERMS, "subject": "guitar", "price_student_place": "90"})
        assert answer.status_code == 422
        assert "need the neighborhoods that you travel to" in answer.text


def test_a_service_is_changed_as_it_stands_in_its_form(anas, ana_teaches_piano):
    shown = anas.get(of(ana_teaches_piano))
    form = shown.context["form"]
    assert [field.value() for field in form.rates] == ["90", "80", "60"]
    assert checked(shown, "lengths") == ["30", "45", "60", "90"]
    sent = {**TERMS, "description": f"With joy {SCRIPT}", "price_online": "66.60"}
    assert anas.post(of(ana_teaches_piano), sent).status_code == 303
    ana_teaches_piano.refresh_from_db()
    assert ana_teaches_piano.levels == ["beginner"]
    assert [field.value() for field in anas.get(of(ana_teaches_piano)).context["form"].rates] == [None, None, "66.60"]


def test_visitors_read_whom_it_is_for(anas, ana_teaches_piano, visit):
    sent = {**TERMS, "levels": ["beginner", "intermediate"], "description": f"Joy {SCRIPT}", "price_online": "70"}
    anas.post(of(ana_teaches_piano), sent)
    answer = visit().get("/instructors/ana-r/")
    assert "Beginner, Intermediate · Adults" in Page(answer).text
    assert "Joy &lt;script&gt;" in answer.text
    assert SCRIPT not in answer.text


def test_a_service_is_paused_and_resumed(anas, ana_teaches_piano, sam, visit):
    assert anas.post(of(ana_teaches_piano, "pause/")).status_code == 303
    assert "Paused" in Page(anas.get(SERVICES)).text
    assert "ana-r" not in visit().get("/instructors/", {"service": "piano"}).text
    time = "date=2027-03-02&start=18:00&minutes=60&place=online"
    assert visit(sam).get(f"/book/{ana_teaches_piano.pk}/?{time}").status_code == 404
    assert anas.post(of(ana_teaches_piano, "resume/")).status_code == 303
    assert "On offer" in Page(anas.get(SERVICES)).text
    assert "ana-r" in visit().get("/instructors/", {"service": "piano"}).text


def test_a_deleted_service_is_gone_and_its_lessons_stand(anas, ana_teaches_piano, sam, visit):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    assert of(ana_teaches_piano, "delete/") in [form.action for form in Page(anas.get(of(ana_teaches_piano))).forms]
    assert anas.post(of(ana_teaches_piano, "delete/")).status_code == 303
    assert "You offer nothing yet." in Page(anas.get(SERVICES)).text
    for end in ("", "pause/", "resume/", "delete/"):
        answer = anas.post(of(ana_teaches_piano, end), {**TERMS, "price_online": "70"})
        assert answer.status_code == 404
    assert visit(sam).get(f"/lessons/{lesson.reference}/").status_code == 200
    assert 'value="piano"' in anas.get(NEW).text  # to be offered anew


def test_anothers_service_is_not_there(stranger_teaches_guitar, anas, anas_api):
    for end in ("", "pause/", "resume/", "delete/"):
        assert anas.post(of(stranger_teaches_guitar, end), {**TERMS, "price_online": "70"}).status_code == 404
    assert anas.get(of(stranger_teaches_guitar)).status_code == 404
    theirs = f"{API}{stranger_teaches_guitar.pk}/"
    for answer in (anas_api.get(theirs), anas_api.patch(theirs, {"active": False}), anas_api.delete(theirs)):
        assert answer.status_code == 404
    stranger_teaches_guitar.refresh_from_db()
    assert stranger_teaches_guitar.active


def test_the_list_costs_the_same_however_long_it_is(anas, anas_api, django_assert_max_num_queries):
    for subject in ("guitar", "violin", "cello"):
        anas_api.post(API, {**GUITAR, "subject": subject})
    anas.get(SERVICES)
    with django_assert_max_num_queries(6):
        assert anas.get(SERVICES).text.count("On offer") == 4


# The API


def test_a_service_is_offered_read_changed_paused_and_deleted(anas_api):
    answer = anas_api.post(API, {**GUITAR, "levels": ["advanced"]})
    assert answer.status_code == 201
    added = answer.json()
    address = f"{API}{added.pop('id')}/"
    assert added == {
        "subject": "guitar",
        "name": "Guitar",
        "description": "",
        "levels": ["advanced"],
        "ages": ["kids", "teens", "adults"],
        "lengths": [30, 60],
        "places": [{"place": "online", "hourly_cents": 7000}],
        "active": True,
    }
    changed = anas_api.patch(address, {"lengths": [90, 45], "active": False}).json()
    assert (changed["lengths"], changed["active"], changed["places"]) == ([45, 90], False, added["places"])
    assert [one["name"] for one in anas_api.get(API).json()["results"]] == ["Guitar", "Piano"]
    assert anas_api.get(address).json() == changed
    gone = anas_api.delete(address)
    assert (gone.status_code, gone.content) == (204, b"")
    assert anas_api.get(address).status_code == 404


def test_a_retired_service_answers_as_a_deleted_one(anas_api, ana_teaches_piano, sam):
    book(sam, ana_teaches_piano, at="15:00")
    address = f"{API}{ana_teaches_piano.pk}/"
    assert anas_api.delete(address).status_code == 204
    assert anas_api.get(address).status_code == 404
    assert anas_api.delete(address).status_code == 404
    assert anas_api.get(API).json()["results"] == []
    assert Service.objects.get().retired_at


def test_everybody_reads_levels_and_ages(ana_teaches_piano, visit):
    [service] = visit().get("/api/instructors/ana-r/").json()["services"]
    assert service["levels"] == ["beginner", "intermediate", "advanced"]
    assert service["ages"] == ana_teaches_piano.ages


BAD = [
    ("subject", "alchemy"),
    ("subject", "piano"),
    ("subject", "a\0b"),
    ("subject", "\ud800"),
    ("subject", None),
    ("subject", "x" * 61),
    ("instructor", 1),
    ("instructor_id", 1),
    ("retired_at", None),
    ("name", "Guitar"),
    ("description", "x" * 1001),
    ("description", "\ud800"),
    ("description", None),
    ("levels", []),
    ("levels", ["expert"]),
    ("levels", "beginner"),
    ("levels", ["beginner"] * 4),
    ("ages", []),
    ("ages", [1]),
    ("ages", None),
    ("lengths", []),
    ("lengths", [31]),
    ("lengths", [15]),
    ("lengths", [241]),
    ("lengths", [2**63]),
    ("lengths", ["x"]),
    ("lengths", [True, 1.5]),
    ("lengths", [60] * 16),
    ("places", []),
    ("places", [{"place": "moon", "hourly_cents": 9000}]),
    ("places", [{"place": "online"}]),
    ("places", [{"place": "online", "hourly_cents": 5999}]),
    ("places", [{"place": "student_place", "hourly_cents": 7999}]),
    ("places", [{"place": "online", "hourly_cents": 100_001}]),
    ("places", [{"place": "online", "hourly_cents": -1}]),
    ("places", [{"place": "online", "hourly_cents": 2**63}]),
    ("places", [{"place": "online", "hourly_cents": 70.5}]),
    ("places", [{"place": "online", "hourly_cents": 7000, "free": True}]),
    ("places", [{"place": "online", "hourly_cents": 7000}] * 2),
    ("places", {"place": "online", "hourly_cents": 7000}),
    ("active", None),
    ("active", "maybe"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda value: str(value)[:40].encode("ascii", "replace").decode())
def test_what_a_service_does_not_take_is_400_and_changes_nothing(name, value, anas_api, ana_teaches_piano):
    def sent(method: str, address: str, body: object):
        return anas_api.generic(method, address, json.dumps(body), "application/json")

    before = anas_api.get(API).json()
    answers = [
        sent("POST", API, {**GUITAR, name: value}),
        sent("PATCH", f"{API}{ana_teaches_piano.pk}/", {name: value}),  # which takes no subject at all
    ]
    for answer in answers:
        assert answer.status_code == 400
        error = answer.json()["error"]
        assert error["code"] == "invalid"
        assert {field.partition(".")[0] for field in error["fields"]} == {name}
    assert anas_api.get(API).json() == before


def test_refusals_name_the_number(anas_api):
    refused = anas_api.post(API, {**GUITAR, "places": [{"place": "instructor_place", "hourly_cents": 7000}]})
    assert refused.json()["error"]["fields"] == {"places": ["At least $80 an hour in person."]}


def test_subject_places_and_lengths_must_be_named(anas_api):
    assert set(anas_api.post(API, {}).json()["error"]["fields"]) == {"subject", "places"}
