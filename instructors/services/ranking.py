"""Why an instructor stands where they do, from the numbers that put them there. /how-we-rank/ has the formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from instainstru.core import money, policy
from instainstru.core.templatetags.show import clock, day
from instainstru.core.time import NEW_YORK
from instructors.repositories.offers import TENTHS
from instructors.repositories.search import Found
from instructors.services.asking import Wish


@dataclass(frozen=True)
class Why:
    """One part of the formula: what it gave, in points of 100, and what for."""

    part: str
    points: float
    says: str


def why(found: Found, wish: Wish, *, words: Sequence[str], areas: Mapping[str, str], now: datetime) -> list[Why]:
    """The parts that say something of this instructor, in the formula's order. Areas are names by slug.

    Words are those of the wish that were looked for as text.
    """
    points = found.points
    said = [
        ("soonness", points.soon, _soonness(found.starts[0], now=now)),
        ("nearness", points.near, (found.area or areas.get(wish.borough, "")) if points.near else ""),
        ("match", points.match, f"Says “{' '.join(words)}”" if points.match else ""),
        ("rating", points.rating, f"{found.rating:.1f} from {found.reviews}" if found.rating else ""),
        ("price", points.price, _price(found, wish) if points.price else ""),
        ("newcomer", points.newcomer, "New here" if points.newcomer else ""),
        ("completeness", points.complete, "Full profile" if points.complete == policy.POINTS_COMPLETE * TENTHS else ""),
    ]
    return [Why(part, worth / TENTHS, says) for part, worth, says in said if says or worth]


def _soonness(start: datetime, *, now: datetime) -> str:
    ahead = (start.astimezone(NEW_YORK).date() - now.astimezone(NEW_YORK).date()).days
    when = {0: "today", 1: "tomorrow"}.get(ahead) or day(start)
    return f"Free {when} at {clock(start)}"


def _price(found: Found, wish: Wish) -> str:
    price = money.lesson_price(hourly_cents=found.hourly_cents, minutes=wish.minutes)
    return f"{money.dollars((wish.max_price_cents or 0) - price)} under your limit"
