"""The instructor's time: who holds it, what takes it, and what is then left free.

Whoever changes hours, entries or free time holds the instructor's lock, taken by `lock`, for the transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError

from instainstru.core import policy
from instainstru.core.contention import violates
from instainstru.core.errors import DomainError, NotAllowed
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, Span, days_touched, first_instant, midnight
from instructors.models import CalendarEntry, DatedHours, InstructorProfile, WeeklyHours
from instructors.repositories import calendar as repository
from instructors.repositories import profiles as profile_repository
from instructors.repositories.calendar import Hours, OpenStretch, PaddingClass
from instructors.services import free_time


class OutsideHours(DomainError):
    """The lesson does not lie in the instructor's working hours of one day."""

    code, status = "outside_hours", 400
    sentence = "The instructor does not work then. Choose one of the free times."


class TimeTaken(DomainError):
    """Something else has the instructor's time; `nearest` has the bookable starts closest to it."""

    code, status = "time_taken", 409
    sentence = "This time has just been taken."


class AccountClosed(NotAllowed):
    """Who has left books nothing, offers nothing, and is not booked."""

    sentence = "This account is closed."


Stretch = tuple[int, int]  # minutes of the local day: opens, closes
Day = tuple[Stretch, ...]  # the hours of one day, ascending


@dataclass(frozen=True)
class Lesson:
    """A lesson to be put into a calendar. `travel` says whether the instructor goes there."""

    reference: str
    label: str
    span: Span
    minutes: int
    place: Place


@measure_operation
def lock(*, person_ids: Iterable[int], also_closed: bool = False) -> None:
    """Hold the calendars of these people for the rest of the transaction. The wait is bounded; see `under_lock`.

    Raises AccountClosed where one of them has closed their account, maybe while we waited: nothing is begun any more.
    `also_closed` is for what has to be finished all the same.
    """
    if repository.lock_calendars(list(person_ids)) and not also_closed:
        raise AccountClosed


def joined(stretches: Iterable[Stretch]) -> Day:
    """The hours of a day, ascending; stretches that touch are one."""
    day: list[Stretch] = []
    for opens, closes in sorted(stretches):
        if day and day[-1][1] == opens:
            day[-1] = (day[-1][0], closes)
        else:
            day.append((opens, closes))
    return tuple(day)


def usual_week(weekly: Iterable[WeeklyHours]) -> tuple[Day, ...]:
    """An instructor's repeating hours by weekday; 0 is Monday."""
    week: list[list[Stretch]] = [[] for _ in range(7)]
    for stretch in weekly:
        week[stretch.weekday].append((stretch.opens, stretch.closes))
    return tuple(joined(day) for day in week)


def resolved(said: Hours, days: Iterable[date]) -> dict[date, Day]:
    """The hours of an instructor's local days: dated hours where a day has some, else those of its weekday."""
    usual = usual_week(said.weekly)
    dated: dict[date, list[Stretch]] = {}
    for row in said.dated:
        instead = dated.setdefault(row.day, [])
        if row.opens is not None and row.closes is not None:
            instead.append((row.opens, row.closes))
    return {day: joined(dated[day]) if day in dated else usual[day.weekday()] for day in days}


def open_stretches(
    weekly: Iterable[WeeklyHours], days: Sequence[date], dated: Iterable[DatedHours] = ()
) -> list[OpenStretch]:
    """What hours mean in UTC on these local days: dated hours stand in place of the week's on their day.

    A stretch that the spring night swallows is left out.
    """
    repeating: dict[int, list[WeeklyHours]] = {}
    for stretch in weekly:
        repeating.setdefault(stretch.weekday, []).append(stretch)
    said = list(dated)
    instead = {(stretch.instructor_id, stretch.day) for stretch in said}
    clocks = [
        (stretch.instructor_id, day, stretch.opens, stretch.closes)
        for day in days
        for stretch in repeating.get(day.weekday(), ())
        if (stretch.instructor_id, day) not in instead
    ]
    wanted = set(days)
    for one in said:
        if one.opens is not None and one.closes is not None and one.day in wanted:
            clocks.append((one.instructor_id, one.day, one.opens, one.closes))
    instants = [
        (instructor_id, day, first_instant(day, opens), first_instant(day, closes))
        for instructor_id, day, opens, closes in clocks
    ]
    return [OpenStretch(who, day, Span(opens, closes)) for who, day, opens, closes in instants if opens < closes]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as can be, ascending."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole


def covered(lesson: Span, stretches: Iterable[OpenStretch]) -> bool:
    """Whether a lesson lies in the hours of one local day."""
    day = days_touched(lesson)[0]
    open_then = merged(stretch.span for stretch in stretches if stretch.day == day)
    return any(span.start <= lesson.start and lesson.end <= span.end for span in open_then)


def not_covered(lessons: Sequence[CalendarEntry], said: Hours) -> list[CalendarEntry]:
    """Those of the lessons that do not lie in the hours, dated hours counted."""
    touched = sorted({day for lesson in lessons for day in days_touched(lesson.span)})
    stretches = open_stretches(said.weekly, touched, said.dated)
    return [lesson for lesson in lessons if not covered(lesson.span, stretches)]


@measure_operation
def occupy(*, instructor: InstructorProfile, lesson: Lesson, now: datetime) -> CalendarEntry:
    """Put a lesson, with its padding, into the instructor's calendar, and take it out of their free time.

    Expects the lock. Raises OutsideHours, then TimeTaken with the nearest bookable starts.
    """
    padding = policy.padding(travel=lesson.place.travel, buffer_minutes=instructor.buffer_minutes)
    blocked = Span(lesson.span.start - padding.before, lesson.span.end + padding.after)
    hours = repository.hours_of([instructor.pk], _days_reached(blocked))
    if not covered(lesson.span, open_stretches(hours.weekly, days_touched(lesson.span), hours.dated)):
        raise OutsideHours
    try:
        entry = repository.add_lesson(
            instructor_id=instructor.pk,
            blocked=blocked,
            lesson=lesson.span,
            reference=lesson.reference,
            label=lesson.label,
        )
    except IntegrityError as refused:
        if not violates(refused, "never_twice"):
            raise
        nearest = free_time.nearest(
            instructor=instructor, place=lesson.place, minutes=lesson.minutes, to=lesson.span.start, now=now
        )
        raise TimeTaken(nearest=nearest) from None
    rewrite(instructor=instructor, touched=blocked, hours=hours)
    return entry


@measure_operation
def attend(*, person_id: int, reference: str, lesson: Span) -> None:
    """Keep a lesson that a person takes out of the time that they teach. Expects the lock."""
    repository.add_time_off(person_id=person_id, span=lesson, reason="A lesson", lesson_reference=reference)
    lay_again(person_id=person_id, touched=lesson)


@measure_operation
def release(*, instructor: InstructorProfile, student_id: int, reference: str) -> None:
    """Give back the time of a lesson to both its people. Expects both locks.

    Time off that was asked over the lesson closes the hole in the same transaction.
    """
    entry = repository.remove_lesson(reference=reference)
    repository.lay_time_off(instructor_id=instructor.pk)
    rewrite(instructor=instructor, touched=Span.of(entry.during))
    repository.forget_lesson_taken(person_id=student_id, lesson_reference=reference)
    lay_again(person_id=student_id, touched=entry.span)


@measure_operation
def lay_again(*, person_id: int, touched: Span) -> None:
    """Derive a person's time-off entries, and the free time around a change, anew. Nothing for who does not teach.

    Expects the lock.
    """
    teaching = profile_repository.teaching_side(person_id)
    if teaching is not None:
        repository.lay_time_off(instructor_id=teaching.pk)
        rewrite(instructor=teaching, touched=touched)


def _days_reached(touched: Span) -> list[date]:
    """The local days whose free time a change of entries can reach.

    A neighbour's padding reaches as far as the largest setting allows, on either side, maybe over midnight.
    """
    return days_touched(Span(touched.start - policy.LARGEST_PADDING, touched.end + policy.LARGEST_PADDING))


def rewrite(*, instructor: InstructorProfile, touched: Span, hours: Hours | None = None) -> None:
    """Work out free time anew on the local days that a change of entries can reach. Expects the lock."""
    days = [day for day in _days_reached(touched) if instructor.free_through and day <= instructor.free_through]
    if days:
        rewrite_days(instructors=[instructor], days=days, hours=hours)


def rewrite_days(*, instructors: Sequence[InstructorProfile], days: Sequence[date], hours: Hours | None = None) -> None:
    """Work out free time anew on consecutive local days, from hours and entries. Expects the locks."""
    if hours is None:
        hours = repository.hours_of([instructor.pk for instructor in instructors], days)
    classes = []
    for instructor in instructors:
        for travel in (False, True):
            padding = policy.padding(travel=travel, buffer_minutes=instructor.buffer_minutes)
            classes.append(PaddingClass(instructor.pk, travel, padding.before, padding.after))
    repository.rewrite_free_spans(
        classes=classes,
        stretches=open_stretches(hours.weekly, days, hours.dated),
        days=Span(midnight(days[0]), midnight(days[-1] + timedelta(days=1))),
        longest=2 * policy.LARGEST_PADDING,
    )


def rewrite_coming(*, instructor_id: int, now: datetime) -> None:
    """Work out free time anew on all days that are kept, from today on. Expects the lock."""
    instructor, today = profile_repository.teaching_side(instructor_id), now.astimezone(NEW_YORK).date()
    if instructor and instructor.free_through and today <= instructor.free_through:
        rewrite_days(instructors=[instructor], days=days_from(today, instructor.free_through))


def with_days(said: Hours, *, instructor_id: int, wanted: Mapping[date, Day]) -> Hours:
    """What is said once these days have these hours: rows of their own where they differ from the week's."""
    usual = usual_week(said.weekly)
    rows = [
        DatedHours(instructor_id=instructor_id, day=day, opens=opens, closes=closes)
        for day, stretches in wanted.items()
        if stretches != usual[day.weekday()]
        for opens, closes in stretches or ((None, None),)  # a day off
    ]
    return Hours(said.weekly, [row for row in said.dated if row.day not in wanted] + rows)


def replace_days(*, instructor_id: int, before: Hours, after: Hours) -> None:
    """Write the single days in which two readings of an instructor's hours differ, and their free time.

    Expects the lock, and that `before` is what the tables say.
    """

    def rows_by_day(said: Hours) -> dict[date, set[tuple[int | None, int | None]]]:
        found: dict[date, set[tuple[int | None, int | None]]] = {}
        for row in said.dated:
            found.setdefault(row.day, set()).add((row.opens, row.closes))
        return found

    old, new = rows_by_day(before), rows_by_day(after)
    changed = sorted(day for day in old | new if old.get(day) != new.get(day))
    if not changed:
        return
    rows = [row for row in after.dated if row.day in set(changed)]
    repository.replace_dated_hours(instructor_id=instructor_id, days=changed, rows=rows)
    instructor = profile_repository.teaching_side(instructor_id)
    if instructor and instructor.free_through and changed[0] <= instructor.free_through:
        kept = days_from(changed[0], min(changed[-1], instructor.free_through))
        rewrite_days(instructors=[instructor], days=kept, hours=after)


def days_from(first: date, last: date) -> list[date]:
    """The local days from first to last, both counted."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
