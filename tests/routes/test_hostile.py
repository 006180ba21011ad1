"""What nobody should send, and somebody will: refused with the field's name, and never with a failure of ours."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from bookings.models import Booking
from instructors.models import TimeOff
from tests.fixtures import NOON

BOOKING = {
    "service": 1,
    "booking_date": "2027-03-02",
    "start_time": "18:00",
    "duration_minutes": 60,
    "place": "student_place",
    "neighborhood": "park-slope",
    "address": "1 Main Street",
    "notes": "",
}
OFF = {"starts_at": "2027-04-01T09:00:00-04:00", "ends_at": "2027-04-01T17:00:00-04:00", "reason": ""}
DAY = {"weekday": 0, "hours": [["09:00", "12:00"]]}
HALF = "\ud800"  # half a character: JSON can say it, UTF-8 cannot
NOT_TEXT: Any = ("a\0b", f"a{HALF}b", 7.5, True, [], {}, ["x"], {"a": 1}, None)
NOT_A_NUMBER: Any = (
    "",
    "x",
    "1x",
    HALF,
    "\0",
    1.5,
    True,
    [],
    {},
    None,
    -1,
    2**63,
    2**64,
    10**400,
    "9" * 5000,
    "١٢٣abc",
)
NOT_A_DATE: Any = (
    "",
    "x",
    "2027-02-30",
    "2027-13-01",
    "02.03.2027",
    "0000-00-00",
    "10000-01-01",
    HALF,
    "\0",
    20270302,
    [],
)
NOT_A_CLOCK: Any = ("", "x", "25:00", "18:60", "18", "18:00:00", "6 PM", HALF, "\0", 18, [], {}, None)

BAD_BOOKINGS = [
    *[("service", value) for value in (*NOT_A_NUMBER, 0)],
    *[("booking_date", value) for value in (*NOT_A_DATE, "9999-12-31", "2101-01-01")],
    *[("start_time", value) for value in (*NOT_A_CLOCK, "18:01")],
    *[("duration_minutes", value) for value in (*NOT_A_NUMBER, 0, 29, 241)],
    *[("place", value) for value in (*NOT_TEXT, "", "moon", "ONLINE", f"online{HALF}")],
    *[("neighborhood", value) for value in (*[v for v in NOT_TEXT if v != 7.5], "", "atlantis", "x" * 81)],
    *[("address", value) for value in (*[v for v in NOT_TEXT if v != 7.5], "", "  ", "x" * 201)],
    *[("notes", value) for value in (*[v for v in NOT_TEXT if v != 7.5], "x" * 501)],
    ("colour", "red"),
    ("__proto__", {}),
    (f"a{HALF}", 1),
    ("a\0b", 1),
    ("", 1),
]
BAD_TIME_OFF = [
    *[
        (name, value)
        for name in ("starts_at", "ends_at")
        for value in (
            *NOT_TEXT,
            "",
            "x",
            "2027-04-01",
            "2027-04-01T09:00:00",
            "2027-04-01T09:07:00-04:00",
            "0001-01-01",
        )
    ],
    ("starts_at", "0001-01-01T00:00:00+14:00"),
    ("ends_at", "9999-12-31T23:45:00-14:00"),
    ("ends_at", "2027-04-01T09:00:00-04:00"),
    ("ends_at", "2027-04-01T08:00:00-04:00"),
    ("reason", "a\0b"),
    ("reason", HALF),
    ("reason", []),
    ("reason", None),
    ("reason", "x" * 201),
    ("instructor", 7),
    ("id", 7),
]
WRONG_DAYS: Any = ({}, "x", 1, None, [1], [[]], [None], [DAY] * 8, [DAY, DAY], HALF)
WRONG_HOURS: Any = (
    *({}, "x", 1, None, [1], [[]], [["09:00"]], [["09:00", "10:00", "11:00"]], [[9, 10]], [[None, None]]),
    *(
        [["09:00", "09:00"]],
        [["12:00", "09:00"]],
        [["09:07", "10:00"]],
        [["24:00", "00:00"]],
        [["9:00", "10:00"]],
    ),
    *([["09:00", "12:00"], ["11:00", "13:00"]], [["09:00", "10:00"]] * 13, [[HALF, "10:00"]], [["\0", "\0"]]),
)
BAD_WEEKS: Any = [
    ("version", HALF),
    ("version", []),
    ("version", "x" * 65),
    *[("days", value) for value in WRONG_DAYS],
    *[("days", [{**DAY, "weekday": value}]) for value in (*NOT_A_NUMBER, 7)],
    *[("days", [{**DAY, "hours": value}]) for value in WRONG_HOURS],
    ("days", [{"weekday": 0}]),
    ("days", [{"hours": []}]),
    ("days", [{**DAY, "minutes": 5}]),
    ("instructor", 7),
]


def refused(answer, field):
    """The body of a 400 that names a field."""
    body = json.loads(answer.content)  # not answer.json(): what is sent must be JSON whatever it says it is
    assert answer.status_code == 400, answer.content[:300]
    assert answer["Content-Type"] == "application/json"
    error = body["error"]
    named = {name.split(".")[0] for name in error["fields"]}
    assert field in named, error
    assert all(sentence for sentences in error["fields"].values() for sentence in sentences)
    assert error["message"]
    return error


def sent(client, method, address, body):
    """An answer to a body as json.dumps writes it, half characters and all."""
    return client.generic(method, address, json.dumps(body), content_type="application/json")


def name_in_answer(field):
    """Half a character cannot be sent back, and no name is the body's."""
    return field.encode("utf-8", "replace").decode() or "body"


@pytest.fixture
def sams_api(ana_teaches_piano, sam, api):
    return api(sam)


def test_a_booking_with_anything_wrong_names_it(ana_teaches_piano, sam, api):
    client = api(sam)
    for field, value in BAD_BOOKINGS:
        answer = sent(client, "POST", "/api/bookings/", {**BOOKING, "service": ana_teaches_piano.pk, field: value})
        refused(answer, name_in_answer(field))
    assert not Booking.objects.exists()


@pytest.mark.parametrize("field", ["service", "booking_date", "start_time", "duration_minutes", "place"])
def test_a_booking_without_what_it_needs_names_it(field, ana_teaches_piano, sam, api):
    body = {name: value for name, value in BOOKING.items() if name != field}
    if field != "service":
        body["service"] = ana_teaches_piano.pk
    refused(sent(api(sam), "POST", "/api/bookings/", body), field)


@pytest.mark.parametrize(
    "field", ["price_cents", "fee_cents", "total_cents", "hourly_cents", "discount", "instructor", "student", "status"]
)
def test_what_the_client_may_not_say_is_refused(field, ana_teaches_piano, sam, api):
    body = {**BOOKING, "service": ana_teaches_piano.pk, field: 1}
    error = refused(sent(api(sam), "POST", "/api/bookings/", body), field)
    assert error["fields"] == {field: ["This field is not known here."]}
    assert not Booking.objects.exists()


@pytest.mark.parametrize("extra", [{"refund_cents": 9}, {"as": "instructor"}, {"now": "2027-01-01"}])
def test_cancelling_takes_nothing_from_the_client(extra, world, api):
    answer = sent(api(world.people["sam"]), "POST", f"/api/bookings/{world.lesson.reference}/cancel/", extra)
    refused(answer, next(iter(extra)))
    world.lesson.refresh_from_db()
    assert world.lesson.status == "CONFIRMED"


def test_time_off_with_anything_wrong_names_it(ana_teaches_piano, ana, api):
    client = api(ana)
    for field, value in BAD_TIME_OFF:
        refused(sent(client, "POST", "/api/me/time-off/", {**OFF, field: value}), name_in_answer(field))
    assert not TimeOff.objects.exists()


def test_time_off_of_years_is_taken_and_of_a_thousand_is_not(ana_teaches_piano, ana, api):
    """It is worked out a day at a time: ten thousand years kept a worker, and the instructor's lock, for 17 seconds."""
    for first, last in (("0002", "2028"), ("2025", "2028"), ("2027", "2038"), ("2027", "9998")):
        body = {"starts_at": f"{first}-06-01T00:00:00Z", "ends_at": f"{last}-07-01T00:00:00Z"}
        refused(sent(api(ana), "POST", "/api/me/time-off/", body), "starts_at" if first < "2027" else "ends_at")
    body = {"starts_at": "2026-06-01T00:00:00Z", "ends_at": "2036-06-01T00:00:00Z"}
    assert sent(api(ana), "POST", "/api/me/time-off/", body).status_code == 201
    assert api().get("/api/instructors/ana-r/free-times", {"place": "online"}).json()["times"] == []


def test_hours_with_anything_wrong_name_it(ana_teaches_piano, ana, api):
    client = api(ana)
    before = client.get("/api/me/availability/hours/").json()
    for field, value in BAD_WEEKS:
        body = {"version": before["version"], "days": [DAY], field: value}
        refused(sent(client, "PUT", "/api/me/availability/hours/", body), field)
    assert client.get("/api/me/availability/hours/").json() == before


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_token_request_with_anything_wrong_names_it(field, db, api):
    for value in (*[v for v in NOT_TEXT if v != 7.5], "", "x" * 255):
        refused(sent(api(), "POST", "/api/auth/token/", {"email": "a@b.c", "password": "x", field: value}), field)


WITH_BODIES = (
    ("POST", "/api/bookings/"),
    ("POST", "/api/bookings/{reference}/cancel/"),
    ("POST", "/api/bookings/{reference}/complete/"),
    ("PUT", "/api/me/availability/hours/"),
    ("POST", "/api/me/time-off/"),
    ("POST", "/api/auth/token/"),
)
NO_OBJECTS = (
    *(b"{", b"nonsense", b"\xff\xfe", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1} x'),
    *(b"[" * 50_000, b'{"a":' * 50_000, b'{"a": ' + b"9" * 5000 + b"}"),
    *(b"[]", b"null", b"1", b'"x"', b"true", b"[{}]"),
)
OTHER_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html")


def test_a_body_that_is_no_json_object_is_400(world, api, subtests):
    client = api(world.people["ana"])
    for method, address in WITH_BODIES:
        for body in NO_OBJECTS:
            with subtests.test(f"{method} {address} {body[:12]!r}"):
                answer = client.generic(method, world.address(address), body, content_type="application/json")
                assert answer.status_code == 400
                assert answer.json()["error"]["code"] == "invalid"


def test_a_body_of_another_type_is_415(world, api, subtests):
    client = api(world.people["ana"])
    for method, address in WITH_BODIES:
        for wrong in OTHER_TYPES:
            with subtests.test(f"{method} {address} {wrong}"):
                answer = client.generic(method, world.address(address), b"a=1", content_type=wrong)
                assert answer.status_code == 415
                assert answer.json()["error"]["code"] == "wrong_type"


def test_a_body_of_two_megabytes_is_413(world, api, subtests):
    body = json.dumps({"notes": "x" * 2_000_000})
    for method, address in WITH_BODIES:
        with subtests.test(f"{method} {address}"):
            answer = api(world.people["ana"]).generic(
                method, world.address(address), body, content_type="application/json"
            )
            assert answer.status_code == 413
            assert answer.json()["error"]["code"] == "too_large"
            assert answer.json()["error"]["request_id"] == answer["X-Request-ID"]


def test_the_largest_body_is_read_and_one_byte_more_is_not(ana_teaches_piano, sam, api):
    def of(size):
        return b'{"notes": "' + b"x" * (size - 13) + b'"}'

    client = api(sam)
    limit = settings.LARGEST_BODY_BYTES
    assert len(of(limit)) == limit
    for size, expected in ((limit, 400), (limit + 1, 413)):
        answer = client.generic("POST", "/api/bookings/", of(size), content_type="application/json")
        assert answer.status_code == expected


NO_LENGTHS = ["-1", "x", "1e3", "²", "9" * 40]


def test_a_length_that_is_none_is_413(visit, db, subtests):
    for length in NO_LENGTHS:
        with subtests.test(f"{length!r:.40}"):
            answer = visit().post("/api/auth/token/", b"{}", content_type="application/json", CONTENT_LENGTH=length)
            assert answer.status_code == 413


BAD_QUERIES = [
    *[("days", value) for value in ("0", "32", "-1", "x", "", str(2**63), "1.5", "\0", "9" * 5000)],
    *[("minutes", value) for value in ("29", "241", "-60", "x", str(2**63))],
    *[("place", value) for value in ("", "moon", "\0", "%ED%A0%80", "<script>alert(1)</script>")],
    *[("from", value) for value in ("x", "2027-02-30", "0001-01-01", "9999-12-31", "1999-12-31", "\0", "1")],
]


def test_a_query_with_anything_wrong_names_it(ana_teaches_piano, api, subtests):
    for name, value in BAD_QUERIES:
        with subtests.test(f"{name!r:.40} {value!r:.40}"):
            query = {"place": "online", name: value}
            error = api().get("/api/instructors/ana-r/free-times", query).json()["error"]
            assert error["code"] == "invalid"
            assert name in error["fields"]


def test_a_query_that_says_too_much_is_answered(ana_teaches_piano, api):
    plain = api().get("/api/instructors/ana-r/free-times", {"place": "online"})
    more = api().get("/api/instructors/ana-r/free-times", {"place": "online", "colour": "red", "a\0": "\0", "_": "1"})
    assert (more.status_code, more.json()) == (200, plain.json())
    for address in ("/api/instructors/", "/api/neighborhoods/", "/api/catalog/", "/api/instructors/ana-r/", "/api/"):
        assert api().get(address, {"colour": "red", "\0": "\0"}).status_code == 200


NO_PAGES = ["0", "-1", "x", "", "\0", str(2**63), "9" * 5000, "99"]


def test_a_page_that_is_not_there_is_404(ana_teaches_piano, sam, api, subtests):
    for value in NO_PAGES:
        with subtests.test(f"{value!r:.40}"):
            for address in ("/api/instructors/", "/api/neighborhoods/", "/api/bookings/"):
                answer = api(sam).get(address, {"page": value})
                assert answer.status_code == (200 if value == "" else 404), address


NO_SIZES = ["0", "-1", "x", "", "\0", str(2**63), "9" * 5000, "101", "1000"]


def test_a_size_out_of_bounds_falls_back(db, api, subtests):
    for value in NO_SIZES:
        with subtests.test(f"{value!r:.40}"):
            found = api().get("/api/neighborhoods/", {"page_size": value}).json()
            assert len(found["results"]) in (50, 100)


PATHS = [
    *(f"/api/instructors/{slug}/" for slug in ("nobody", "%00", "a%00b", "%ED%A0%80", "..%2f..", "x" * 3000)),
    *(f"/api/instructors/{slug}/free-times?place=online" for slug in ("nobody", "%00", "search")),
    *(
        f"/api/bookings/{r}/"
        for r in ("LS-22222-22222", "%00", "a%00b", "%ED%A0%80", "%F0%9F%8E%B9", "x" * 3000, "1", "-1")
    ),
    *(f"/api/bookings/{r}" for r in ("0", "' OR 1=1 --", "LS-22222-22222%0a")),
    "/api/me/time-off/999999999999999999/",
    "/api/nowhere/",
    "/api//",
    "/api/instructors//",
    "/api/bookings//",
    "/api/%00",
]


def test_what_is_not_there_is_404_whatever_it_is_called(ana_teaches_piano, ana, api, subtests):
    for path in PATHS:
        with subtests.test(f"{path!r:.40}"):
            for method in ("GET", "DELETE") if "time-off" in path else ("GET",):
                answer = api(ana).generic(method, path)
                if (method, "time-off" in path) != ("GET", True):
                    assert answer.status_code == 404
                    assert answer.json()["error"]["code"] == "not_found"


NO_ROWS = [str(2**63), "9" * 19, "-1", "1.5", "x", "%00", "١"]


def test_a_number_that_is_no_row_is_404(ana_teaches_piano, ana, visit, api, subtests):
    for number in NO_ROWS:
        with subtests.test(f"{number!r:.40}"):
            assert api(ana).delete(f"/api/me/time-off/{number}/").status_code == 404
            assert visit(ana).post(f"/teaching/time-off/{number}/delete/").status_code == 404
            assert (
                visit(ana).get(f"/book/{number}/?date=2027-03-02&start=18:00&minutes=60&place=online").status_code
                == 404
            )


PAGES = [
    *(f"/?page={page}" for page in ("0", "-1", "x", "%00", 2**63, "9" * 5000, "%ED%A0%80")),
    *(f"/instructors/ana-r/?service={value}" for value in ("x", "-1", "%00", 2**63, "9" * 5000)),
    *(f"/instructors/ana-r/?minutes={value}" for value in ("x", "-1", "%00", 2**63, "61", "9" * 5000)),
    *(f"/instructors/ana-r/?place={value}" for value in ("x", "%00", "%3Cscript%3E")),
    *(f"/instructors/ana-r/?first={value}" for value in ("x", "0001-01-01", "9999-12-31", "%00", "2027-02-30")),
]


def test_a_page_with_a_wrong_query_shows_the_usual(ana_teaches_piano, visit, subtests):
    for address in PAGES:
        with subtests.test(f"{address!r:.40}"):
            answer = visit().get(address)
            assert answer.status_code == 200
            assert "Ana R." in answer.text


NOBODIES = ["nobody", "%00", "a%00b", "%ED%A0%80", "x" * 3000, "search", "Ana-R"]


def test_an_instructor_who_is_not_there_is_a_404_page(ana_teaches_piano, visit, subtests):
    for slug in NOBODIES:
        with subtests.test(f"{slug!r:.40}"):
            answer = visit().get(f"/instructors/{slug}/")
            assert answer.status_code == 404
            assert answer["Content-Type"].startswith("text/html")


TIME = {"date": "2027-03-02", "start": "18:00", "minutes": "60", "place": "online"}


NO_LESSONS = [
    *[("date", value) for value in ("", "x", "0001-01-01", "9999-12-31", "2027-02-30", "\0", "2027-3-2x")],
    *[("start", value) for value in ("", "x", "25:00", "18:00:00x", "\0")],
    *[("minutes", value) for value in ("", "x", "0", "61", "-60", str(2**63), "\0")],
    *[("place", value) for value in ("", "moon", "\0", "<b>")],
]


def test_an_address_that_names_no_lesson_is_a_page_that_says_so(ana_teaches_piano, sam, visit, subtests):
    for name, value in NO_LESSONS:
        with subtests.test(f"{name!r:.40} {value!r:.40}"):
            browser = visit(sam)
            for send in (browser.get, browser.post):
                answer = send(f"/book/{ana_teaches_piano.pk}/", {**TIME, name: value})
                assert answer.status_code in (400, 422), (name, value)
                assert answer["Content-Type"].startswith("text/html")
            assert not Booking.objects.exists()


BAD_LESSON_FORMS = [
    ({"notes": "a\0b"}, "notes"),
    ({"notes": "x" * 501}, "notes"),
    ({"place": "student_place"}, "address"),
    ({"place": "student_place", "address": "1 Main", "neighborhood": "atlantis"}, "neighborhood"),
    ({"place": "student_place", "address": "a\0b", "neighborhood": "park-slope"}, "address"),
    ({"place": "student_place", "address": "x" * 201, "neighborhood": "park-slope"}, "address"),
    ({"place": "student_place", "address": " ", "neighborhood": "park-slope"}, "address"),
]


def test_a_form_with_anything_wrong_names_it(ana_teaches_piano, sam, visit, subtests):
    for typed, field in BAD_LESSON_FORMS:
        with subtests.test(f"{typed!r:.40} {field!r:.40}"):
            answer = visit(sam).post(f"/book/{ana_teaches_piano.pk}/", {**TIME, **typed})
            assert answer.status_code == 422
            assert field in answer.context["form"].errors
            assert f'href="#id_{field}"' in answer.text
            assert not Booking.objects.exists()


BAD_TIME_OFF_FORMS = [
    ({"starts_at": ""}, "starts_at"),
    ({"starts_at": "x\0"}, "starts_at"),
    ({"starts_at": "0001-01-01T00:00", "ends_at": "9999-12-31T23:45"}, "ends_at"),
    ({"ends_at": "2027-04-01T09:07"}, "ends_at"),
    ({"ends_at": "2027-03-31T09:00"}, "ends_at"),
    ({"starts_at": "2027-03-14T02:30"}, "starts_at"),
    ({"reason": "a\0b"}, "reason"),
    ({"reason": "x" * 201}, "reason"),
]


def test_a_time_off_form_with_anything_wrong_names_it(ana_teaches_piano, ana, visit, subtests):
    for typed, field in BAD_TIME_OFF_FORMS:
        with subtests.test(f"{typed!r:.40} {field!r:.40}"):
            whole = {"starts_at": "2027-04-01T09:00", "ends_at": "2027-04-01T17:00", "reason": ""}
            answer = visit(ana).post("/teaching/time-off/", whole | typed)
            assert answer.status_code == 422
            assert field in answer.context["form"].errors
            assert not TimeOff.objects.exists()


NO_HOURS = ["nonsense", "9-5", "09:00-25:00", "12:00-09:00", "09:07-10:00", "\0", "x" * 201]


def test_hours_that_are_none_are_said_beside_their_day(ana_teaches_piano, ana, visit, subtests):
    for typed in NO_HOURS:
        with subtests.test(f"{typed!r:.40}"):
            browser = visit(ana)
            version = browser.get("/teaching/hours/").context["form"]["version"].value()
            answer = browser.post("/teaching/hours/", {"version": version, "day_2": typed})
            assert answer.status_code == 422
            assert "day_2" in answer.context["form"].errors


NO_VERSIONS = ["", "x" * 65, "\0", None]


def test_hours_without_a_version_are_not_saved(ana_teaches_piano, ana, visit, subtests):
    for version in NO_VERSIONS:
        with subtests.test(f"{version!r:.40}"):
            typed = {"day_0": "10:00-11:00"} | ({} if version is None else {"version": version})
            answer = visit(ana).post("/teaching/hours/", typed)
            assert answer.status_code == 422
            assert "version" in answer.context["form"].errors


FORMS = ["/accounts/login/", "/accounts/signup/", "/", "/book/1/", "/teaching/hours/"]


def test_two_megabytes_at_a_page_are_a_413_page(visit, db, subtests):
    for address in FORMS:
        with subtests.test(f"{address!r:.40}"):
            answer = visit().post(address, {"notes": "x" * 2_000_000})
            assert answer.status_code == 413
            assert "Send at most 1,000,000 bytes." in answer.text
            assert answer["Cache-Control"] == "no-store"


def test_more_fields_than_anybody_needs_are_a_400_page(visit, db):
    answer = visit(raise_request_exception=False).post("/accounts/login/", {f"f{n}": "" for n in range(1500)})
    assert answer.status_code == 400


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def test_what_people_typed_is_shown_as_text(ana_teaches_piano, ana, sam, visit, api):
    """In names, headlines, bios, notes, addresses and reasons: on every page that shows them."""
    profile = ana_teaches_piano.instructor
    type(profile).objects.filter(pk=profile.pk).update(headline=SCRIPT, bio=SCRIPT)
    for person in (ana, sam):
        person.first_name, person.last_name = SCRIPT[:60], SCRIPT[:60]
        person.save()
    typed = {**TIME, "place": "student_place", "neighborhood": "park-slope", "address": SCRIPT, "notes": SCRIPT}
    booked = visit(sam).post(f"/book/{ana_teaches_piano.pk}/", typed)
    assert booked.status_code == 303
    reference = Booking.objects.get().reference
    visit(ana).post(
        "/teaching/time-off/", {"starts_at": "2027-03-02T09:00", "ends_at": "2027-03-03T09:00", "reason": SCRIPT}
    )
    pages = [
        *(visit().get(address) for address in ("/", "/instructors/ana-r/")),
        visit(sam).post(f"/book/{ana_teaches_piano.pk}/", typed),  # taken: what was typed is kept
        *(
            visit(person).get(address)
            for person in (sam, ana)
            for address in ("/lessons/", f"/lessons/{reference}/", f"/lessons/{reference}/booked/")
        ),
        *(visit(ana).get(address) for address in ("/teaching/hours/", "/teaching/time-off/")),
        *(visit(ana).get(f"/teaching/{address}") for address in ("", "past/", "calendar/?week=2027-03-02")),
        *(
            api(sam).get(address, headers={"Accept": "text/html"})
            for address in ("/api/instructors/", "/api/bookings/", f"/api/bookings/{reference}/")
        ),
    ]
    for page in pages:
        assert page.status_code in (200, 409)
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert pages[2].status_code == 409
    assert sum("&lt;script&gt;alert" in page.text for page in pages) > 9


def test_a_lesson_far_in_the_past_or_future_is_refused_with_its_reason(ana_teaches_piano, sam, api):
    for day, code in (("1900-01-01", "too_soon"), ("2027-02-28", "too_soon"), ("2100-12-31", "too_far")):
        body = {"service": ana_teaches_piano.pk, "booking_date": day, "start_time": "18:00", "duration_minutes": 60}
        answer = sent(api(sam), "POST", "/api/bookings/", {**body, "place": "online"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_the_first_year_of_all_is_no_failure(ana_teaches_piano, sam, api):
    for day in ("0001-01-01", "0001-01-02"):
        body = {"service": ana_teaches_piano.pk, "booking_date": day, "start_time": "00:00", "duration_minutes": 60}
        assert sent(api(sam), "POST", "/api/bookings/", {**body, "place": "online"}).status_code == 400


def test_time_off_that_is_over_is_refused(ana_teaches_piano, ana, api):
    body = {"starts_at": (NOON - timedelta(days=2)).isoformat(), "ends_at": NOON.isoformat()}
    refused(sent(api(ana), "POST", "/api/me/time-off/", body), "ends_at")


def test_a_year_that_no_calendar_has_is_said_in_words(ana_teaches_piano, ana, visit):
    for typed in ("0001-01-01T00:00", "9999-12-31T23:45"):
        answer = visit(ana).post("/teaching/time-off/", {"starts_at": "2027-04-01T09:00", "ends_at": typed})
        assert answer.status_code == 422
        assert "Choose a year from 2000 to 2100." in answer.text
