"""Time off: asked for any span, laid around the lessons that stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.time import Span
from instructors.models import CalendarEntry, TimeOff
from instructors.repositories import calendar as repository
from instructors.services import calendar


@dataclass(frozen=True)
class Added:
    """Time off as it was asked, and the booked lessons in it. They stand."""

    time_off: TimeOff
    met: list[CalendarEntry]


@measure_operation
@under_lock
def add(*, instructor_id: int, span: Span, reason: str, now: datetime) -> Added:
    """Take a span out of an instructor's free time; one that is taken out already is found again, not added.

    Raises Invalid for one that is past, or beyond all plans.
    """
    if span.end <= now:
        raise Invalid.field("ends_at", "Time off ends in the future.")
    if span.end > now + timedelta(days=policy.TIME_OFF_DAYS_AHEAD):
        raise Invalid.field("ends_at", "Time off ends within ten years.")
    if span.start < now - timedelta(days=policy.TIME_OFF_DAYS_BACK):
        raise Invalid.field("starts_at", "Time off began a year ago at the earliest.")
    calendar.lock(person_ids=[instructor_id])
    asked = repository.time_off_of(person_id=instructor_id).filter(during=span.as_range).first()
    if asked is None:
        asked = repository.add_time_off(person_id=instructor_id, span=span, reason=reason)
        calendar.lay_again(person_id=instructor_id, touched=span)
    return Added(asked, repository.lessons_during(instructor_id=instructor_id, span=span))


@measure_operation
@under_lock
def remove(*, instructor_id: int, time_off_id: int) -> None:
    """Give a span of time off back. Raises NotFound for what is not theirs, or not theirs to remove."""
    calendar.lock(person_ids=[instructor_id])
    asked = repository.time_off_of(person_id=instructor_id).filter(pk=time_off_id).first()
    if asked is None:
        raise NotFound
    repository.forget_time_off(time_off=asked)
    calendar.lay_again(person_id=instructor_id, touched=asked.span)


@measure_operation
def coming(*, instructor_id: int, now: datetime) -> QuerySet[TimeOff]:
    """The time off that an instructor asked for and that is not over, by its beginning; lazily."""
    return repository.time_off_of(person_id=instructor_id).filter(during__endswith__gt=now)


@measure_operation
def lessons_met(*, instructor_id: int, now: datetime) -> list[CalendarEntry]:
    """The coming lessons that lie, if only partly, in time off that the instructor asked for. They stand."""
    return repository.coming_lessons_in_time_off(person_id=instructor_id, after=now)
