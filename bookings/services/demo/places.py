"""Where the city's people live, how far they travel, and what an hour costs there."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from instructors.models import Neighborhood

# In a hundred people, by the first letters of the city's codes
SHARES = {"MN": 34, "BK": 32, "QN": 19, "BX": 9, "SI": 6}
# What an hour costs, against the city's mean: by district, else by borough
LEVELS = {
    "MN": 1.35, "MN09": 1.2, "MN10": 1.15, "MN11": 1.1, "MN12": 1.05,
    "BK": 1.0, "BK01": 1.15, "BK02": 1.2, "BK06": 1.2, "BK08": 1.1, "BK05": 0.9, "BK16": 0.9,
    "QN": 0.97, "QN01": 1.05, "QN02": 1.1, "QN06": 1.05, "BX": 0.9, "BX08": 1.05, "SI": 0.93,
}  # fmt: skip
WITH_ARTICLE = re.compile(r"(Upper|Lower) .* ?Side|(East|West) Village|Financial District")


@dataclass(frozen=True)
class Area:
    """A neighbourhood as people say it: the first of its names is enough."""

    id: int
    code: str
    slug: str
    name: str
    borough: str

    @property
    def level(self) -> float:
        """What an hour costs here, against the city's mean."""
        return LEVELS.get(self.code[:4], LEVELS[self.code[:2]])


def said(name: str) -> str:
    """A neighbourhood's name in a sentence: Carroll Gardens, not all four of them; the Upper West Side."""
    short = re.split(r"-(?=[A-Z])| \(", name)[0]
    return f"the {short}" if WITH_ARTICLE.fullmatch(short) else short


def areas_of(neighborhoods: Iterable[Neighborhood]) -> list[Area]:
    """The city's neighbourhoods as people say them."""
    return [area_of(one, borough=one.borough.name) for one in neighborhoods]


def area_of(neighborhood: Neighborhood, *, borough: str) -> Area:
    """One neighbourhood as people say it."""
    borough = "the Bronx" if borough == "Bronx" else borough
    return Area(neighborhood.pk, neighborhood.code, neighborhood.slug, said(neighborhood.name), borough)


class City:
    """Neighbourhoods by borough, in the order of their codes, where neighbours are close to each other."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_slug: dict[str, Area] = {}
        self._by_borough: dict[str, list[Area]] = {}
        for area in sorted(areas, key=lambda area: area.code):
            self.by_slug[area.slug] = area
            self._by_borough.setdefault(area.code[:2], []).append(area)

    def home(self, chosen: random.Random) -> Area:
        """Where somebody lives."""
        borough = chosen.choices(list(SHARES), list(SHARES.values()))[0]
        return chosen.choice(self._by_borough[borough])

    def around(self, home: Area, count: int) -> list[Area]:
        """So many neighbourhoods of the same borough around one, itself counted."""
        areas = self._by_borough[home.code[:2]]
        first = max(0, min(areas.index(home) - count // 2, len(areas) - count))
        return areas[first : first + count]
