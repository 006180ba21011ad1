"""Local clock and UTC: the one place where the two meet.

A wall-clock time that comes twice (the autumn night) means its first pass. One that does not come
at all (the spring night) is no start; as an edge of working hours it means the moment of the change.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from psycopg.types.range import TimestamptzRange

NEW_YORK = ZoneInfo("America/New_York")
STEP = timedelta(minutes=15)
DAY_MINUTES = 1440


class NoSuchTime(ValueError):
    """The wall clock skips this time on this date."""


@dataclass(frozen=True, order=True)
class Span:
    """A half-open stretch of time, [start, end), in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("a span ends after it starts")

    @property
    def as_range(self) -> TimestamptzRange:
        """The same as PostgreSQL's tstzrange."""
        return TimestamptzRange(self.start, self.end, "[)")

    @classmethod
    def of(cls, stored: TimestamptzRange) -> Self:
        """The span of a stored range, whose bounds the table guarantees."""
        if stored.lower is None or stored.upper is None:
            raise ValueError("a span has both its bounds")
        return cls(stored.lower.astimezone(UTC), stored.upper.astimezone(UTC))

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any time."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class LocalStart:
    """The start of a lesson as people say it: a date, a clock time and the zone whose clock it is."""

    date: date
    time: time
    zone: ZoneInfo = NEW_YORK

    @classmethod
    def at(cls, instant: datetime, zone: ZoneInfo = NEW_YORK) -> Self:
        """What the zone's clock shows at an instant."""
        local = instant.astimezone(zone)
        return cls(local.date(), local.time().replace(tzinfo=None, fold=0), zone)

    def instant(self) -> datetime:
        """The UTC instant, the first of two in a repeated hour. Raises NoSuchTime inside a spring gap."""
        local = datetime.combine(self.date, self.time.replace(fold=0), self.zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise NoSuchTime(f"On {self.date:%-d %B %Y} the clock skips {self.time:%H:%M}.")
        return instant

    def span(self, minutes: int) -> Span:
        """The lesson's UTC span: this start plus elapsed minutes. Raises NoSuchTime inside a spring gap."""
        start = self.instant()
        return Span(start, start + timedelta(minutes=minutes))


def first_instant(day: date, minute: int, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The UTC instant when the clock first shows `minute` (0 to 1440) of a local day, or has passed it."""
    naive = datetime.combine(day, time()) + timedelta(minutes=minute)
    after, before = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    if after >= before:  # an ordinary time, or the first of two
        return before
    # Inside a spring gap the two readings lie on either side of the change: walk to it.
    offset = before.astimezone(zone).utcoffset()
    while after.astimezone(zone).utcoffset() != offset:
        after += timedelta(minutes=1)
    return after


def midnight(day: date, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The UTC instant at which a local day begins."""
    return first_instant(day, 0, zone)


def is_second_pass(instant: datetime, zone: ZoneInfo = NEW_YORK) -> bool:
    """Whether the clock shows a time here that it has shown before on the same night."""
    return instant.astimezone(zone).fold == 1


def days_touched(span: Span, zone: ZoneInfo = NEW_YORK) -> list[date]:
    """The local days that share time with a span."""
    first = span.start.astimezone(zone).date()
    last = (span.end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def round_up(instant: datetime, step: timedelta = STEP) -> datetime:
    """The same instant, or the next one on the step (counted in UTC; all zones of the product share quarters)."""
    since = instant.astimezone(UTC) - datetime(2000, 1, 1, tzinfo=UTC)
    return instant.astimezone(UTC) + (-since % step)


def on_step(instant: datetime, step: timedelta = STEP) -> bool:
    """Whether an instant lies on the step."""
    return round_up(instant, step) == instant


def minutes_within(span: Span, day: date) -> tuple[int, int]:
    """A span as a local day's clock shows it: minutes of the day, cut to it. It must share time with the day.

    On the night whose clock goes back it is all that the clock shows meanwhile: an hour from 1:30 shows 1:00 to 2:00.
    """

    def minute(instant: datetime) -> int:
        local = instant.astimezone(NEW_YORK)
        return local.hour * 60 + local.minute

    begins = minute(span.start) if span.start > midnight(day) else 0
    ends = minute(span.end) if span.end < midnight(day + timedelta(days=1)) else DAY_MINUTES
    if is_second_pass(span.end - STEP) and not is_second_pass(span.start):
        changes = begins // 60 * 60 + 60  # the hour that comes twice ends here, and begins again
        return min(begins, changes - 60), max(ends, changes)
    return begins, ends


CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


def clock_of(minute: int) -> str:
    """A minute of the day (0 to 1440) as HH:MM; the end of the day is 00:00."""
    return f"{minute % DAY_MINUTES // 60:02}:{minute % 60:02}"


def minute_of(clock: str, *, as_end: bool) -> int:
    """The minute of the day of HH:MM; as an end, 00:00 and 24:00 are midnight, 1440. Raises ValueError."""
    found = CLOCK.fullmatch(clock)
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minute > DAY_MINUTES or (minute == DAY_MINUTES and not as_end):
        raise ValueError("Write clock times as HH:MM, such as 09:00.")
    return minute or (DAY_MINUTES if as_end else 0)


def stretches_of(pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
    """Stretches of a day as minutes, ascending. Raises ValueError with a sentence for what cannot be hours."""
    stretches = sorted((minute_of(opens, as_end=False), minute_of(closes, as_end=True)) for opens, closes in pairs)
    step = STEP // timedelta(minutes=1)
    for opens, closes in stretches:
        if opens % step or closes % step:
            raise ValueError("Hours begin and end on the quarter hour.")
        if opens >= closes:
            raise ValueError("Hours end after they begin: 5 PM is 17:00, and midnight is 00:00.")
    if any(one[1] > two[0] for one, two in pairwise(stretches)):
        raise ValueError("These hours overlap each other.")
    return stretches
