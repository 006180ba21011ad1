"""When demo people work: weeks of several kinds, single days that differ, time off."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from bookings.services.demo.material import words
from instainstru.core.time import DAY_MINUTES, Span, first_instant, midnight

Stretch = tuple[int, int]  # minutes of the local day
H = 60
WORKDAYS, WEEKEND, ALL_DAYS = range(5), range(5, 7), range(7)

# None opens before 6:00: no hours touch the nights on which the clocks change.
KINDS: tuple[dict[int, list[Stretch]], ...] = (
    {day: [(15 * H, 20 * H)] for day in WORKDAYS},
    {day: [(14 * H, 19 * H)] for day in WORKDAYS} | {5: [(10 * H, 16 * H)]},
    {day: [(17 * H + 30, 21 * H + 30)] for day in WORKDAYS},
    {day: [(9 * H, 18 * H)] for day in WEEKEND},
    {day: [(8 * H, 13 * H), (14 * H, 19 * H)] for day in WEEKEND} | {4: [(15 * H, 20 * H)]},
    {day: [(9 * H, 12 * H + 30), (13 * H + 30, 18 * H)] for day in WORKDAYS},
    {day: [(7 * H, 12 * H)] for day in WORKDAYS},
    {day: [(8 * H, 21 * H)] for day in (1, 3, 5)},
    {day: [(10 * H, 20 * H)] for day in ALL_DAYS},
    {day: [(11 * H, 15 * H), (18 * H, 21 * H)] for day in (0, 1, 2, 3)} | {6: [(10 * H, 14 * H)]},
    {day: [(16 * H, DAY_MINUTES)] for day in (0, 2, 3, 4)} | {5: [(12 * H, DAY_MINUTES)]},
    {day: [(6 * H + 30, 9 * H + 30), (16 * H, 20 * H)] for day in WORKDAYS} | {5: [(8 * H, 12 * H)]},
)
SHIFTS = (-30, -15, 0, 0, 0, 0, 15, 30)
OTHER_HOURS: tuple[Stretch, ...] = ((10 * H, 14 * H), (12 * H, 17 * H), (9 * H, 11 * H + 30), (15 * H, 18 * H))
ANAS_DAY = [(9 * H, 12 * H), (14 * H, 21 * H)]
ANAS_WEEK = dict.fromkeys(range(6), ANAS_DAY) | {6: [(10 * H, 18 * H)]}


@dataclass(frozen=True)
class Week:
    """The hours of somebody: those that repeat, and single days in their place (no stretches: a day off)."""

    weekly: dict[int, list[Stretch]]
    dated: dict[date, list[Stretch]]

    def on(self, day: date) -> list[Stretch]:
        """The hours of one day."""
        return self.dated.get(day, self.weekly.get(day.weekday(), []))


@dataclass(frozen=True)
class Off:
    """Time off, as it was asked."""

    span: Span
    reason: str


def week(today: date, chosen: random.Random) -> Week:
    """Hours of one of the kinds, a little earlier or later, some days left out, and up to four days that differ."""
    kind, shift = chosen.choice(KINDS), chosen.choice(SHIFTS)
    kept = [day for day in kind if chosen.random() > 0.12] or list(kind)
    weekly = {
        day: [(opens + shift, min(closes + shift, DAY_MINUTES)) for opens, closes in kind[day]] for day in sorted(kept)
    }
    days = {today + timedelta(days=chosen.randrange(-60, 60)) for _ in range(chosen.choice((0, 0, 1, 2, 3, 4)))}
    return Week(weekly, {day: _instead(weekly.get(day.weekday(), []), chosen) for day in sorted(days)})


def _instead(usual: list[Stretch], chosen: random.Random) -> list[Stretch]:
    """Other hours than the usual ones, or a day off where there are some."""
    if usual and chosen.random() < 0.5:
        return []
    return [chosen.choice([other for other in OTHER_HOURS if [other] != usual])]


def time_off(today: date, chosen: random.Random) -> list[Off]:
    """Some days away or an afternoon, behind or ahead; most people have none."""
    return [_off(today, chosen) for _ in range(chosen.choice((0, 0, 0, 1, 1, 2)))]


def _off(today: date, chosen: random.Random) -> Off:
    first = today + timedelta(days=chosen.randrange(-60, 70))
    if chosen.random() < 0.4:
        opens, closes = chosen.choice(((9 * H, 13 * H), (12 * H, 17 * H), (14 * H, DAY_MINUTES)))
        span = Span(first_instant(first, opens), first_instant(first, closes))
    else:
        span = Span(midnight(first), midnight(first + timedelta(days=chosen.randrange(1, 10))))
    return Off(span, chosen.choice(words("reason")))
