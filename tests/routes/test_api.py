"""The API as decided: its paths, who is let in, and the shape of every answer."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from drf_spectacular.generators import SchemaGenerator

from accounts.models import ApiToken
from accounts.services import tokens
from bookings.models import Booking
from instainstru.core.policy import TOKEN_DAYS
from tests.factories import PASSWORD
from tests.fixtures import book
from tests.routes.test_table import TABLE

AS_DECIDED = {
    "/api/auth/token/": {"post"},
    "/api/instructors/": {"get"},
    "/api/instructors/{slug}/": {"get"},
    "/api/instructors/{slug}/free-times": {"get"},
    "/api/neighborhoods/": {"get"},
    "/api/catalog/": {"get"},
    "/api/bookings/": {"get", "post"},
    "/api/bookings/{reference}/": {"get"},
    "/api/bookings/{reference}/cancel/": {"post"},
    "/api/me/availability/hours/": {"get", "put"},
    "/api/me/time-off/": {"get", "post"},
    "/api/me/time-off/{id}/": {"delete"},
}
BOOKING_KEYS = [
    *("reference", "status", "service", "instructor", "student", "booking_date", "start_time", "end_time"),
    *("time_zone", "starts_at", "ends_at", "duration_minutes", "place", "neighborhood", "address", "notes"),
    *("price_cents", "fee_cents", "total_cents", "refund_ladder", "refund_cents", "credit_cents", "cancelled_at"),
]


def asked(offered, **changes):
    """A body that books a service tomorrow at 6 PM, online."""
    body = {"service": offered.pk, "booking_date": "2027-03-02", "start_time": "18:00", "duration_minutes": 60}
    return {**body, "place": "online"} | changes


def error_of(answer, status, code):
    """The error of a refusal, whose shape is always the same."""
    assert answer.status_code == status, answer.content[:300]
    assert list(answer.json()) == ["error"]
    error = answer.json()["error"]
    assert set(error) - {"fields", "nearest_times"} == {"code", "message", "request_id"}
    assert error["code"] == code
    assert error["message"].endswith((".", "!")) or code == "invalid"
    assert error["request_id"] == answer["X-Request-ID"]
    assert answer["Cache-Control"] == "no-store"
    return error


# Paths ----------------------------------------------------------------------------------------------------------------


def test_the_schema_prints_the_paths_as_decided(db):
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    ours = {path: set(methods) for path, methods in paths.items()}
    assert AS_DECIDED.items() <= ours.items()


def test_the_final_slash_is_optional_and_nobody_is_sent_elsewhere(world, sessions, subtests):
    for method, pattern, *expected in TABLE:
        if method == "GET" and pattern.startswith("/api/"):
            path, mark, query = world.address(pattern).partition("?")
            other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
            with subtests.test(other):
                answer = sessions("ana").get(other + mark + query)
                assert answer.status_code == expected[3]
                if answer.status_code == 200:  # a refusal says a number of its own
                    assert answer.content[:200] == sessions("ana").get(world.address(pattern)).content[:200]


def test_the_slash_is_optional_for_what_writes(world, api):
    sam, ana = api(world.people["sam"]), api(world.people["ana"])
    assert sam.post("/api/bookings", asked(world.service)).status_code == 201
    assert sam.post(f"/api/bookings/{world.lesson.reference}/cancel", {}).status_code == 200
    assert (
        ana.post(
            "/api/me/time-off", {"starts_at": "2027-04-01T09:00:00Z", "ends_at": "2027-04-02T09:00:00Z"}
        ).status_code
        == 201
    )
    assert ana.delete(f"/api/me/time-off/{world.time_off.pk}").status_code == 204
    version = ana.get("/api/me/availability/hours").json()["version"]
    assert ana.put("/api/me/availability/hours", {"version": version, "days": []}).status_code == 200
    assert api().post("/api/auth/token", {"email": "x@example.com", "password": "x"}).status_code == 401


def test_the_root_lists_every_operation(db, api):
    listed = api().get("/api/").json()
    schema = SchemaGenerator().get_schema(public=True)["paths"]
    assert {(one["method"], one["address"].removeprefix("http://testserver")) for one in listed["operations"]} == {
        (method.upper(), path) for path, methods in schema.items() for method in methods
    }
    assert all(one["summary"] for one in listed["operations"])
    assert (listed["schema"], listed["docs"]) == ("http://testserver/api/schema/", "http://testserver/api/docs/")


def test_the_schema_is_served_as_yaml_and_json_and_docs_as_a_page(db, api):
    assert api().get("/api/schema/").text.startswith("openapi: 3")
    assert api().get("/api/schema/", headers={"Accept": "application/json"}).json()["openapi"].startswith("3")
    assert "swagger" in api().get("/api/docs/").text.lower()


def test_an_unknown_address_says_so_in_json(db, api):
    for address in ("/api/nowhere", "/api/nowhere/", "/api/bookings/x/y/z/", "/api/me/"):
        error_of(api().get(address), 404, "not_found")


# Who is let in --------------------------------------------------------------------------------------------------------


def test_a_guest_is_told_how_to_sign_in(world, api, subtests):
    for method, pattern, guest, *_ in TABLE:
        if pattern.startswith("/api/") and guest == 401:
            with subtests.test(f"{method} {pattern}"):
                answer = api().generic(method, world.address(pattern), "{}", content_type="application/json")
                error_of(answer, 401, "not_signed_in")
                assert answer["WWW-Authenticate"] == 'Bearer realm="InstaInstru"'


WRONG_TOKENS = [
    *("Bearer nonsense", "Token nonsense", "bearer x", "Bearer", "Bearer a b", "Bearer \xff", "Bearer " + "x" * 5000),
]


def test_a_wrong_token_is_401_even_where_nobody_needs_one(world, api, visit, subtests):
    """Also with a session beside it: a program that says who it is must be right."""
    for header in WRONG_TOKENS:
        for address in ("/api/bookings/", "/api/instructors/", "/api/catalog/"):
            with subtests.test(f"{header:.30} {address}"):
                answer = visit(world.people["sam"]).get(address, headers={"Authorization": header})
                error_of(answer, 401, "not_signed_in")
                assert answer["WWW-Authenticate"]


def test_another_scheme_is_nobodys(world, api):
    answer = api().get("/api/bookings/", headers={"Authorization": "Basic c2FtOnNhbQ=="})
    error_of(answer, 401, "not_signed_in")


def test_a_token_works_by_both_its_names_and_a_session_as_well(world, visit, api):
    token = tokens.issue(person=world.people["sam"], now=datetime.now(UTC)).token
    for scheme in ("Bearer", "Token", "bearer"):
        assert api().get("/api/bookings/", headers={"Authorization": f"{scheme} {token}"}).status_code == 200
    assert visit(world.people["sam"]).get("/api/bookings/").status_code == 200


def test_a_token_that_ran_out_or_whose_owner_left_is_401(world, api):
    sam = api(world.people["sam"])
    assert sam.get("/api/bookings/").status_code == 200
    ApiToken.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    error_of(sam.get("/api/bookings/"), 401, "not_signed_in")
    stranger = api(world.people["stranger"])
    world.people["stranger"].is_active = False
    world.people["stranger"].save()
    error_of(stranger.get("/api/bookings/"), 401, "not_signed_in")


def test_a_session_needs_the_forms_key_to_change_anything_and_a_token_does_not(world, visit, api):
    by_session = visit(world.people["sam"], strict=True)
    answer = by_session.post("/api/bookings/", asked(world.service), content_type="application/json")
    error_of(answer, 403, "not_allowed")
    assert Booking.objects.count() == 1
    key = by_session.get("/api/bookings/", headers={"Accept": "text/html"}).cookies["csrftoken"].value
    answer = by_session.post(
        "/api/bookings/", asked(world.service), content_type="application/json", headers={"X-CSRFToken": key}
    )
    assert answer.status_code == 201
    token = tokens.issue(person=world.people["sam"], now=datetime.now(UTC)).token
    answer = visit(strict=True).post(
        f"/api/bookings/{world.lesson.reference}/cancel/",
        {},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200


def test_another_persons_lesson_is_not_there(world, api, stranger_teaches_guitar):
    """Neither to read nor to cancel, for a student and for another instructor; nobody learns that it exists."""
    stranger = api(world.people["stranger"])
    address = f"/api/bookings/{world.lesson.reference}/"
    theirs = error_of(stranger.get(address), 404, "not_found")
    nobodys = error_of(stranger.get("/api/bookings/LS-22222-22222/"), 404, "not_found")
    assert theirs["message"] == nobodys["message"]
    error_of(stranger.post(f"{address}cancel/", {}), 404, "not_found")
    assert stranger.get("/api/bookings/").json()["results"] == []
    world.lesson.refresh_from_db()
    assert world.lesson.status == "CONFIRMED"


def test_staff_see_every_lesson_and_cancel_none(world, api):
    stella = api(world.people["stella"])
    address = f"/api/bookings/{world.lesson.reference}/"
    assert stella.get(address).status_code == 200
    error_of(stella.post(f"{address}cancel/", {}), 403, "not_allowed")
    assert stella.get("/api/bookings/").json()["results"] == []  # their own: they have none


def test_another_instructors_time_off_is_not_there(world, api, stranger_teaches_guitar):
    stranger = api(world.people["stranger"])
    error_of(stranger.delete(f"/api/me/time-off/{world.time_off.pk}/"), 404, "not_found")
    assert stranger.get("/api/me/time-off/").json()["results"] == []
    assert api(world.people["ana"]).get("/api/me/time-off/").json()["results"]


def test_nobody_acts_for_another_by_naming_them(world, api, stranger_teaches_guitar):
    stranger = api(world.people["stranger"])
    version = stranger.get("/api/me/availability/hours/").json()["version"]
    for name in ("instructor", "instructor_id", "person", "user"):
        body = {"version": version, "days": [], name: world.people["ana"].pk}
        error_of(stranger.put("/api/me/availability/hours/", body), 400, "invalid")
        body = asked(world.service) | {name: world.people["ana"].pk}
        error_of(stranger.post("/api/bookings/", body), 400, "invalid")


# Shapes ---------------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_good_for_ninety_days(sam, api):
    sam.set_password(PASSWORD)
    sam.save()
    answer = api().post("/api/auth/token/", {"email": "SAM@example.com", "password": PASSWORD})
    assert answer.status_code == 200
    assert list(answer.json()) == ["token", "expires_at"]
    left = datetime.fromisoformat(answer.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=TOKEN_DAYS, minutes=-1) < left <= timedelta(days=TOKEN_DAYS)
    assert answer.json()["token"] not in str(ApiToken.objects.values())
    assert answer["Cache-Control"] == "no-store"
    assert api().get("/api/bookings/", headers={"Authorization": f"Bearer {answer.json()['token']}"}).status_code == 200


def test_a_wrong_password_an_unknown_person_and_a_closed_account_are_told_the_same(sam, stranger, api):
    for person in (sam, stranger):
        person.set_password(PASSWORD)
        person.save()
    type(stranger).objects.filter(pk=stranger.pk).update(is_active=False)
    said = set()
    for email, password in (("sam@example.com", "x"), ("no@example.com", PASSWORD), (stranger.email, PASSWORD)):
        answer = api().post("/api/auth/token/", {"email": email, "password": password})
        said.add(error_of(answer, 401, "not_signed_in")["message"])
    assert len(said) == 1


def test_too_many_wrong_passwords_are_429_with_the_time_to_wait(sam, api):
    sam.set_password(PASSWORD)
    sam.save()
    body = {"email": "sam@example.com", "password": "wrong"}
    codes = [api().post("/api/auth/token/", body).status_code for _ in range(7)]
    assert codes[:5] == [401] * 5
    answer = api().post("/api/auth/token/", body | {"password": PASSWORD})
    error_of(answer, 429, "too_often")
    assert int(answer["Retry-After"]) > 0


def test_instructors_by_name(ana_teaches_piano, stranger_teaches_guitar, api):
    found = api().get("/api/instructors/").json()
    assert list(found) == ["results", "next"]
    assert found["next"] is None
    assert [one["name"] for one in found["results"]] == ["Ana R.", "Noor S."]
    assert found["results"][0] == api().get("/api/instructors/ana-r/").json()


def test_an_instructor(ana_teaches_piano, api):
    found = api().get("/api/instructors/ana-r/").json()
    assert found == {
        "slug": "ana-r",
        "name": "Ana R.",
        "headline": "Lessons for everyone",
        "bio": "I teach.",
        "neighborhoods": ["park-slope"],
        "services": [
            {
                "id": ana_teaches_piano.pk,
                "subject": "piano",
                "name": "Piano",
                "description": "",
                "levels": ["beginner", "intermediate", "advanced"],
                "ages": ["kids", "teens", "adults"],
                "lengths": [30, 45, 60, 90],
                "places": found["services"][0]["places"],
            }
        ],
        "rating": None,
        "reviews": 0,
    }
    assert sorted(found["services"][0]["places"], key=lambda place: place["hourly_cents"]) == [
        {"place": "online", "hourly_cents": 6000},
        {"place": "instructor_place", "hourly_cents": 8000},
        {"place": "student_place", "hourly_cents": 9000},
    ]


def test_free_times_default_to_an_hour_and_a_week_from_today(ana_teaches_piano, api):
    found = api().get("/api/instructors/ana-r/free-times", {"place": "online"}).json()
    assert list(found) == ["times"]
    times = found["times"]
    assert times[0] == "2027-03-01T13:00:00-05:00"  # an hour's notice from noon
    assert times[-1] == "2027-03-07T20:00:00-05:00"
    assert times == sorted(times)
    assert all(re.fullmatch(r"2027-03-0\dT\d\d:(00|15|30|45):00-05:00", time) for time in times)


def test_free_times_as_asked(ana_teaches_piano, api):
    query = {"place": "student_place", "from": "2027-03-14", "days": 1, "minutes": 90}
    times = api().get("/api/instructors/ana-r/free-times", query).json()["times"]
    assert times[0].startswith("2027-03-14T09:")
    assert {time[:10] for time in times} == {"2027-03-14"}
    assert all(time.endswith("-04:00") for time in times)  # the clocks went forward that night


def test_free_times_of_what_is_not_offered(ana_teaches_piano, api):
    answer = api().get("/api/instructors/ana-r/free-times", {"place": "online", "minutes": 120})
    error_of(answer, 400, "not_offered")
    error_of(api().get("/api/instructors/ana-r/free-times"), 400, "invalid")


def test_neighborhoods_and_catalog(db, api):
    found = api().get("/api/neighborhoods/", {"page_size": 100}).json()
    assert list(found) == ["results", "next"]
    assert len(found["results"]) == 100
    rest = api().get(found["next"]).json()
    assert rest["next"] is None
    assert len(found["results"]) + len(rest["results"]) == 197
    assert all(list(one) == ["slug", "name", "borough"] for one in found["results"])
    tree = api().get("/api/catalog/").json()
    assert (list(tree), tree["next"]) == (["results", "next"], None)
    category = tree["results"][0]
    assert list(category) == ["slug", "name", "subcategories"]
    assert list(category["subcategories"][0]) == ["slug", "name", "subjects"]
    assert list(category["subcategories"][0]["subjects"][0]) == ["slug", "name", "ages", "places"]


def test_booking_answers_the_whole_lesson(ana_teaches_piano, sam, api):
    answer = api(sam).post("/api/bookings/", asked(ana_teaches_piano, notes="Hello"))
    assert answer.status_code == 201
    booked = answer.json()
    assert list(booked) == BOOKING_KEYS
    assert re.fullmatch(r"LS-[2-9A-Z]{5}-[2-9A-Z]{5}", booked.pop("reference"))
    assert booked == {
        "status": "CONFIRMED",
        "service": {"id": ana_teaches_piano.pk, "subject": "piano", "name": "Piano"},
        "instructor": {"slug": "ana-r", "name": "Ana R."},
        "student": "Sam S.",
        "booking_date": "2027-03-02",
        "start_time": "18:00",
        "end_time": "19:00",
        "time_zone": "America/New_York",
        "starts_at": "2027-03-02T18:00:00-05:00",
        "ends_at": "2027-03-02T19:00:00-05:00",
        "duration_minutes": 60,
        "place": "online",
        "neighborhood": None,
        "address": "",
        "notes": "Hello",
        "price_cents": 6000,
        "fee_cents": 720,
        "total_cents": 6720,
        "refund_ladder": [
            {"until": "2027-03-01T18:00:00-05:00", "refund_cents": 6720, "credit_cents": 0},
            {"until": "2027-03-02T06:00:00-05:00", "refund_cents": 0, "credit_cents": 6000},
            {"until": "2027-03-02T18:00:00-05:00", "refund_cents": 0, "credit_cents": 3000},
        ],
        "refund_cents": None,
        "credit_cents": None,
        "cancelled_at": None,
    }


def test_a_lesson_at_the_students_place_says_where(ana_teaches_piano, sam, api):
    body = asked(ana_teaches_piano, place="student_place", neighborhood="park-slope", address="1 Main Street")
    booked = api(sam).post("/api/bookings/", body).json()
    assert (booked["neighborhood"], booked["address"], booked["price_cents"]) == ("park-slope", "1 Main Street", 9000)


@pytest.mark.parametrize("place", ["online", "instructor_place"])
def test_an_address_goes_with_the_students_place_only(place, ana_teaches_piano, sam, api):
    body = asked(ana_teaches_piano, place=place, neighborhood="park-slope", address="1 Main Street")
    error = error_of(api(sam).post("/api/bookings/", body), 400, "invalid")
    assert set(error["fields"]) == {"neighborhood", "address"}


def test_a_lesson_reads_as_it_was_booked_for_both_its_people(world, api):
    address = f"/api/bookings/{world.lesson.reference}/"
    sams, anas = (api(world.people[name]).get(address).json() for name in ("sam", "ana"))
    assert sams == anas
    assert list(sams) == BOOKING_KEYS
    assert api(world.people["sam"]).get("/api/bookings/").json() == {"results": [sams], "next": None}
    assert api(world.people["ana"]).get("/api/bookings/").json() == {"results": [anas], "next": None}


def test_a_list_of_lessons_is_the_latest_first_and_a_page_at_a_time(ana_teaches_piano, sam, api):
    for clock in ("09:00", "11:00", "13:00"):
        book(sam, ana_teaches_piano, at=clock)
    first = api(sam).get("/api/bookings/", {"page_size": 2}).json()
    rest = api(sam).get(first["next"]).json()
    assert [one["start_time"] for one in first["results"] + rest["results"]] == ["13:00", "11:00", "09:00"]
    assert rest["next"] is None


def test_cancelling_answers_what_comes_back_and_only_once(world, api, noon):
    sam = api(world.people["sam"])
    address = f"/api/bookings/{world.lesson.reference}/cancel/"
    answer = sam.post(address, {})
    assert answer.status_code == 200
    cancelled = answer.json()
    assert list(cancelled) == BOOKING_KEYS
    assert (cancelled["status"], cancelled["refund_cents"], cancelled["credit_cents"]) == ("CANCELLED", 6720, 0)
    assert cancelled["cancelled_at"] == "2027-03-01T12:00:00-05:00"
    error_of(sam.post(address, {}), 409, "not_cancellable")
    error_of(api(world.people["ana"]).post(address, {}), 409, "not_cancellable")
    assert sam.get(f"/api/bookings/{world.lesson.reference}/").json() == cancelled


def test_refusals_of_booking_and_their_codes(world, api, subtests):
    sam, stranger, ana = (api(world.people[name]) for name in ("sam", "stranger", "ana"))
    service = world.service
    home = {"place": "student_place", "address": "1 Main Street"}
    for client, changes, status, code in (
        (ana, {}, 400, "own_lesson"),
        (sam, {"duration_minutes": 120}, 400, "not_offered"),
        (sam, {"booking_date": "2027-03-01", "start_time": "12:45"}, 400, "too_soon"),
        (sam, {"booking_date": "2027-06-01"}, 400, "too_far"),
        (sam, {"start_time": "08:45"}, 400, "outside_hours"),
        (sam, {**home, "neighborhood": "astoria-central"}, 400, "not_served"),
        (sam, {**home, "neighborhood": "atlantis"}, 400, "invalid"),
        (sam, {"start_time": "18:10"}, 400, "invalid"),
        (sam, {"booking_date": "2027-03-14", "start_time": "02:30"}, 400, "invalid"),
        (sam, {"service": 999_999}, 400, "invalid"),
        (stranger, {"start_time": "15:30"}, 409, "time_taken"),
        (stranger, {"booking_date": "2027-03-11"}, 409, "time_taken"),  # time off counts as taken
    ):
        with subtests.test(f"{code} {changes}"):
            error = error_of(client.post("/api/bookings/", asked(service, **changes)), status, code)
            assert ("nearest_times" in error) == (code == "time_taken")
            assert ("fields" in error) == (code == "invalid")


def test_a_time_just_taken_is_answered_with_the_nearest(world, api):
    answer = api(world.people["stranger"]).post("/api/bookings/", asked(world.service, start_time="15:30"))
    error = error_of(answer, 409, "time_taken")
    assert error["nearest_times"] == [f"2027-03-02T{clock}:00-05:00" for clock in ("16:15", "16:30", "16:45")]


def test_a_student_who_is_busy_then_is_told_so(world, api, stranger_teaches_guitar):
    answer = api(world.people["sam"]).post("/api/bookings/", asked(stranger_teaches_guitar, start_time="15:30"))
    error = error_of(answer, 409, "you_are_busy")
    assert "nearest_times" not in error


def test_time_off(ana_teaches_piano, ana, sam, api):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    client = api(ana)
    body = {"starts_at": "2027-03-02T00:00:00-05:00", "ends_at": "2027-03-03T05:00:00Z", "reason": "Rest"}
    answer = client.post("/api/me/time-off/", body)
    assert answer.status_code == 201
    added = answer.json()
    assert list(added) == ["id", "starts_at", "ends_at", "reason", "lessons"]
    assert (added["starts_at"], added["ends_at"]) == ("2027-03-02T00:00:00-05:00", "2027-03-03T00:00:00-05:00")
    assert added.pop("lessons") == [
        {
            "reference": lesson.reference,
            "label": "Piano",
            "starts_at": "2027-03-02T15:00:00-05:00",
            "ends_at": "2027-03-02T16:00:00-05:00",
        }
    ]
    assert client.get("/api/me/time-off/").json() == {"results": [added], "next": None}
    gone = client.delete(f"/api/me/time-off/{added['id']}/")
    assert (gone.status_code, gone.content) == (204, b"")
    error_of(client.delete(f"/api/me/time-off/{added['id']}/"), 404, "not_found")


def test_the_door_is_told_to_the_instructor_of_a_standing_lesson_only(ana_teaches_piano, sam, ana, stella, api):
    body = asked(ana_teaches_piano, place="student_place", neighborhood="park-slope", address="1 Main Street")
    reference = api(sam).post("/api/bookings/", body).json()["reference"]
    address = f"/api/bookings/{reference}/"
    doors = {person.first_name: api(person).get(address).json()["address"] for person in (sam, ana, stella)}
    assert doors == {"Sam": "1 Main Street", "Ana": "1 Main Street", "Stella": ""}
    api(sam).post(f"{address}cancel/", {})
    assert api(ana).get(address).json()["address"] == ""
    assert api(sam).get(address).json()["address"] == "1 Main Street"


# Hours and their version ----------------------------------------------------------------------------------------------

HOURS = "/api/me/availability/hours/"
MORNING = [{"weekday": 0, "hours": [["09:00", "12:00"], ["14:00", "00:00"]]}]


@pytest.fixture
def anas_hours(ana_teaches_piano, ana, api):
    return api(ana)


def test_hours_are_read_with_their_version(anas_hours):
    answer = anas_hours.get(HOURS)
    week = answer.json()
    assert list(week) == ["version", "days"]
    assert answer["ETag"] == f'"{week["version"]}"'
    assert week["days"] == [{"weekday": weekday, "hours": [["09:00", "21:00"]]} for weekday in range(7)]


def test_a_save_needs_the_version(anas_hours):
    error_of(anas_hours.put(HOURS, {"days": MORNING}), 428, "version_required")
    error_of(anas_hours.put(HOURS, {"days": MORNING}, headers={"If-Match": "*"}), 428, "version_required")


def test_a_save_by_etag_or_by_body(anas_hours):
    etag = anas_hours.get(HOURS)["ETag"]
    saved = anas_hours.put(HOURS, {"days": MORNING}, headers={"If-Match": etag})
    assert saved.status_code == 200
    week = saved.json()
    assert list(week) == ["version", "days", "uncovered_lessons"]
    assert week["days"][0] == MORNING[0]
    assert all(day["hours"] == [] for day in week["days"][1:])
    assert saved["ETag"] == f'"{week["version"]}"' != etag
    again = anas_hours.put(HOURS, {"version": week["version"], "days": []})
    assert again.status_code == 200
    assert anas_hours.get(HOURS).json()["version"] == again.json()["version"]


def test_any_of_several_etags_will_do(anas_hours):
    etag = anas_hours.get(HOURS)["ETag"]
    assert anas_hours.put(HOURS, {"days": MORNING}, headers={"If-Match": f'"old", {etag}'}).status_code == 200


@pytest.mark.parametrize("stale", ['"0123456789abcdef"', '"old", "older"', 'W/"{}"'])
def test_a_stale_version_saves_nothing(stale, anas_hours):
    before = anas_hours.get(HOURS).json()
    answer = anas_hours.put(HOURS, {"days": MORNING}, headers={"If-Match": stale.format(before["version"])})
    error_of(answer, 412, "stale")
    error_of(anas_hours.put(HOURS, {"version": "old", "days": MORNING}), 412, "stale")
    assert anas_hours.get(HOURS).json() == before


def test_the_header_counts_before_the_body(anas_hours):
    version = anas_hours.get(HOURS).json()["version"]
    answer = anas_hours.put(HOURS, {"version": version, "days": MORNING}, headers={"If-Match": '"old"'})
    error_of(answer, 412, "stale")


def test_a_save_names_the_lessons_that_it_leaves_uncovered(anas_hours, sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    week = anas_hours.get(HOURS).json()
    saved = anas_hours.put(HOURS, {"version": week["version"], "days": []}).json()
    assert [one["reference"] for one in saved["uncovered_lessons"]] == [lesson.reference]
    assert anas_hours.get(f"/api/bookings/{lesson.reference}/").json()["status"] == "CONFIRMED"


def test_saving_is_seen_at_once_in_free_time(anas_hours, api):
    version = anas_hours.get(HOURS).json()["version"]
    anas_hours.put(HOURS, {"version": version, "days": [{"weekday": 2, "hours": [["10:00", "11:00"]]}]})
    times = api().get("/api/instructors/ana-r/free-times", {"place": "online"}).json()["times"]
    assert times == ["2027-03-03T10:00:00-05:00"]
