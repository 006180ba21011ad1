"""Pages say money and times one way."""

from datetime import UTC, date, datetime

import pytest

from instainstru.core.templatetags import show

pytestmark = pytest.mark.unit

HALF_PAST_FIVE = datetime(2026, 5, 5, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cents", "said"),
    [(6720, "$67.20"), (6000, "$60"), (5, "$0.05"), (0, "$0"), (123456, "$1,234.56"), (-500, "-$5")],
)
def test_money_goes_without_cents_when_it_has_none(cents: int, said: str) -> None:
    assert show.dollars(cents) == said


def test_times_are_said_in_new_york() -> None:
    assert show.when(HALF_PAST_FIVE) == "Tuesday 5 May, 5:30 PM"
    assert show.local_start(HALF_PAST_FIVE) == "17:30"


def test_the_day_is_new_yorks_not_utcs() -> None:
    late = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
    assert show.day(late) == "Tuesday 5 May"
    assert show.local_date(late) == date(2026, 5, 5)


def test_a_plain_date_needs_no_clock() -> None:
    assert show.day(date(2026, 5, 5)) == "Tuesday 5 May"


@pytest.mark.parametrize(("hour", "said"), [(4, "12:00 AM"), (16, "12:00 PM"), (17, "1:00 PM")])
def test_midnight_and_noon_are_twelve(hour: int, said: str) -> None:
    assert show.clock(datetime(2026, 5, 5, hour, 0, tzinfo=UTC)) == said


@pytest.mark.parametrize(("minutes", "said"), [(1, "1 minute"), (60, "60 minutes")])
def test_minutes_are_counted(minutes: int, said: str) -> None:
    assert show.minutes_label(minutes) == said


def test_times_stand_under_their_day() -> None:
    next_day = datetime(2026, 5, 6, 13, 0, tzinfo=UTC)
    assert show.by_day([HALF_PAST_FIVE, next_day]) == [
        (date(2026, 5, 5), [HALF_PAST_FIVE]),
        (date(2026, 5, 6), [next_day]),
    ]
