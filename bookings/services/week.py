"""An instructor's week as a calendar: lessons taught and taken, and time off, on one axis of quarter hours.

The axis is New York's clock. On the night on which an hour comes twice it has that hour twice; on the one that skips an
hour the other days still have it, and what lasts over the gap is drawn over it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from accounts.models import User
from bookings.models import Booking, Status
from bookings.repositories import bookings as repository
from instainstru.core.measure import measure_operation
from instainstru.core.time import NEW_YORK, STEP, Span, midnight, round_up
from instructors.services import hours, time_off

QUARTERS = 4  # of an hour
USUALLY = (9 * QUARTERS, 18 * QUARTERS)  # shown of a week without hours and lessons

Tick = tuple[time, int]  # a clock time, and 1 in its second pass


class Kind(StrEnum):
    """What a block stands for."""

    TAUGHT = "taught"
    TAKEN = "taken"
    TIME_OFF = "time_off"


@dataclass(frozen=True)
class Block:
    """What takes a piece of one day. `first` and `last` are quarters of the axis, half-open, as far as it is shown."""

    kind: Kind
    span: Span
    first: int
    last: int
    booking: Booking | None = None
    reason: str = ""


@dataclass(frozen=True)
class Day:
    """A local day and what takes it, by its beginning."""

    date: date
    blocks: list[Block]


@dataclass(frozen=True)
class Hour:
    """A full hour of the axis; `again` where the clock shows it for the second time."""

    clock: time
    again: bool


@dataclass(frozen=True)
class Week:
    """Seven days from Monday on, with the hours that are shown of them."""

    days: list[Day]
    hours: list[Hour]


@dataclass(frozen=True)
class _Taking:
    """What takes time, before it is placed."""

    kind: Kind
    span: Span
    booking: Booking | None = None
    reason: str = ""


@measure_operation
def shown(*, person: User, monday: date) -> Week:
    """An instructor's week. Cancelled lessons take no time, and are left out."""
    dates = [monday + timedelta(days=n) for n in range(7)]
    axis = max((_ticks(day) for day in dates), key=len)  # an hour that comes twice is on it twice
    row = {tick: number for number, tick in enumerate(axis)}
    takings = _takings(person, Span(midnight(monday), midnight(monday + timedelta(days=7))))
    days = [
        Day(day, [_placed(taking, day, row) for taking in takings if taking.span.overlaps(_of(day))]) for day in dates
    ]
    first, last = _extent(days, _usual_rows(person, row))
    cut = [Day(day.date, [_cut(block, first, last) for block in day.blocks]) for day in days]
    return Week(cut, [Hour(clock, bool(fold)) for clock, fold in axis[first:last:QUARTERS]])


def _takings(person: User, week: Span) -> list[_Taking]:
    booked = repository.lessons_of(person_id=person.pk).filter(lesson__overlap=week.as_range)
    lessons = [
        _Taking(Kind.TAUGHT if one.instructor_id == person.pk else Kind.TAKEN, one.span, one)
        for one in booked.exclude(status=Status.CANCELLED)
    ]
    asked = time_off.coming(instructor_id=person.pk, now=week.start).filter(during__startswith__lt=week.end)
    away = [_Taking(Kind.TIME_OFF, one.span, reason=one.reason) for one in asked]
    return sorted(away + lessons, key=lambda taking: taking.span.start)


def _of(day: date) -> Span:
    return Span(midnight(day), midnight(day + timedelta(days=1)))


def _tick(instant: datetime) -> Tick:
    local = instant.astimezone(NEW_YORK)
    return local.time().replace(fold=0), local.fold


def _ticks(day: date) -> list[Tick]:
    """The quarter hours of a local day: 96, or 92, or 100."""
    whole = _of(day)
    return [_tick(whole.start + n * STEP) for n in range((whole.end - whole.start) // STEP)]


def _placed(taking: _Taking, day: date, row: dict[Tick, int]) -> Block:
    """The part of it that lies in this day: from the quarter in which it begins to the one in which it ends."""
    whole = _of(day)
    begins, ends = max(taking.span.start, whole.start), min(taking.span.end, whole.end)
    first = begins if round_up(begins) == begins else round_up(begins) - STEP
    last = row[_tick(round_up(ends) - STEP)] + 1
    return Block(taking.kind, taking.span, row[_tick(first)], last, taking.booking, taking.reason)


def _usual_rows(person: User, row: dict[Tick, int]) -> list[int]:
    """Where the repeating hours begin and end on the axis."""
    week = hours.read(instructor_id=person.pk).days
    edges = [(opens, closes) for day in week for opens, closes in day]
    return [row[time(opens // 60, opens % 60), 0] for opens, _ in edges] + [
        row[time((closes - 15) // 60, (closes - 15) % 60), 0] + 1 for _, closes in edges
    ]


def _extent(days: Iterable[Day], usual: list[int]) -> tuple[int, int]:
    """The full hours to show: the usual ones, all lessons, and each edge of time off."""
    rows = list(usual)
    for day in days:
        whole = _of(day.date)
        for block in day.blocks:
            rows += [block.first, block.first + 1] if block.span.start >= whole.start else []
            rows += [block.last - 1, block.last] if block.span.end <= whole.end else []
    first, last = (min(rows), max(rows)) if rows else USUALLY
    return first // QUARTERS * QUARTERS, -(-last // QUARTERS) * QUARTERS


def _cut(block: Block, first: int, last: int) -> Block:
    """The block as far as it is shown, its rows counted from there."""
    begins, ends = max(block.first, first) - first, min(block.last, last) - first
    return Block(block.kind, block.span, begins, ends, block.booking, block.reason)
