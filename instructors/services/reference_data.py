"""The catalogue and the city's neighbourhoods, loaded from files that come with the site."""

import csv
from pathlib import Path

from django.db import transaction

from instainstru.core.measure import measure_operation
from instructors.repositories import reference_data as repository
from instructors.services.kept import Part, changed

DATA = Path(__file__).resolve().parent.parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@measure_operation
def load_places() -> int:
    """Make boroughs, neighbourhoods and outlines equal to the files; answers how many may be chosen. Safe to repeat."""
    neighborhoods, outlines = _rows("neighborhoods.tsv"), _rows("outlines.tsv")
    with transaction.atomic():
        repository.write_places(neighborhoods, outlines)
        changed(Part.CATALOGUE)
    return len(neighborhoods)


@measure_operation
def load_catalogue() -> int:
    """Make categories, subcategories and subjects equal to the files; answers how many subjects. Safe to repeat."""
    categories, subjects = _rows("categories.tsv"), _rows("catalogue.tsv")
    with transaction.atomic():
        repository.write_catalogue(categories, subjects)
        changed(Part.CATALOGUE)
    return len(subjects)
