"""What a visitor searched for lately, as their session keeps it: an address, and what it asked in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

from instainstru.core import policy
from instainstru.core.measure import measure_operation

Kept = list[list[str]]  # as JSON has it: each an address and then its words


@dataclass(frozen=True)
class Search:
    """A search to go back to."""

    address: str
    label: str


@measure_operation
def with_newest(*, before: Kept, address: str, said: Sequence[str]) -> Kept:
    """The searches with a newer one in front, at most five that differ in what they ask.

    One that asks the same as the last one and more takes its place: it was narrowed down.
    """
    others = [one for one in before if set(one[1:]) != set(said)]
    if before and set(before[0][1:]) < set(said):
        others = [one for one in others if one is not before[0]]
    return [[address, *said], *others][: policy.RECENT_SEARCHES]


@measure_operation
def standing(*, kept: Kept, today: date) -> list[Search]:
    """The searches that can still be asked: not those for a day that is over."""
    return [Search(address, " · ".join(said)) for address, *said in kept if not _is_over(address, today)]


def _is_over(address: str, today: date) -> bool:
    asked = parse_qs(urlsplit(address).query)
    return any(day < today.isoformat() for name in ("date", "date_to") for day in asked.get(name, []))
