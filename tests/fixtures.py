"""The cast: Ana teaches, Sam studies, a stranger does both elsewhere, Stella is staff."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import tokens
from bookings.models import Booking, Status
from bookings.services import booking as booking_service
from bookings.services.booking import Where
from instainstru.core import clock
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart, Span, first_instant, minute_of
from instructors.models import CalendarEntry, InstructorProfile, Service
from instructors.services import free_time, time_off
from instructors.services.free_time import LessonKind
from instructors.services.time_off import Added
from tests.factories import UserFactory, teaching

NOON = datetime(2027, 3, 1, 12, tzinfo=NEW_YORK)  # a Monday, two weeks before the clocks go forward
TOMORROW = date(2027, 3, 2)


@pytest.fixture
def noon() -> Any:
    """Now is noon on Monday 1 March 2027, for services and for the entry points' clock."""
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def ana(db: None) -> User:
    """Teaches piano once `ana_teaches_piano` is asked for too."""
    return UserFactory.create(first_name="Ana", last_name="Ruiz", email="ana@example.com")


@pytest.fixture
def ana_teaches_piano(ana: User, noon: datetime) -> Service:
    """Ana's service: 9 AM to 9 PM every day, at all places, 15 minutes of padding after, in Park Slope."""
    return teaching(ana, now=noon)


@pytest.fixture
def sam(db: None) -> User:
    """A student."""
    return UserFactory.create(first_name="Sam", last_name="Student", email="sam@example.com")


@pytest.fixture
def stranger(db: None) -> User:
    """A student, and with `stranger_teaches_guitar` an instructor: elsewhere."""
    return UserFactory.create(first_name="Noor", last_name="Stranger", email="stranger@example.com")


@pytest.fixture
def stranger_teaches_guitar(stranger: User, noon: datetime) -> Service:
    """The stranger's service, with the same hours as Ana's."""
    return teaching(stranger, now=noon, subject="Guitar")


@pytest.fixture
def stella(db: None) -> User:
    """Staff: support and operations, no superuser."""
    return UserFactory.create(
        first_name="Stella",
        last_name="Staff",
        email="stella@example.com",
        is_staff=True,
        bundles=[Bundle.SUPPORT, Bundle.OPERATIONS],
    )


@pytest.fixture
def sue(db: None) -> User:
    """Support staff only."""
    return UserFactory.create(
        first_name="Sue", last_name="Support", email="sue@example.com", is_staff=True, bundles=[Bundle.SUPPORT]
    )


@pytest.fixture
def omar(db: None) -> User:
    """Operations staff only."""
    return UserFactory.create(
        first_name="Omar", last_name="Operations", email="omar@example.com", is_staff=True, bundles=[Bundle.OPERATIONS]
    )


def book(
    student: User,
    service: Service,
    *,
    at: str,
    day: date = TOMORROW,
    minutes: int = 60,
    place: Place = Place.ONLINE,
    now: datetime = NOON,
) -> Booking:
    """Book at a clock time of New York, as a person would say it."""
    return booking_service.book_lesson(
        student=student,
        service_id=service.pk,
        starts=LocalStart(day, time.fromisoformat(at)),
        minutes=minutes,
        place=place,
        where=Where("park-slope", "1 Main Street") if place is Place.STUDENT else None,
        notes="",
        now=now,
    )


def clock_times(instants: Iterable[datetime] | None) -> list[str]:
    """Instants as New York's clock says them."""
    return [f"{instant.astimezone(NEW_YORK):%H:%M}" for instant in instants or ()]


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """A client of the API that acts for a person, by a real token; for nobody without one."""

    def client_of(person: User | None = None) -> APIClient:
        client = APIClient()
        if person is not None:
            issued = tokens.issue(person=person, now=datetime.now(UTC))
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued.token}")
        return client

    return client_of


WHOLE_DAYS = [[(0, 1440)]] * 7


@pytest.fixture
def ana_never_sleeps(ana: User, noon: datetime) -> Service:
    """Ana's service around the clock, without overnight guard: nights and midnights can be looked at."""
    return teaching(ana, now=noon, week=WHOLE_DAYS, overnight_guard=False)


def free_starts(
    service: Service,
    day: date = TOMORROW,
    *,
    minutes: int = 60,
    place: Place = Place.ONLINE,
    now: datetime = NOON,
) -> list[str]:
    """The bookable starts of one day, as New York's clock says them."""
    instructor = InstructorProfile.objects.get(pk=service.instructor_id)
    return clock_times(free_time.on_days(kind=LessonKind(instructor, place, minutes), first=day, days=1, now=now))


def taken(service: Service) -> list[tuple[str, str, str]]:
    """What blocks an instructor's time: kind, from and to, as New York's clock says it."""
    entries = CalendarEntry.objects.filter(instructor=service.instructor_id).order_by("during")
    edges = [(entry.kind, clock_times([entry.during.lower, entry.during.upper])) for entry in entries]
    return [(kind, begins, ends) for kind, (begins, ends) in edges]


def off(service: Service, begins: str, ends: str, *, day: date = TOMORROW, now: datetime = NOON) -> Added:
    """Take time off on one day, by New York's clock; an end of 24:00 is midnight."""
    instants = [first_instant(day, minute_of(begins, as_end=False)), first_instant(day, minute_of(ends, as_end=True))]
    return time_off.add(instructor_id=service.instructor_id, span=Span(*instants), reason="Dentist", now=now)


def put_into(booking: Booking, status: Status) -> None:
    """Give a lesson a status, past the services, with what the table asks for."""
    completed = {"completed_at": booking.span.end, "commission_percent": 15, "commission_cents": 0}
    rest = completed if status is Status.COMPLETED else {}
    Booking.objects.filter(pk=booking.pk).update(status=status, **rest)
