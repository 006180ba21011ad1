"""What hours mean: the repeating week and single days, as spans, compared with a slow and obvious reading."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from instainstru.core.time import NEW_YORK, Span, midnight
from instructors.models import DatedHours, WeeklyHours
from instructors.repositories.calendar import Hours
from instructors.services import calendar
from instructors.services.hours import version_of

# Both nights on which the clocks change, in their weeks, with the days around them.
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
DAYS = [day + timedelta(days=n) for day in (SPRING, AUTUMN) for n in (-2, -1, 0, 1)]
MINUTE = timedelta(minutes=1)
WHOLE_DAY = [(0, 1440)]
NOTHING: list[tuple[int | None, int | None]] = [(None, None)]


def cut(quarters: list[int]) -> list[tuple[int, int]]:
    """Ascending quarters as stretches: the first two are one, the next two another."""
    return [(opens * 15, closes * 15) for opens, closes in zip(quarters[::2], quarters[1::2], strict=False)]


a_day = st.one_of(
    st.sampled_from([[], WHOLE_DAY, [(0, 120), (150, 240)], [(90, 150)], [(1380, 1440)]]),
    st.lists(st.integers(0, 96), min_size=0, max_size=8, unique=True).map(sorted).map(cut),
)
weeks = st.lists(a_day, min_size=7, max_size=7)
exceptions = st.dictionaries(st.sampled_from(DAYS), a_day, max_size=4)


def said(week: list[list[tuple[int, int]]], dated: dict[date, list[tuple[int, int]]]) -> Hours:
    """Hours as the tables hold them."""
    weekly = [WeeklyHours(instructor_id=1, weekday=n, opens=o, closes=c) for n, day in enumerate(week) for o, c in day]
    rows = [
        DatedHours(instructor_id=1, day=day, opens=opens, closes=closes)
        for day, stretches in dated.items()
        for opens, closes in stretches or NOTHING
    ]
    return Hours(weekly, rows)


def is_open(instant: datetime, week: list[list[tuple[int, int]]], dated: dict[date, list[tuple[int, int]]]) -> bool:
    """Whether the instructor works in this minute: the day's stretches, and the clock on the wall.

    An hour that comes twice is worked twice when it lies inside a stretch. At the edges the first pass counts: what
    opens at 01:30 opens when the clock first shows it, what closes at 01:30 has then closed for good.
    """
    local = instant.astimezone(NEW_YORK)
    for opens, closes in dated.get(local.date(), week[local.weekday()]):
        since_midnight, shown = midnight(local.date()), []
        moment = since_midnight
        while moment <= instant:  # what the clock has shown so far today
            clock = moment.astimezone(NEW_YORK)
            shown.append(clock.hour * 60 + clock.minute)
            moment += 15 * MINUTE
        has_opened = any(minute >= opens for minute in shown)
        has_closed = any(minute >= closes for minute in shown)
        if has_opened and not has_closed:
            return True
    return False


@given(week=weeks, dated=exceptions, day=st.sampled_from(DAYS), quarter=st.integers(0, 99))
@example(week=[WHOLE_DAY] * 7, dated={}, day=SPRING, quarter=91)
@example(week=[WHOLE_DAY] * 7, dated={SPRING: [(120, 180)]}, day=SPRING, quarter=8)  # what the night swallows
@example(week=[[(90, 150)]] * 7, dated={}, day=SPRING, quarter=6)
@example(week=[[]] * 7, dated={AUTUMN: [(60, 90)]}, day=AUTUMN, quarter=8)  # the second pass of 01:00
@example(week=[[(60, 120)]] * 7, dated={}, day=AUTUMN, quarter=11)
def test_spans_are_what_the_clock_on_the_wall_says_minute_by_minute(week, dated, day, quarter):
    """Half past each quarter: no edge lies there."""
    instant = midnight(day) + quarter * 15 * MINUTE + 7 * MINUTE
    if instant.astimezone(NEW_YORK).date() != day:
        return
    hours = said(week, dated)
    open_then = [one.span for one in calendar.open_stretches(hours.weekly, DAYS, hours.dated)]
    assert any(span.start <= instant < span.end for span in open_then) == is_open(instant, week, dated)


@given(week=weeks, dated=exceptions)
def test_spans_lie_in_their_day_on_the_quarter_and_never_overlap(week, dated):
    hours = said(week, dated)
    stretches = calendar.open_stretches(hours.weekly, DAYS, hours.dated)
    for one in stretches:
        assert midnight(one.day) <= one.span.start < one.span.end <= midnight(one.day + timedelta(days=1))
        assert one.span.start.minute % 15 == one.span.end.minute % 15 == 0
    spans = sorted(one.span for one in stretches)
    assert all(one.end <= two.start for one, two in pairwise(spans))


@given(week=weeks, dated=exceptions)
def test_two_ways_to_the_same_hours_have_one_version_and_mean_the_same_spans(week, dated):
    """The same days said as exceptions only, and as a week of their own with as few exceptions as can be."""
    hours = said(week, dated)
    wanted = calendar.resolved(hours, DAYS)
    all_dated = said([[]] * 7, {day: list(stretches) for day, stretches in wanted.items()})
    fewest = calendar.with_days(hours, instructor_id=1, wanted=wanted)
    for other in (all_dated, fewest):
        assert version_of(calendar.resolved(other, DAYS).values()) == version_of(wanted.values())
        assert spans_of(other) == spans_of(hours)
    assert {row.day for row in fewest.dated} == {
        day for day in DAYS if wanted[day] != calendar.usual_week(hours.weekly)[day.weekday()]
    }


def spans_of(hours: Hours) -> list[Span]:
    """The time that hours open, joined within days."""
    stretches = calendar.open_stretches(hours.weekly, DAYS, hours.dated)
    return [span for day in DAYS for span in calendar.merged(one.span for one in stretches if one.day == day)]


@given(one=st.lists(a_day, min_size=7, max_size=7), two=st.lists(a_day, min_size=7, max_size=7))
def test_versions_are_equal_exactly_when_the_hours_are(one, two):
    first, second = ([calendar.joined(day) for day in week] for week in (one, two))
    assert (version_of(first) == version_of(second)) == (first == second)


def test_stretches_that_touch_are_one_and_those_that_overlap_are_left_for_the_table_to_refuse():
    assert calendar.joined([(720, 900), (540, 720)]) == ((540, 900),)
    assert calendar.joined([(540, 720), (735, 900)]) == ((540, 720), (735, 900))
    assert calendar.joined([(540, 720), (700, 900)]) == ((540, 720), (700, 900))


@pytest.mark.parametrize(
    ("day", "minutes", "hours"),
    [
        (SPRING, (0, 1440), 23),
        (AUTUMN, (0, 1440), 25),
        (SPRING, (60, 180), 1),
        (SPRING, (120, 180), 0),
        (SPRING, (150, 240), 1),
        (AUTUMN, (60, 120), 2),
        (AUTUMN, (60, 90), 0.5),
        (AUTUMN, (90, 120), 1.5),
        (AUTUMN, (0, 60), 1),
    ],
)
def test_a_stretch_on_a_night_of_change_is_as_long_as_the_night_makes_it(day, minutes, hours):
    stretches = calendar.open_stretches([], [day], said([[]] * 7, {day: [minutes]}).dated)
    assert sum(((one.span.end - one.span.start) for one in stretches), timedelta()) == timedelta(hours=hours)


def test_midnight_joins_no_two_days():
    stretches = calendar.open_stretches(said([WHOLE_DAY] * 7, {}).weekly, DAYS[:2])
    friday, saturday = stretches
    assert friday.span.end == saturday.span.start == datetime(2027, 3, 13, 5, tzinfo=UTC)
