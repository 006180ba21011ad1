"""The catalogue and the city's neighbourhoods, loaded from files that come with the site."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from instainstru.core.measure import measure_operation
from instructors.models import Borough, Category, Neighborhood, Subcategory, Subject

DATA = Path(__file__).resolve().parent.parent / "data"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t")


@measure_operation
def load_places() -> int:
    """Make boroughs and neighbourhoods equal to the file; answers how many neighbourhoods it has. Safe to repeat."""
    rows = list(_rows("neighborhoods.tsv"))
    names = sorted({row["borough"] for row in rows})
    with transaction.atomic():
        Borough.objects.bulk_create(
            [Borough(name=name, slug=slugify(name)) for name in names],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=["name"],
        )
        boroughs = {borough.name: borough for borough in Borough.objects.all()}
        Neighborhood.objects.bulk_create(
            [
                Neighborhood(code=row["code"], name=row["name"], slug=row["slug"], borough=boroughs[row["borough"]])
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "slug", "borough"],
        )
    return len(rows)


@measure_operation
def load_catalogue() -> int:
    """Make categories, subcategories and subjects equal to the file; answers how many subjects. Safe to repeat."""
    rows = list(_rows("catalogue.tsv"))
    with transaction.atomic():
        Category.objects.bulk_create(
            [Category(name=name, slug=slugify(name)) for name in dict.fromkeys(row["category"] for row in rows)],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=["name"],
        )
        categories = {category.name: category for category in Category.objects.all()}
        Subcategory.objects.bulk_create(
            [
                Subcategory(category=categories[category], name=name, slug=slugify(name))
                for category, name in dict.fromkeys((row["category"], row["subcategory"]) for row in rows)
            ],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=["name", "category"],
        )
        subcategories = {subcategory.name: subcategory for subcategory in Subcategory.objects.all()}
        Subject.objects.bulk_create(
            [
                Subject(
                    subcategory=subcategories[row["subcategory"]],
                    name=row["subject"],
                    slug=row["slug"],
                    search_words=row["search_words"].split(","),
                    ages=row["ages"].split(","),
                    places=row["formats"].split(","),
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=["name", "subcategory", "search_words", "ages", "places"],
        )
    return len(rows)
