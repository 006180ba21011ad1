"""A machine that hunts: people book, cancel, change hours and take time off, several at once, over the DST nights.

Whatever they do: nobody is sold twice, free time is hours minus entries, and each standing lesson has one entry.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from bookings.models import STANDING, Booking
from bookings.services import booking as booking_service
from bookings.services import cancelling
from bookings.services.booking import Where
from instainstru.core import policy
from instainstru.core.errors import DomainError
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart, Span, midnight
from instructors.models import CalendarEntry, DatedHours, EntryKind, FreeSpan, Service, TimeOff, WeeklyHours
from instructors.services import hours, time_off
from tests.factories import UserFactory, teaching

pytestmark = pytest.mark.django_db(transaction=True)

SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
DAYS = 3  # the eve, the night, the day after
WEEKS: tuple[list[list[tuple[int, int]]], ...] = (
    [[(0, 1440)]] * 7,
    [[(9 * 60, 12 * 60), (13 * 60, 24 * 60)]] * 7,
    [[(0, 4 * 60), (20 * 60, 24 * 60)]] * 7,
    [[(75, 165)]] * 7,
    [[]] * 7,
)
BUFFERS = (0, 15, 120)


class Hunt(RuleBasedStateMachine):
    """One night, three instructors, of whom one studies too, and two students."""

    services: list[Service]
    people: list[User]

    @initialize(night=st.sampled_from([SPRING, AUTUMN]), buffers=st.tuples(*[st.sampled_from(BUFFERS)] * 3))
    def begin(self, night: date, buffers: tuple[int, ...]) -> None:
        self.night = night
        self.now = midnight(night - timedelta(days=1)) + timedelta(hours=9)
        teachers = [UserFactory.create() for _ in range(3)]
        self.services = [
            teaching(
                teacher, now=self.now, week=WEEKS[0], lengths=(30, 60, 90), buffer_minutes=buffer, overnight_guard=False
            )
            for teacher, buffer in zip(teachers, buffers, strict=True)
        ]
        self.people = [UserFactory.create(), UserFactory.create(), teachers[2]]

    def days(self) -> list[date]:
        return [self.night + timedelta(days=n) for n in range(-1, DAYS - 1)]

    # What one person does. Each refusal of the rules is as good an outcome as a success.

    def book(self, who: int, whose: int, day: int, quarter: int, minutes: int, place: Place) -> None:
        booking_service.book_lesson(
            student=self.people[who],
            service_id=self.services[whose].pk,
            starts=LocalStart(self.days()[day], time(quarter // 4, quarter % 4 * 15)),
            minutes=minutes,
            place=place,
            where=Where("park-slope", "1 Main Street") if place is Place.STUDENT else None,
            notes="",
            now=self.now,
        )

    def cancel(self, which: int) -> None:
        standing = list(
            Booking.objects.filter(status__in=STANDING, instructor__in=self.ids()).select_related("student")
        )
        if standing:
            lesson = standing[which % len(standing)]
            cancelling.cancel_lesson(reference=lesson.reference, by=lesson.student, now=self.now)

    def change_hours(self, whose: int, week: int) -> None:
        pk = self.services[whose].instructor_id
        version = hours.read(instructor_id=pk).version
        hours.save(instructor_id=pk, days=WEEKS[week], versions=[version], now=self.now)

    def take_time_off(self, whose: int, day: int, quarter: int, length: int) -> None:
        start = midnight(self.days()[day]) + timedelta(minutes=15 * quarter)
        span = Span(start, start + timedelta(minutes=15 * length))
        time_off.add(instructor_id=self.services[whose].instructor_id, span=span, reason="", now=self.now)

    def return_time_off(self, which: int) -> None:
        asked = list(TimeOff.objects.filter(person__in=self.ids(), lesson_reference=""))
        if asked:
            one = asked[which % len(asked)]
            time_off.remove(instructor_id=one.person_id, time_off_id=one.pk)

    def ids(self) -> list[int]:
        return [service.instructor_id for service in self.services]

    acts = st.one_of(
        st.tuples(
            st.just("book"),
            st.integers(0, 2),
            st.integers(0, 2),
            st.integers(0, DAYS - 1),
            st.integers(0, 95),
            st.sampled_from([30, 60, 90]),
            st.sampled_from(list(Place)),
        ),
        st.tuples(st.just("cancel"), st.integers(0, 20)),
        st.tuples(st.just("change_hours"), st.integers(0, 2), st.integers(0, len(WEEKS) - 1)),
        st.tuples(
            st.just("take_time_off"),
            st.integers(0, 2),
            st.integers(0, DAYS - 1),
            st.integers(0, 95),
            st.integers(1, 60),
        ),
        st.tuples(st.just("return_time_off"), st.integers(0, 9)),
    )

    @rule(acts=st.lists(acts, min_size=1, max_size=4))
    def several_at_once(self, acts: list[tuple[Any, ...]]) -> None:
        with ThreadPoolExecutor(len(acts)) as people:
            for done in [people.submit(self.act, getattr(self, name), *said) for name, *said in acts]:
                done.result()

    def act(self, what: Callable[..., None], *said: Any) -> None:
        try:
            what(*said)
        except DomainError as refused:
            if refused.code == "busy":
                raise AssertionError("four people are no crowd") from refused
        finally:
            connections.close_all()

    @rule(hours_later=st.integers(1, 8))
    def time_goes_by(self, hours_later: int) -> None:
        self.now += timedelta(hours=hours_later)

    # What must hold, whoever did what.

    @invariant()
    def nobody_is_sold_twice(self) -> None:
        if not hasattr(self, "services"):
            return
        with connection.cursor() as cursor:
            for side in ("student_id", "instructor_id"):
                cursor.execute(
                    f"SELECT count(*) FROM bookings_booking a JOIN bookings_booking b ON a.{side} = b.{side}"
                    " AND a.id < b.id AND a.lesson && b.lesson"
                    " WHERE a.status <> 'CANCELLED' AND b.status <> 'CANCELLED'"
                )
                assert cursor.fetchone() == (0,)
            cursor.execute(
                "SELECT count(*) FROM bookings_booking a JOIN bookings_booking b ON a.student_id = b.instructor_id"
                " AND a.lesson && b.lesson WHERE a.status <> 'CANCELLED' AND b.status <> 'CANCELLED'"
            )
            assert cursor.fetchone() == (0,), "somebody teaches and learns at the same time"

    @invariant()
    def each_standing_lesson_has_one_entry(self) -> None:
        if not hasattr(self, "services"):
            return
        standing = Booking.objects.filter(instructor__in=self.ids(), status__in=STANDING)
        entries = CalendarEntry.objects.filter(instructor__in=self.ids(), kind=EntryKind.LESSON)
        assert sorted(standing.values_list("reference", flat=True)) == sorted(
            entries.values_list("reference", flat=True)
        )

    @invariant()
    def free_time_is_hours_minus_entries(self) -> None:
        if not hasattr(self, "services"):
            return
        for service in self.services:
            for day in self.days():
                if day < self.now.astimezone(NEW_YORK).date():
                    continue  # what is past is not kept up
                assert kept_starts(service, day) == starts_from_nothing(service, day)


def kept_starts(service: Service, day: date) -> set[tuple[bool, datetime]]:
    """(travel, start) of every quarter hour at which the kept spans hold a lesson of 30 minutes."""
    spans = FreeSpan.objects.filter(
        instructor=service.instructor_id, starts_at__gte=midnight(day), starts_at__lt=midnight(day + timedelta(days=1))
    )
    return {
        (span.travel, span.starts_at.astimezone(UTC) + timedelta(minutes=15 * n))
        for span in spans
        for n in range((span.ends_at - span.starts_at) // timedelta(minutes=15) - 1)
    }


def starts_from_nothing(service: Service, day: date) -> set[tuple[bool, datetime]]:
    """The same, asked of hours and entries for each quarter hour by itself: slow and obvious."""
    instructor = service.instructor
    entries = [Span.of(entry.during) for entry in CalendarEntry.objects.filter(instructor=instructor)]
    dated = list(DatedHours.objects.filter(instructor=instructor, day=day))
    weekly = list(WeeklyHours.objects.filter(instructor=instructor, weekday=day.weekday()))
    open_minutes = [(one.opens, one.closes) for one in dated or weekly]
    found = set()
    start, end = midnight(day), midnight(day + timedelta(days=1))
    while start < end:
        lesson = Span(start, start + timedelta(minutes=30))
        for travel in (False, True):
            padding = policy.padding(travel=travel, buffer_minutes=instructor.buffer_minutes)
            blocked = Span(lesson.start - padding.before, lesson.end + padding.after)
            if lesson.end <= end and is_open(lesson, open_minutes) and not any(map(blocked.overlaps, entries)):
                found.add((travel, start))
        start += timedelta(minutes=15)
    return found


def is_open(lesson: Span, open_minutes: list[tuple[int | None, int | None]]) -> bool:
    """Whether both halves of a lesson of 30 minutes lie in hours, by what the clock shows when each begins."""
    halves = (lesson.start, lesson.start + timedelta(minutes=15))
    return all(any(shows_within(half, opens, closes) for opens, closes in open_minutes) for half in halves)


def shows_within(instant: datetime, opens: int | None, closes: int | None) -> bool:
    """Whether an instant lies in [opens, closes) of its day. In a repeated hour both edges mean the first pass."""
    if opens is None or closes is None:
        return False
    local = instant.astimezone(NEW_YORK)
    minute = local.hour * 60 + local.minute
    if local.fold == 0:
        return opens <= minute < closes
    # The second pass: hours that reach beyond the repeated hour run through it; an edge inside has been passed.
    return opens < 120 <= closes


def test_whatever_people_do_the_promise_holds() -> None:
    run_state_machine_as_test(
        Hunt,
        settings=settings(
            max_examples=12,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],  # a race is not shrunk: it would not come again
            suppress_health_check=list(HealthCheck),
        ),
    )
