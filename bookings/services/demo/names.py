"""Names of New York: most people's first and last name come from the same part of the world, some do not."""

from dataclasses import dataclass
from functools import cache

from django.utils.text import slugify

from bookings.services.demo.material import draws, shuffled, table


@dataclass(frozen=True)
class Name:
    """What somebody is called, and their address for mail, which nobody shares."""

    first: str
    last: str
    email: str


@cache
def origins() -> list[tuple[list[str], list[str]]]:
    """First and last names by origin."""
    return [(row["first"].split(";"), row["last"].split(";")) for row in table("names.tsv")]


@cache
def _firsts(seed: int, lap: int) -> list[tuple[str, int]]:
    every = [(first, origin) for origin, (firsts, _) in enumerate(origins()) for first in firsts]
    return shuffled(every, draws(seed, "first names", lap))


@cache
def _lasts(seed: int, first: str, origin: int) -> list[str]:
    """All last names, in the order in which people of a first name get them: two of their own to one of the others."""
    chosen = draws(seed, "last names", first)
    own = shuffled(origins()[origin][1], chosen)
    others = shuffled([last for at, (_, lasts) in enumerate(origins()) if at != origin for last in lasts], chosen)
    ranked = [(n + n // 2, last) for n, last in enumerate(own)] + [(3 * n + 2, last) for n, last in enumerate(others)]
    return [last for _, last in sorted(ranked, key=lambda pair: pair[0])]


def name_of(number: int, *, seed: int) -> Name:
    """The name of one of the city's people. No two of the first 50,000 share one."""
    firsts = len(_firsts(seed, 0))
    lap, place = divmod(number, firsts)
    first, origin = _firsts(seed, lap)[place]
    lasts = _lasts(seed, first, origin)
    again, turn = divmod(lap, len(lasts))
    last = lasts[turn]
    return Name(first, last, f"{slugify(first)}.{slugify(last)}{again or ''}@example.com")
