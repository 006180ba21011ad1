"""Single weeks over the API: read with an ETag, saved against it, copied and applied."""

import json
from datetime import date

import pytest

from instructors.models import DatedHours
from tests.fixtures import book, off

WEEK, NEXT = "/api/me/availability/weeks/2027-03-08/", "/api/me/availability/weeks/2027-03-15/"
COPY, APPLY = f"{WEEK}copy/", f"{WEEK}apply/"
MORNING = [["09:00", "12:00"]]
MONDAY = {"date": "2027-03-08", "hours": MORNING}
RANGE = {"from": "2027-03-15", "to": "2027-03-31"}


def march(number):
    """A day of March 2027."""
    return date(2027, 3, number)


@pytest.fixture
def anas(ana_teaches_piano, ana, api):
    """Ana's client."""
    return api(ana)


@pytest.fixture
def version(anas):
    """The version of her week as it is."""
    return anas.get(WEEK).json()["version"]


def rows():
    """How many rows single days have."""
    return DatedHours.objects.count()


def test_a_week_is_read_with_its_version_as_etag(anas, ana_teaches_piano, sam):
    book(sam, ana_teaches_piano, at="15:00", day=march(8))
    away = off(ana_teaches_piano, "18:00", "20:00", day=march(9)).time_off
    answer = anas.get(WEEK)
    body = answer.json()
    assert answer["ETag"] == f'"{body["version"]}"'
    monday, tuesday, *rest = body["days"]
    assert (monday["date"], monday["dated"], monday["hours"]) == ("2027-03-08", False, [["09:00", "21:00"]])
    assert [(one["label"], one["starts_at"]) for one in monday["lessons"]] == [("Piano", "2027-03-08T15:00:00-05:00")]
    assert [one["id"] for one in tuesday["time_off"]] == [away.pk]
    assert rest[-1]["date"] == "2027-03-14"
    assert set(monday) == {"date", "dated", "hours", "lessons", "time_off"}


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_final_slash_is_optional(anas, slash):
    assert anas.get(WEEK.removesuffix("/") + slash).status_code == 200


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2027-03-09", 400),
        ("2027-02-22", 400),
        ("9999-12-27", 400),
        ("9999-12-31", 400),
        ("0001-01-01", 400),
        ("2027-02-30", 404),
        ("0000-00-00", 404),
        ("tomorrow", 404),
        ("2027-W10-1", 404),
        ("%00", 404),
    ],
)
def test_a_monday_that_is_none_is_400_or_404_wherever_it_is_sent(anas, day, status):
    address = f"/api/me/availability/weeks/{day}/"
    body = {"version": "x", "days": []}
    answers = [
        anas.get(address),
        anas.put(address, body, format="json"),
        anas.post(f"{address}copy/", {"version": "x"}, format="json"),
        anas.post(f"{address}apply/", {"version": "x", **RANGE}, format="json"),
    ]
    assert [answer.status_code for answer in answers] == [status] * 4
    if status == 400:
        assert {tuple(answer.json()["error"]["fields"]) for answer in answers} == {("monday",)}


def test_a_save_names_the_days_and_the_lessons_that_stand_outside(anas, ana_teaches_piano, sam, version):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=march(8))
    answer = anas.put(WEEK, {"version": version, "days": [MONDAY]}, format="json")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["days"][0]["dated"], body["days"][0]["hours"]) == (True, MORNING)
    assert [day["dated"] for day in body["days"][1:]] == [False] * 6  # what is not named keeps its hours
    assert [one["reference"] for one in body["uncovered_lessons"]] == [lesson.reference]
    assert answer["ETag"] == f'"{body["version"]}"' != f'"{version}"'
    again = anas.put(
        WEEK, {"version": body["version"], "days": [{**MONDAY, "hours": [["09:00", "21:00"]]}]}, format="json"
    )
    assert again.json()["version"] == version
    assert not again.json()["days"][0]["dated"]
    assert rows() == 0


CHANGES = pytest.mark.parametrize(
    ("method", "address", "body"),
    [("put", WEEK, {"days": [MONDAY]}), ("post", COPY, {}), ("post", APPLY, RANGE)],
    ids=["save", "copy", "apply"],
)


@CHANGES
def test_a_change_states_its_version(anas, version, method, address, body):
    def change(named=None, **headers):
        answer = getattr(anas, method)(address, body | (named or {}), format="json", headers=headers)
        return answer.status_code, answer.json().get("error", {}).get("code")

    assert change() == (428, "version_required")
    assert change({"version": ""})[0] in (400, 428)
    assert change({"version": "old"}) == (412, "stale")
    assert change(if_match="*") == (428, "version_required")  # any version is no version
    assert change(if_match='"old"') == (412, "stale")
    assert change(if_match=f'W/"{version}"') == (412, "stale")  # a weak one never matches
    assert change({"version": version}, if_match='"old"') == (412, "stale")  # the header says more
    assert change(if_match=version)[0] in (412, 428)  # without its quotes it is none
    assert rows() == 0
    assert change(if_match=f'"old", "{version}"') == (200, None)


@CHANGES
def test_the_body_may_state_the_version(anas, version, method, address, body):
    assert getattr(anas, method)(address, body | {"version": version}, format="json").status_code == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"days": [MONDAY, MONDAY]}, ["days"]),
        ({"days": [{"date": "2027-03-15", "hours": MORNING}]}, ["days"]),
        ({"days": [{"date": "2027-02-30", "hours": MORNING}]}, ["days.0.date"]),
        ({"days": [{"date": 2**63, "hours": MORNING}]}, ["days.0.date"]),
        ({"days": [{"date": "\x00", "hours": MORNING}]}, ["days.0.date"]),
        ({"days": [{"date": "😀", "hours": MORNING}]}, ["days.0.date"]),
        ({"days": [{"date": "\ud800", "hours": MORNING}]}, ["days.0.date"]),
        ({"days": [{"date": "2027-03-08", "hours": [["09:00", "\x00"]]}]}, ["days.0.hours"]),
        ({"days": [{"date": "2027-03-08", "hours": [["12:00", "09:00"]]}]}, ["days.0.hours"]),
        ({"days": [{"date": "2027-03-08", "hours": [["09:10", "12:00"]]}]}, ["days.0.hours"]),
        ({"days": [{"date": "2027-03-08", "hours": [["09:00", "12:00"], ["11:00", "13:00"]]}]}, ["days.0.hours"]),
        ({"days": [{"date": "2027-03-08"}]}, ["days.0.hours"]),
        ({"days": [{**MONDAY, "dated": True}]}, ["days.0.dated"]),
        ({"days": [MONDAY] * 8}, ["days"]),
        ({"days": {}}, ["days"]),
        ({}, ["days"]),
        ({"days": [], "instructor": 1}, ["instructor"]),
        ({"days": [], "version": "\x00"}, ["version"]),
        ({"days": [], "version": "9" * 65}, ["version"]),
        ({"days": [], "version": 2**63}, None),
    ],
)
def test_a_body_that_cannot_be_says_what_is_wrong_with_which(anas, version, body, fields):
    sent = json.dumps({"version": version, **body})  # half characters, too
    answer = anas.generic("PUT", WEEK, sent, content_type="application/json")
    if fields is None:
        assert answer.status_code == 412
    else:
        assert answer.status_code == 400
        assert sorted(answer.json()["error"]["fields"]) == fields
    assert rows() == 0


def test_another_instructor_named_in_the_body_is_refused(anas, version, stranger_teaches_guitar):
    theirs = {"instructor": stranger_teaches_guitar.instructor_id}
    for method, address, body in (
        ("put", WEEK, {"days": [MONDAY]}),
        ("post", COPY, {}),
        ("post", APPLY, RANGE),
    ):
        answer = getattr(anas, method)(address, {"version": version, **body, **theirs}, format="json")
        assert answer.status_code == 400
        assert answer.json()["error"]["fields"] == {"instructor": ["This field is not known here."]}
    assert rows() == 0


def test_each_has_a_week_of_their_own(anas, version, stranger_teaches_guitar, stranger, api):
    anas.put(WEEK, {"version": version, "days": [MONDAY]}, format="json")
    assert api(stranger).get(WEEK).json()["days"][0]["hours"] == [["09:00", "21:00"]]


def test_a_copy_answers_the_next_week(anas, version):
    saved = anas.put(WEEK, {"version": version, "days": [MONDAY]}, format="json").json()["version"]
    answer = anas.post(COPY, {"version": saved}, format="json")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["days"][0]["date"], body["days"][0]["hours"], body["days"][0]["dated"]) == (
        "2027-03-15",
        MORNING,
        True,
    )
    assert body["version"] == saved == anas.get(NEXT).json()["version"]
    assert body["uncovered_lessons"] == []


def test_a_dry_run_names_what_would_change_and_changes_nothing(anas, ana_teaches_piano, sam, version):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=march(15))
    saved = anas.put(WEEK, {"version": version, "days": [MONDAY]}, format="json").json()["version"]
    said = [
        anas.post(APPLY, {"version": saved, **RANGE, "dry_run": dry}, format="json").json() for dry in (True, False)
    ]
    assert said[0] == said[1]
    assert said[0]["changes"] == [
        {"date": f"2027-03-{day}", "before": [["09:00", "21:00"]], "after": MORNING} for day in (15, 22, 29)
    ]
    assert [one["reference"] for one in said[0]["uncovered_lessons"]] == [lesson.reference]
    assert rows() == 4


def test_without_dry_run_it_is_done(anas, version):
    saved = anas.put(WEEK, {"version": version, "days": [MONDAY]}, format="json").json()["version"]
    anas.post(APPLY, {"version": saved, **RANGE, "dry_run": True}, format="json")
    assert rows() == 1
    anas.post(APPLY, {"version": saved, **RANGE}, format="json")
    assert rows() == 4


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"from": "2027-02-28"}, ["from"]),
        ({"from": "2027-04-01"}, ["to"]),
        ({"to": "2028-03-15"}, ["to"]),
        ({"to": "9999-12-31"}, ["to"]),
        ({"from": "0001-01-01"}, ["from"]),
        ({"from": "\x00", "to": "😀"}, ["from", "to"]),
        ({"from": 2**63}, ["from"]),
        ({"from": None}, ["from"]),
        ({"dry_run": "perhaps"}, ["dry_run"]),
        ({"dry_run": 2**63}, ["dry_run"]),
    ],
)
def test_a_range_that_cannot_be_says_what_is_wrong_with_which(anas, version, changes, fields):
    answer = anas.post(APPLY, {"version": version, **RANGE, **changes}, format="json")
    assert answer.status_code == 400
    assert sorted(answer.json()["error"]["fields"]) == fields
