"""Money in whole cents: every rounding, every rung of the ladder, each at its edge."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instainstru.core.money import (
    Settlement,
    commission_percent,
    dollars,
    half_up,
    lesson_price,
    percent,
    protection_fee,
    refund_ladder,
    settle,
)

START = datetime(2027, 3, 2, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)

bounded = settings(derandomize=True, database=None, deadline=None, max_examples=100)


@pytest.mark.parametrize(
    ("numerator", "denominator", "cents"), [(0, 2, 0), (1, 2, 1), (3, 2, 2), (49, 100, 0), (50, 100, 1), (5, 60, 0)]
)
def test_half_a_cent_goes_up(numerator, denominator, cents):
    assert half_up(numerator, denominator) == cents


@pytest.mark.parametrize(("cents", "text"), [(6720, "$67.20"), (6000, "$60"), (-50, "-$0.50"), (123456, "$1,234.56")])
def test_money_as_people_write_it(cents, text):
    assert dollars(cents) == text


@pytest.mark.parametrize(
    ("hourly", "minutes", "price"),
    [
        (6000, 60, 6000),
        (9000, 45, 6750),
        (6001, 30, 3001),  # 3000.5 cents
        (6001, 45, 4501),  # 4500.75
        (6003, 45, 4502),  # 4502.25
        (100_000, 240, 400_000),
    ],
)
def test_a_price_is_the_hourly_rate_for_the_minutes(hourly, minutes, price):
    assert lesson_price(hourly_cents=hourly, minutes=minutes) == price


@pytest.mark.parametrize(("price", "fee"), [(6000, 720), (4504, 540), (4505, 541), (12, 1), (4, 0), (5, 1)])
def test_the_fee_is_twelve_percent_rounded_by_itself(price, fee):
    assert protection_fee(price) == fee


def test_a_percentage_of_half_a_cent_goes_up():
    assert (percent(50, 1), percent(49, 1)) == (1, 0)


@pytest.mark.parametrize(("lessons", "rate"), [(0, 15), (4, 15), (5, 12), (10, 12), (11, 10), (400, 10)])
def test_commission_falls_with_lessons_completed(lessons, rate):
    assert commission_percent(lessons_completed=lessons, founding=False) == rate


@pytest.mark.parametrize("lessons", [0, 5, 11])
def test_founders_pay_eight_percent_for_life(lessons):
    assert commission_percent(lessons_completed=lessons, founding=True) == 8


def settled(ahead: timedelta, *, price: int = 6000, fee: int = 720, rate: int = 15, by_instructor: bool = False):
    return settle(
        price_cents=price,
        fee_cents=fee,
        commission_rate=rate,
        starts_at=START,
        now=START - ahead,
        by_instructor=by_instructor,
    )


DAY = timedelta(hours=24)
HALF_DAY = timedelta(hours=12)


@pytest.mark.parametrize(
    ("ahead", "settlement"),
    [
        (timedelta(days=30), Settlement(6720, 0, 0)),
        (DAY, Settlement(6720, 0, 0)),  # exactly 24 hours counts as 24 hours
        (DAY - SECOND, Settlement(0, 6000, 0)),
        (HALF_DAY, Settlement(0, 6000, 0)),  # exactly 12 as 12
        (HALF_DAY - SECOND, Settlement(0, 3000, 2550)),
        (SECOND, Settlement(0, 3000, 2550)),
    ],
)
def test_what_a_student_who_cancels_gets_back(ahead, settlement):
    assert settled(ahead) == settlement


@pytest.mark.parametrize("ahead", [DAY, DAY - SECOND, HALF_DAY - SECOND, SECOND])
def test_when_the_instructor_cancels_the_student_gets_all_back(ahead):
    assert settled(ahead, by_instructor=True) == Settlement(6720, 0, 0)


@pytest.mark.parametrize(
    ("price", "rate", "credit", "instructor"),
    [
        (6001, 15, 3001, 2550),  # half the price goes up; net 5101, half of it goes down
        (6000, 12, 3000, 2640),
        (6000, 10, 3000, 2700),
        (6000, 8, 3000, 2760),
        (6003, 15, 3002, 2551),  # commission 900.45 is 900, net 5103
        (6010, 15, 3005, 2554),  # commission 901.5 is 902, net 5108
    ],
)
def test_a_late_cancelling_halves_up_for_the_student_and_down_for_the_instructor(price, rate, credit, instructor):
    assert settled(SECOND, price=price, rate=rate) == Settlement(0, credit, instructor)


def test_the_ladder_has_three_rungs_with_their_clock_times():
    ladder = refund_ladder(price_cents=6001, fee_cents=720, starts_at=START)
    assert [(step.until, step.refund_cents, step.credit_cents) for step in ladder] == [
        (START - DAY, 6721, 0),
        (START - HALF_DAY, 0, 6001),
        (START, 0, 3001),
    ]


@bounded
@given(st.integers(0, 400_000), st.integers(0, 20), st.integers(1, 48 * 3600))
def test_nobody_gets_more_than_was_paid(price, rate, seconds):
    fee = protection_fee(price)
    got = settled(timedelta(seconds=seconds), price=price, fee=fee, rate=rate)
    assert min(got.refund_cents, got.credit_cents, got.instructor_cents) >= 0
    assert got.refund_cents + got.credit_cents + got.instructor_cents <= price + fee


@bounded
@given(st.integers(1, 400_000), st.integers(1, 48 * 3600))
def test_the_ladder_shown_is_the_ladder_applied(price, seconds):
    fee = protection_fee(price)
    now = START - timedelta(seconds=seconds)
    ladder = refund_ladder(price_cents=price, fee_cents=fee, starts_at=START)
    rung = next(step for step in ladder if now <= step.until)
    got = settled(timedelta(seconds=seconds), price=price, fee=fee)
    assert (got.refund_cents, got.credit_cents) == (rung.refund_cents, rung.credit_cents)
