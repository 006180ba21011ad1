"""Money is whole cents. Every division and percentage rounds half up to a cent, each line by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from instainstru.core import policy
from instainstru.core.policy import Place


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator in whole cents, half a cent going up. Both are zero or positive."""
    return (2 * numerator + denominator) // (2 * denominator)


def percent(cents: int, rate: int) -> int:
    """So many percent of an amount, in cents."""
    return half_up(cents * rate, 100)


def dollars(cents: int) -> str:
    """An amount as people write it: 6720 is $67.20; whole dollars go without cents."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}" + (f".{rest:02}" if rest else "")


def lesson_price(*, hourly_cents: int, minutes: int) -> int:
    """The price of a lesson in cents, without fee: hourly rate x minutes / 60."""
    return half_up(hourly_cents * minutes, 60)


def rate_fault(*, place: Place, hourly_cents: int) -> str | None:
    """What is wrong with a price per hour at a place, as a sentence that names the number; None when it is right."""
    floor = policy.floor_cents(place)
    if hourly_cents < floor:
        return f"At least {dollars(floor)} an hour {'online' if place is Place.ONLINE else 'in person'}."
    if hourly_cents > policy.CEILING_CENTS:
        return f"At most {dollars(policy.CEILING_CENTS)} an hour."
    return None


def protection_fee(price_cents: int) -> int:
    """The booking-protection fee in cents that the student pays as a line of its own."""
    return percent(price_cents, policy.FEE_PERCENT)


def commission_percent(*, lessons_completed: int, founding: bool) -> int:
    """The instructor's commission: by lessons completed in the 30 days before this one's end, or for founders."""
    if founding:
        return policy.FOUNDING_PERCENT
    return max((tier for tier in policy.COMMISSION_TIERS if lessons_completed >= tier[0]), key=lambda tier: tier[0])[1]


@dataclass(frozen=True)
class Settlement:
    """Who gets what when a lesson is cancelled, in cents. Credit is good for later lessons."""

    refund_cents: int
    credit_cents: int
    instructor_cents: int


@dataclass(frozen=True)
class Step:
    """One step of the refund ladder: what the student gets back for cancelling by an instant (UTC)."""

    until: datetime
    refund_cents: int
    credit_cents: int


def settle(
    *, price_cents: int, fee_cents: int, commission_rate: int, starts_at: datetime, now: datetime, by_instructor: bool
) -> Settlement:
    """The ladder of cancelling: exactly 24 h before counts as 24 h, exactly 12 h as 12 h.

    Expects now < starts_at: from the start on nobody cancels, and whoever asks has checked that.
    """
    ahead = starts_at - now
    if by_instructor or ahead >= timedelta(hours=policy.FULL_REFUND_HOURS):
        return Settlement(price_cents + fee_cents, 0, 0)
    if ahead >= timedelta(hours=policy.CREDIT_HOURS):
        return Settlement(0, price_cents, 0)
    net = price_cents - percent(price_cents, commission_rate)
    return Settlement(0, half_up(price_cents, 2), net // 2)


def refund_ladder(*, price_cents: int, fee_cents: int, starts_at: datetime) -> list[Step]:
    """The student's three steps, ascending. The first two include their instant, the last does not."""
    edges = [
        starts_at - timedelta(hours=policy.FULL_REFUND_HOURS),
        starts_at - timedelta(hours=policy.CREDIT_HOURS),
        starts_at,
    ]
    steps = []
    for edge in edges:
        within = min(edge, starts_at - timedelta(minutes=1))
        paid = settle(
            price_cents=price_cents,
            fee_cents=fee_cents,
            commission_rate=0,
            starts_at=starts_at,
            now=within,
            by_instructor=False,
        )
        steps.append(Step(edge, paid.refund_cents, paid.credit_cents))
    return steps
