"""Local clock and UTC, on plain days and on the two nights when the clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.range import TimestamptzRange

from instainstru.core.time import (
    DAY_MINUTES,
    NEW_YORK,
    LocalStart,
    NoSuchTime,
    Span,
    clock_of,
    days_touched,
    first_instant,
    midnight,
    minute_of,
    minutes_within,
    on_step,
    round_up,
    stretches_of,
)

PLAIN = date(2027, 3, 2)
SPRING = date(2027, 3, 14)  # 02:00 to 03:00 does not come
AUTUMN = date(2027, 11, 7)  # 01:00 to 02:00 comes twice
HOUR = timedelta(hours=1)

bounded = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Spans


def test_a_span_has_time_in_it():
    noon = utc("2027-03-02 12:00")
    for end in (noon, noon - HOUR):
        with pytest.raises(ValueError, match="ends after it starts"):
            Span(noon, end)


def test_spans_that_touch_do_not_overlap():
    noon = utc("2027-03-02 12:00")
    first, second = Span(noon, noon + HOUR), Span(noon + HOUR, noon + 2 * HOUR)
    assert not first.overlaps(second)
    assert not second.overlaps(first)
    late = Span(noon + HOUR - timedelta(microseconds=1), noon + 2 * HOUR)
    assert first.overlaps(late)
    assert late.overlaps(first)


def test_a_span_comes_back_from_its_range_in_utc():
    there = Span(datetime(2027, 3, 2, 12, tzinfo=NEW_YORK), datetime(2027, 3, 2, 13, tzinfo=NEW_YORK))
    back = Span.of(there.as_range)
    assert back == there
    assert (back.start.tzinfo, back.end.tzinfo) == (UTC, UTC)
    assert there.as_range.bounds == "[)"


@pytest.mark.parametrize("edges", [(None, utc("2027-03-02 12:00")), (utc("2027-03-02 12:00"), None)])
def test_an_unbounded_range_is_no_span(edges):
    with pytest.raises(ValueError, match="both its bounds"):
        Span.of(TimestamptzRange(*edges))


# Starts of lessons


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (PLAIN, time(15), "2027-03-02 20:00"),
        (SPRING, time(1, 59), "2027-03-14 06:59"),  # the last minute before the gap
        (SPRING, time(3), "2027-03-14 07:00"),  # the first after it
        (AUTUMN, time(0, 59), "2027-11-07 04:59"),
        (AUTUMN, time(1), "2027-11-07 05:00"),  # the first of two
        (AUTUMN, time(1, 30), "2027-11-07 05:30"),
        (AUTUMN, time(2), "2027-11-07 07:00"),  # two hours after the first 01:00
    ],
)
def test_a_start_is_one_instant_the_first_of_two(day, clock, instant):
    assert LocalStart(day, clock).instant() == utc(instant)


def test_a_time_that_says_it_is_the_second_pass_is_the_first_all_the_same():
    assert LocalStart(AUTUMN, time(1, 30, fold=1)).instant() == utc("2027-11-07 05:30")


@pytest.mark.parametrize("clock", [time(2), time(2, 30), time(2, 59)])
def test_a_start_that_the_clock_skips_does_not_exist(clock):
    with pytest.raises(NoSuchTime, match=rf"On 14 March 2027 the clock skips {clock:%H:%M}\."):
        LocalStart(SPRING, clock).instant()
    with pytest.raises(NoSuchTime):
        LocalStart(SPRING, clock).span(60)


@pytest.mark.parametrize(
    ("day", "clock", "minutes", "ends"),
    [
        (PLAIN, time(23), 60, "00:00"),
        (SPRING, time(1, 30), 60, "03:30"),  # an hour of lesson, two on the clock
        (AUTUMN, time(1, 30), 60, "01:30"),  # an hour of lesson, none on the clock
        (AUTUMN, time(1, 45), 45, "01:30"),  # the clock even goes back
        (AUTUMN, time(0, 30), 120, "01:30"),
    ],
)
def test_a_lesson_lasts_its_elapsed_minutes_whatever_the_clock_does(day, clock, minutes, ends):
    span = LocalStart(day, clock).span(minutes)
    assert span.end - span.start == timedelta(minutes=minutes)
    assert f"{LocalStart.at(span.end).time:%H:%M}" == ends


def test_what_the_clock_shows_carries_no_zone_and_no_pass():
    second_pass = LocalStart.at(utc("2027-11-07 06:30"))
    assert second_pass == LocalStart(AUTUMN, time(1, 30))
    assert (second_pass.time.tzinfo, second_pass.time.fold) == (None, 0)


def test_other_zones_have_their_own_clock():
    tokyo = ZoneInfo("Asia/Tokyo")
    assert LocalStart(PLAIN, time(9), tokyo).instant() == utc("2027-03-02 00:00")
    assert LocalStart.at(utc("2027-03-02 00:00"), tokyo) == LocalStart(PLAIN, time(9), tokyo)


@bounded
@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_the_clocks_picture_of_an_instant_leads_back_to_it_or_to_its_first_pass(naive):
    instant = naive.replace(tzinfo=UTC)
    back = LocalStart.at(instant).instant()
    assert back == instant - HOUR * instant.astimezone(NEW_YORK).fold


# Edges of working hours


@pytest.mark.parametrize(
    ("day", "minute", "instant"),
    [
        (PLAIN, 0, "2027-03-02 05:00"),
        (PLAIN, 540, "2027-03-02 14:00"),
        (PLAIN, DAY_MINUTES, "2027-03-03 05:00"),  # the end of the day is the next midnight
        (SPRING, 119, "2027-03-14 06:59"),
        (SPRING, 120, "2027-03-14 07:00"),  # what does not come means the moment of the change
        (SPRING, 150, "2027-03-14 07:00"),
        (SPRING, 179, "2027-03-14 07:00"),
        (SPRING, 180, "2027-03-14 07:00"),
        (SPRING, 181, "2027-03-14 07:01"),
        (SPRING, DAY_MINUTES, "2027-03-15 04:00"),
        (AUTUMN, 60, "2027-11-07 05:00"),
        (AUTUMN, 90, "2027-11-07 05:30"),
        (AUTUMN, 119, "2027-11-07 05:59"),
        (AUTUMN, 120, "2027-11-07 07:00"),
        (AUTUMN, DAY_MINUTES, "2027-11-08 05:00"),
    ],
)
def test_an_edge_of_hours_is_when_the_clock_first_shows_it_or_has_passed_it(day, minute, instant):
    assert first_instant(day, minute) == utc(instant)


@pytest.mark.parametrize(("day", "hours"), [(PLAIN, 24), (SPRING, 23), (AUTUMN, 25)])
def test_days_have_as_many_hours_as_they_have(day, hours):
    assert midnight(day + timedelta(days=1)) - midnight(day) == hours * HOUR


@bounded
@given(
    st.sampled_from([PLAIN, SPRING, AUTUMN]),
    st.integers(0, DAY_MINUTES),
    st.integers(0, DAY_MINUTES),
    st.just(NEW_YORK),
)
def test_a_later_edge_is_never_an_earlier_instant(day, one, two, zone):
    first, second = sorted((one, two))
    assert first_instant(day, first, zone) <= first_instant(day, second, zone)
    assert midnight(day, zone) <= first_instant(day, first, zone) <= midnight(day + timedelta(days=1), zone)


# Days


def test_a_lesson_that_ends_at_midnight_touches_one_day():
    late = LocalStart(PLAIN, time(23)).span(60)
    assert days_touched(late) == [PLAIN]
    assert days_touched(Span(late.start, late.end + timedelta(microseconds=1))) == [PLAIN, PLAIN + timedelta(days=1)]


def test_every_day_between_is_touched():
    touched = days_touched(Span(midnight(SPRING) - HOUR, midnight(SPRING + timedelta(days=2))))
    assert touched == [date(2027, 3, 13), SPRING, date(2027, 3, 15)]


# Steps


@pytest.mark.parametrize(
    ("instant", "rounded"),
    [
        ("2027-03-02 12:00", "2027-03-02 12:00"),
        ("2027-03-02 12:00:00.000001", "2027-03-02 12:15"),
        ("2027-03-02 12:14:59.999999", "2027-03-02 12:15"),
        ("1999-12-31 23:46", "2000-01-01 00:00"),
    ],
)
def test_rounding_goes_up_to_the_quarter_and_leaves_a_quarter_alone(instant, rounded):
    assert round_up(utc(instant)) == utc(rounded)
    assert on_step(utc(instant)) is (instant == rounded)


def test_a_quarter_is_a_quarter_in_every_zone():
    assert on_step(datetime(2027, 3, 2, 12, 45, tzinfo=ZoneInfo("Asia/Kathmandu")))  # 5:45 ahead of UTC
    assert round_up(datetime(2027, 3, 2, 12, 1, tzinfo=NEW_YORK)) == datetime(2027, 3, 2, 12, 15, tzinfo=NEW_YORK)


# Clock times as text


@pytest.mark.parametrize(("minute", "text"), [(0, "00:00"), (545, "09:05"), (1439, "23:59"), (1440, "00:00")])
def test_minutes_of_the_day_as_clock_times(minute, text):
    assert clock_of(minute) == text


@pytest.mark.parametrize(
    ("text", "as_end", "minute"),
    [
        ("00:00", False, 0),
        ("09:05", False, 545),
        ("23:59", False, 1439),
        ("09:05", True, 545),
        ("00:00", True, 1440),  # an end of 00:00 is midnight, the end of the day
        ("24:00", True, 1440),
    ],
)
def test_clock_times_as_minutes_of_the_day(text, as_end, minute):
    assert minute_of(text, as_end=as_end) == minute


@pytest.mark.parametrize(
    ("text", "as_end"),
    [("24:00", False), ("24:15", True), ("9:00", False), ("09:60", False), ("25:00", True), ("0900", True), ("", True),
     ("٠٩:00", False), ("09:00\n", False), (" 09:00", False)],
)  # fmt: skip
def test_what_is_no_clock_time_is_refused(text, as_end):
    with pytest.raises(ValueError, match="HH:MM"):
        minute_of(text, as_end=as_end)


def test_stretches_are_put_in_order_and_may_touch():
    assert stretches_of([("14:00", "00:00"), ("09:00", "12:00"), ("12:00", "14:00")]) == [
        (540, 720),
        (720, 840),
        (840, 1440),
    ]
    assert stretches_of([("00:00", "24:00")]) == [(0, 1440)]
    assert stretches_of([]) == []


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([("09:05", "12:00")], "quarter hour"),
        ([("09:00", "12:05")], "quarter hour"),
        ([("12:00", "09:00")], "end after they begin"),
        ([("09:00", "09:00")], "end after they begin"),
        ([("09:00", "12:00"), ("11:45", "14:00")], "overlap"),
        ([("09:00", "12:00"), ("09:00", "12:00")], "overlap"),
        ([("09:00", "17:00"), ("10:00", "11:00")], "overlap"),
        ([("nine", "12:00")], "HH:MM"),
    ],
)
def test_what_cannot_be_hours_is_refused_with_a_sentence(pairs, why):
    with pytest.raises(ValueError, match=why):
        stretches_of(pairs)


@pytest.mark.parametrize(
    ("start", "minutes", "shown"),
    [
        (datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK), 60, (60, 120)),  # 1:30, … 1:59, then 1:00, … 1:29
        (datetime(2027, 11, 7, 1, 45, tzinfo=NEW_YORK), 45, (60, 120)),
        (datetime(2027, 11, 7, 0, 30, tzinfo=NEW_YORK), 60, (30, 90)),
        (datetime(2027, 11, 7, 0, 30, tzinfo=NEW_YORK), 180, (30, 150)),
        (datetime(2027, 3, 14, 1, 30, tzinfo=NEW_YORK), 60, (90, 210)),
        (datetime(2027, 11, 7, 23, 0, tzinfo=NEW_YORK), 60, (1380, 1440)),
    ],
)
def test_a_span_is_what_the_days_clock_shows_meanwhile(start, minutes, shown):
    span = Span(start.astimezone(UTC), start.astimezone(UTC) + timedelta(minutes=minutes))
    assert minutes_within(span, start.date()) == shown
