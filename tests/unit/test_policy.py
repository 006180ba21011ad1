"""The numbers of the rules, each at its edge."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from instainstru.core import policy
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart, on_step


def at(clock: str, day: date = date(2027, 3, 2)) -> datetime:
    """What New York's clock says, as an instant."""
    return datetime.combine(day, time.fromisoformat(clock), NEW_YORK)


def first_start(now: datetime, *, travel: bool = False, guard: bool = True) -> str:
    """The first start that may be booked, as New York's clock says it."""
    earliest = policy.earliest_start(travel=travel, guard=guard, now=now)
    return f"{earliest.astimezone(NEW_YORK):%d %H:%M}"


def test_lengths_go_from_half_an_hour_to_four_hours_in_quarters():
    assert (policy.LENGTHS[0], policy.LENGTHS[1], policy.LENGTHS[-1]) == (30, 45, 240)
    assert policy.DEFAULT_LESSON_MINUTES in policy.LENGTHS


@pytest.mark.parametrize(
    ("place", "travels"), [(Place.STUDENT, True), (Place.INSTRUCTOR, False), (Place.ONLINE, False)]
)
def test_the_instructor_travels_to_the_students_place_only(place, travels):
    assert place.travel is travels


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("12:00", "02 13:00"),  # exactly 60 minutes ahead may be booked
        ("12:00:00.000001", "02 13:15"),  # a moment less may not
        ("12:01", "02 13:15"),  # 13:00 would be 59 minutes ahead
        ("12:15", "02 13:15"),
    ],
)
def test_notice_is_sixty_minutes_rounded_up_to_the_quarter(now, first):
    assert first_start(at(now)) == first


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("12:00", "02 15:00"),
        ("12:00:00.000001", "02 15:15"),
        ("12:01", "02 15:15"),  # 15:00 would be 179 minutes ahead
        ("12:15", "02 15:15"),
    ],
)
def test_notice_is_three_hours_when_the_instructor_travels(now, first):
    assert first_start(at(now), travel=True) == first


@pytest.mark.parametrize(
    ("now", "online", "travelling"),
    [
        ("19:59", "02 21:00", "02 23:00"),  # a minute before the night
        ("20:00", "03 09:00", "03 11:00"),
        ("23:59", "03 09:00", "03 11:00"),
        ("00:00", "02 09:00", "02 11:00"),  # after midnight the next nine o'clock is today's
        ("07:45", "02 09:00", "02 11:00"),  # notice alone would grant 08:45 and 10:45
        ("07:59", "02 09:00", "02 11:00"),
        ("08:00", "02 09:00", "02 11:00"),  # the night is over: notice alone says the same
        ("08:01", "02 09:15", "02 11:15"),
    ],
)
def test_who_asks_at_night_is_given_the_morning(now, online, travelling):
    assert first_start(at(now)) == online
    assert first_start(at(now), travel=True) == travelling


@pytest.mark.parametrize(("now", "first"), [("20:00", "02 21:00"), ("03:00", "02 04:00"), ("07:59", "02 09:00")])
def test_without_the_guard_the_night_is_like_the_day(now, first):
    assert first_start(at(now), guard=False) == first


def test_the_guard_looks_at_the_clock_of_the_lessons_zone():
    evening = datetime(2027, 3, 2, 1, tzinfo=UTC)  # 8 PM in New York, 5 PM in Los Angeles
    there = policy.earliest_start(travel=False, guard=True, now=evening, zone=ZoneInfo("America/Los_Angeles"))
    assert there == evening + timedelta(hours=1)
    assert policy.earliest_start(travel=False, guard=True, now=evening) == at("09:00")


@pytest.mark.parametrize(
    ("evening", "elapsed_hours"), [(date(2027, 3, 13), 12), (date(2027, 11, 6), 14)], ids=["spring", "autumn"]
)
def test_the_morning_after_the_clocks_change_is_nine_on_the_clock(evening, elapsed_hours):
    now = at("20:00", evening)
    earliest = policy.earliest_start(travel=False, guard=True, now=now)
    assert LocalStart.at(earliest).time == time(9)
    assert earliest - now.astimezone(UTC) == timedelta(hours=elapsed_hours)


def test_the_first_start_always_lies_on_the_quarter():
    now = at("12:00")
    for seconds in range(0, 3600, 47):
        assert on_step(policy.earliest_start(travel=False, guard=True, now=now + timedelta(seconds=seconds)))


def test_the_last_date_is_ninety_days_ahead():
    assert policy.last_date(now=at("12:00")) == date(2027, 3, 2) + timedelta(days=90)


def test_today_is_new_yorks_when_utc_has_tomorrow_already():
    assert policy.last_date(now=datetime(2027, 3, 2, 4, 59, tzinfo=UTC)) == date(2027, 3, 1) + timedelta(days=90)
    assert policy.last_date(now=datetime(2027, 3, 2, 5, tzinfo=UTC)) == date(2027, 3, 2) + timedelta(days=90)


def test_free_time_is_kept_beyond_the_horizon():
    assert policy.FREE_TIME_KEPT_DAYS > policy.HORIZON_DAYS


@pytest.mark.parametrize("setting", [0, 15, 120])
def test_a_lesson_without_travel_blocks_the_setting_after_it(setting):
    padding = policy.padding(travel=False, buffer_minutes=setting)
    assert (padding.before, padding.after) == (timedelta(0), timedelta(minutes=setting))


@pytest.mark.parametrize(("setting", "after"), [(0, 30), (15, 30), (30, 30), (31, 31), (120, 120)])
def test_travel_blocks_thirty_before_and_the_larger_after(setting, after):
    padding = policy.padding(travel=True, buffer_minutes=setting)
    assert (padding.before, padding.after) == (timedelta(minutes=30), timedelta(minutes=after))


def test_no_padding_is_longer_than_the_largest():
    for travel in (False, True):
        padding = policy.padding(travel=travel, buffer_minutes=policy.LARGEST_BUFFER_MINUTES)
        assert max(padding.before, padding.after) <= policy.LARGEST_PADDING


@pytest.mark.parametrize(("place", "floor"), [(Place.STUDENT, 8000), (Place.INSTRUCTOR, 8000), (Place.ONLINE, 6000)])
def test_each_place_has_its_lowest_hourly_rate(place, floor):
    assert policy.floor_cents(place) == floor
