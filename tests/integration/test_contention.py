"""Many at once, against gunicorn with two workers: one time is sold once, whoever presses and however often."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from accounts.models import User
from accounts.services import tokens
from bookings.models import Booking, Status
from instainstru.core.models import OutboxMessage
from instainstru.core.time import NEW_YORK
from instructors.models import CalendarEntry, Service, TimeOff
from instructors.services import horizon
from tests.factories import UserFactory, teaching
from tests.support.site import HOST, serving

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50
LIMITED = {"RATE_LIMITS": "on"}  # as the site is: fifty at once are no abuse
ROUNDS = 20


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the site as it is."""
    with serving(tmp_path_factory.mktemp("site"), settings=LIMITED) as port:
        yield port


@pytest.fixture(scope="module")
def site_without_lock(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a site whose calendars nobody locks."""
    with serving(tmp_path_factory.mktemp("site"), "tests.support.wsgi_without_lock", settings=LIMITED) as port:
        yield port


@pytest.fixture
def ana() -> Service:
    """Ana's service. What is written here is committed: the site sees it."""
    return taught_by("Ana")


@pytest.fixture
def noor() -> Service:
    """Another instructor's."""
    return taught_by("Noor")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, an error's code, the body."""

    status: int
    code: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Press:
    """One press: who, by their token, and what is sent where."""

    token: str
    body: dict[str, Any]
    path: str = "/api/bookings/"


def taught_by(name: str) -> Service:
    """An instructor's service, from 9 to 9 on every day."""
    return teaching(UserFactory.create(first_name=name), now=datetime.now(UTC))


def token_of(person: User) -> str:
    """A key of theirs."""
    return tokens.issue(person=person, now=datetime.now(UTC)).token


def hour(service: Service, *, days: int = 7, at: str = "15:00") -> dict[str, Any]:
    """An hour online, so many days from now."""
    day = datetime.now(NEW_YORK).date() + timedelta(days=days)
    asked = {"booking_date": day.isoformat(), "start_time": at, "duration_minutes": 60, "place": "online"}
    return {"service": service.pk, **asked}


def at_once(port: int, presses: list[Press]) -> list[Answer]:
    """Send all of them in the same moment, each on a connection of its own, and wait for the answers."""
    answers: list[Answer] = []
    all_are_ready = threading.Barrier(len(presses))

    def send(press: Press) -> None:
        http = HTTPConnection(HOST, port, timeout=60)
        http.connect()
        headers = {"Authorization": f"Bearer {press.token}", "Content-Type": "application/json"}
        all_are_ready.wait()
        http.request("POST", press.path, json.dumps(press.body), headers)
        response = http.getresponse()
        body = json.loads(response.read())
        answers.append(Answer(response.status, body.get("error", {}).get("code", ""), body))
        http.close()

    threads = [threading.Thread(target=send, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(presses)
    return answers


def counted(answers: list[Answer]) -> dict[tuple[int, str], int]:
    """How often each status and code came."""
    return dict(Counter((answer.status, answer.code) for answer in answers))


# The site as it is


def test_of_fifty_who_press_at_once_one_is_granted_and_the_others_are_told_the_nearest_times(site, ana):
    presses = [Press(token_of(UserFactory.create()), hour(ana)) for _ in range(MANY)]
    answers = at_once(site, presses)
    assert counted(answers) == {(201, ""): 1, (409, "time_taken"): MANY - 1}
    nearest = [answer.body["error"]["nearest_times"] for answer in answers if answer.status == 409]
    assert {tuple(start[11:16] for start in starts) for starts in nearest} == {("13:45", "16:15", "13:30")}
    assert (Booking.objects.count(), CalendarEntry.objects.count(), OutboxMessage.objects.count()) == (1, 1, 2)
    assert horizon.compare(instructor_id=ana.instructor_id, now=datetime.now(UTC)) is None


def test_who_presses_fifty_times_has_one_lesson(site, ana):
    press = Press(token_of(UserFactory.create()), hour(ana))
    assert counted(at_once(site, [press] * MANY)) == {(201, ""): 1, (409, "time_taken"): MANY - 1}
    assert Booking.objects.count() == 1


def test_one_student_and_two_instructors_for_one_hour_make_one_lesson(site, ana, noor):
    token = token_of(UserFactory.create())
    answers = at_once(site, [Press(token, hour(service)) for service in (ana, noor)] * 10)
    codes = counted(answers)
    assert codes.pop((201, "")) == 1
    assert codes == {(409, "time_taken"): 9, (409, "you_are_busy"): 10}
    assert (Booking.objects.count(), TimeOff.objects.count()) == (1, 1)


def test_two_who_book_each_other_for_one_hour_make_one_lesson_and_no_deadlock(site, ana, noor):
    crosswise = [
        Press(token_of(ana.instructor.user), hour(noor)),
        Press(token_of(noor.instructor.user), hour(ana)),
    ]
    answers = at_once(site, crosswise * 10)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 19}
    assert Booking.objects.count() == 1
    for service in (ana, noor):
        assert horizon.compare(instructor_id=service.instructor_id, now=datetime.now(UTC)) is None


def test_lessons_and_time_off_at_all_hours_at_once_leave_a_calendar_that_adds_up(site, ana):
    """What is free afterwards is what hours and entries make, whoever came first."""
    students = [token_of(UserFactory.create()) for _ in range(3)]
    clocks = [f"{clock:02}:00" for clock in range(9, 21)]
    presses = [Press(token, hour(ana, at=clock)) for token in students for clock in clocks]
    day = hour(ana)["booking_date"]
    for clock in clocks[::3]:
        starts = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=NEW_YORK)
        away = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(minutes=45)).isoformat()}
        presses.append(Press(token_of(ana.instructor.user), away, "/api/me/time-off/"))
    answers = at_once(site, presses)
    assert {answer.status for answer in answers} == {201, 409}
    starts_sold = [booking.span.start for booking in Booking.objects.all()]
    assert len(set(starts_sold)) == len(starts_sold) == sum("reference" in answer.body for answer in answers)
    assert TimeOff.objects.filter(lesson_reference="").count() == 4
    assert horizon.compare(instructor_id=ana.instructor_id, now=datetime.now(UTC)) is None


def test_a_lesson_that_both_sides_cancel_at_once_again_and_again_is_cancelled_once(ana, tmp_path):
    student = UserFactory.create()
    # Ties hang on names whose ids change with every flush of the database: this site must know today's.
    with serving(tmp_path, settings=LIMITED) as site:
        (booked,) = at_once(site, [Press(token_of(student), hour(ana))])
        path = f"/api/bookings/{booked.body['reference']}/cancel/"
        presses = [Press(token_of(person), {}, path) for person in (student, ana.instructor.user)]
        answers = at_once(site, presses * 10)
    assert counted(answers) == {(200, ""): 1, (409, "not_cancellable"): 19}
    assert CalendarEntry.objects.count() == 0
    assert horizon.compare(instructor_id=ana.instructor_id, now=datetime.now(UTC)) is None


# What holds it: taken away, one by one


@contextmanager
def without(model: type[Model], name: str) -> Iterator[None]:
    """The table without one of its constraints, for a block. What slipped in is deleted before it comes back."""
    (constraint,) = (one for one in model._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        Booking.objects.all().delete()
        CalendarEntry.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def doubled(port: int, presses_of: Callable[[int], list[Press]]) -> int | None:
    """The first of twenty rounds, each on a day of its own, in which more than one press is granted."""
    for number in range(ROUNDS):
        answers = at_once(port, presses_of(7 + number))
        if sum(answer.status == 201 for answer in answers) > 1:
            return number
    return None


def standing() -> int:
    """How many lessons stand."""
    return Booking.objects.exclude(status=Status.CANCELLED).count()


def test_without_lock_and_constraint_an_hour_is_sold_twice(site_without_lock, ana):
    students = [token_of(UserFactory.create()) for _ in range(8)]
    with without(CalendarEntry, "never_twice"):
        assert (
            doubled(site_without_lock, lambda days: [Press(one, hour(ana, days=days)) for one in students]) is not None
        )


def test_without_lock_and_constraint_a_student_is_in_two_places_at_once(site_without_lock, ana, noor):
    token = token_of(UserFactory.create())
    with without(Booking, "student_once"):
        assert (
            doubled(
                site_without_lock,
                lambda days: [Press(token, hour(service, days=days)) for service in (ana, noor)] * 2,
            )
            is not None
        )


def test_the_lock_alone_keeps_a_student_in_one_place(site, ana, noor):
    token = token_of(UserFactory.create())
    with without(Booking, "student_once"):
        for days in range(7, 12):
            at_once(site, [Press(token, hour(service, days=days)) for service in (ana, noor)] * 2)
        assert standing() == 5


def test_the_constraints_alone_sell_an_hour_once(site_without_lock, ana, noor):
    token, students = token_of(UserFactory.create()), [token_of(UserFactory.create()) for _ in range(4)]
    at_once(site_without_lock, [Press(one, hour(ana)) for one in students])
    at_once(site_without_lock, [Press(token, hour(service, days=8)) for service in (ana, noor)] * 2)
    assert standing() <= 2
