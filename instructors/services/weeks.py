"""Single weeks: dated hours for seven days, read with their version, saved against it, carried on to other days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import Invalid, Stale
from instainstru.core.measure import measure_operation
from instainstru.core.time import NEW_YORK, Span, midnight
from instructors.models import CalendarEntry, TimeOff
from instructors.repositories import calendar as repository
from instructors.repositories.calendar import Hours
from instructors.services import calendar
from instructors.services.calendar import Day, Stretch
from instructors.services.hours import version_of

T = TypeVar("T", CalendarEntry, TimeOff)

DAY = timedelta(days=1)
WEEK = 7 * DAY


@dataclass(frozen=True)
class WeekDay:
    """One local day: its hours, those usual on its weekday, whether it has rows of its own, and what touches it."""

    date: date
    dated: bool
    hours: Day
    usual: Day
    lessons: list[CalendarEntry]
    time_off: list[TimeOff]


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday. Its coming lessons outside its hours, and those in time off, stand."""

    days: tuple[WeekDay, ...]
    uncovered: list[CalendarEntry]
    in_time_off: list[CalendarEntry]

    @property
    def version(self) -> str:
        """A hash of the resolved hours, whether they come from the repeating week or from dated hours."""
        return version_of(day.hours for day in self.days)


@dataclass(frozen=True)
class Change:
    """What carrying a week on does to the hours of one day."""

    date: date
    before: Day
    after: Day


@dataclass(frozen=True)
class Applied:
    """The days that change or changed, and their coming lessons that the new hours do not cover: they stand."""

    week_version: str
    changes: list[Change]
    uncovered: list[CalendarEntry]

    @property
    def version(self) -> str:
        """A hash of all that was shown: the week's hours, and each change before and after."""
        return version_of([self.week_version, *((one.date.isoformat(), one.before, one.after) for one in self.changes)])


def monday_of(day: date) -> date:
    """The Monday that begins a day's week."""
    return day - day.weekday() * DAY


@measure_operation
def reach(*, now: datetime) -> tuple[date, date]:
    """The Mondays of the first and the last week that can be looked at and set."""
    return monday_of(_today(now)), monday_of(_today(now) + policy.DATED_HOURS_DAYS_AHEAD * DAY)


@measure_operation
def read(*, instructor_id: int, monday: date, now: datetime) -> Week:
    """The week that begins on a Monday: this one, or one up to 366 days ahead. Raises Invalid for any other."""
    days = _days_of(monday, now=now)
    return _week(instructor_id, days, repository.hours_of([instructor_id], days), now=now)


@measure_operation
@under_lock
def save(
    *,
    instructor_id: int,
    monday: date,
    days: Mapping[date, Sequence[Stretch]],
    versions: Collection[str],
    now: datetime,
) -> Week:
    """Give days of one week these hours (minutes of the local day), in place of those of one of `versions`.

    A day that is not named keeps its hours. A day equal to the repeating week keeps no row of its own, a day off that
    is not usual keeps one. Only days that change are written, and their free time with them; booked lessons stand.
    Raises Invalid for a wrong Monday, a day of another week, or other hours for a day that is over; Stale when the
    week's hours are of none of these versions any more.
    """
    week = _days_of(monday, now=now)
    if strays := sorted(set(days) - set(week)):
        raise Invalid.field("days", f"{strays[0]:%A %-d %B %Y} is not in the week of {monday:%-d %B %Y}.")
    calendar.lock(person_ids=[instructor_id])
    before = repository.hours_of([instructor_id], week)
    hours = _checked(before, week, versions)
    wanted = {day: calendar.joined(stretches) for day, stretches in days.items()}
    today = _today(now)
    if over := sorted(day for day in wanted if day < today and wanted[day] != hours[day]):
        raise Invalid.field("days", f"{over[0]:%A %-d %B} is over: its hours stay as they were.")
    coming = {day: stretches for day, stretches in wanted.items() if day >= today}
    after = calendar.with_days(before, instructor_id=instructor_id, wanted=coming)
    calendar.replace_days(instructor_id=instructor_id, before=before, after=after)
    return _week(instructor_id, week, after, now=now)


@measure_operation
def copy(*, instructor_id: int, monday: date, versions: Collection[str], now: datetime) -> Week:
    """Give the next week the hours of this one, which are of one of `versions`; answers the next week.

    Raises Invalid for a wrong Monday or a next week too far ahead, Stale when this week's hours have changed.
    """
    week = _days_of(monday, now=now)  # before the next: the last week of all has none
    onto = _days_of(monday + WEEK, now=now)
    _carry(instructor_id, week, onto, versions=versions, seen=None, dry_run=False, now=now)
    return read(instructor_id=instructor_id, monday=monday + WEEK, now=now)


@measure_operation
def apply(
    *,
    instructor_id: int,
    monday: date,
    first: date,
    last: date,
    versions: Collection[str],
    seen: str | None = None,
    dry_run: bool,
    now: datetime,
) -> Applied:
    """Give every day from first to last the hours that its weekday has in the week of `monday`: all days, or none.

    With dry_run nothing is changed: the answer says what would be. `seen` is the version of such an answer; a save
    that states it is refused when any of what it showed has changed. Raises Invalid for a wrong Monday or range, and
    Stale when the week's hours are of none of `versions` any more, or what was seen is not so any more.
    """
    week, today = _days_of(monday, now=now), _today(now)
    if first < today:
        raise Invalid.field("from", "Choose today or a later day.")
    if last < first:
        raise Invalid.field("to", "The last day does not come before the first.")
    if last - first >= policy.APPLY_DAYS * DAY:
        raise Invalid.field("to", f"A week can be used for up to {policy.APPLY_DAYS} days at once.")
    if last > today + policy.DATED_HOURS_DAYS_AHEAD * DAY:
        raise Invalid.field("to", f"Hours can be set up to {policy.DATED_HOURS_DAYS_AHEAD} days ahead.")
    onto = calendar.days_from(first, last)
    return _carry(instructor_id, week, onto, versions=versions, seen=seen, dry_run=dry_run, now=now)


@under_lock
def _carry(
    instructor_id: int,
    week: list[date],
    onto: list[date],
    *,
    versions: Collection[str],
    seen: str | None,
    dry_run: bool,
    now: datetime,
) -> Applied:
    """Give these days the hours that their weekdays have in a week, in one transaction."""
    if not dry_run:
        calendar.lock(person_ids=[instructor_id])
    before = repository.hours_of([instructor_id], [min(week[0], onto[0]), max(week[-1], onto[-1])])
    source, had = _checked(before, week, versions), calendar.resolved(before, onto)
    by_weekday = list(source.values())
    wanted = {day: by_weekday[day.weekday()] for day in onto}
    after = calendar.with_days(before, instructor_id=instructor_id, wanted=wanted)
    changes = [Change(day, had[day], wanted[day]) for day in onto if had[day] != wanted[day]]
    changed = {change.date for change in changes}
    lessons = [one for one in _coming(instructor_id, onto, now=now) if _local_day(one) in changed]
    applied = Applied(version_of(by_weekday), changes, calendar.not_covered(lessons, after))
    if seen is not None and seen != applied.version:
        raise Stale
    if not dry_run:
        calendar.replace_days(instructor_id=instructor_id, before=before, after=after)
    return applied


def _today(now: datetime) -> date:
    return now.astimezone(NEW_YORK).date()


def _days_of(monday: date, *, now: datetime) -> list[date]:
    """The seven days of a week that can be looked at and set. Raises Invalid."""
    if monday.weekday() != 0:
        raise Invalid.field("monday", f"{monday:%-d %B %Y} is a {monday:%A}: weeks begin on a Monday.")
    first, last = reach(now=now)
    if monday < first:
        raise Invalid.field("monday", f"The week of {monday:%-d %B %Y} is over.")
    if monday > last:
        raise Invalid.field("monday", f"Weeks can be set up to {policy.DATED_HOURS_DAYS_AHEAD} days ahead.")
    return calendar.days_from(monday, monday + 6 * DAY)


def _checked(said: Hours, week: list[date], versions: Collection[str]) -> dict[date, Day]:
    """A week's hours, which must be of one of these versions. Raises Stale."""
    hours = calendar.resolved(said, week)
    if version_of(hours.values()) not in versions:
        raise Stale
    return hours


def _local_day(lesson: CalendarEntry) -> date:
    return lesson.span.start.astimezone(NEW_YORK).date()


def _span_of(days: Sequence[date]) -> Span:
    return Span(midnight(days[0]), midnight(days[-1] + DAY))


def _coming(instructor_id: int, days: Sequence[date], *, now: datetime) -> list[CalendarEntry]:
    lessons = repository.lessons_during(instructor_id=instructor_id, span=_span_of(days))
    return [lesson for lesson in lessons if lesson.span.end > now]


def _on(day: date, things: Sequence[T]) -> list[T]:
    """Those that share time with a local day."""
    span = _span_of([day])
    return [one for one in things if one.span.overlaps(span)]


def _week(instructor_id: int, days: Sequence[date], said: Hours, *, now: datetime) -> Week:
    """Seven days with what is said of them and what touches them."""
    lessons = repository.lessons_during(instructor_id=instructor_id, span=_span_of(days))
    time_off = repository.time_off_during(person_id=instructor_id, span=_span_of(days))
    hours, usual = calendar.resolved(said, days), calendar.usual_week(said.weekly)
    dated = {row.day for row in said.dated}
    coming = [lesson for lesson in lessons if lesson.span.end > now]
    return Week(
        days=tuple(
            WeekDay(
                date=day,
                dated=day in dated,
                hours=hours[day],
                usual=usual[day.weekday()],
                lessons=_on(day, lessons),
                time_off=_on(day, time_off),
            )
            for day in days
        ),
        uncovered=calendar.not_covered(coming, said),
        in_time_off=[lesson for lesson in coming if any(lesson.span.overlaps(one.span) for one in time_off)],
    )
