"""Rows of the catalogue and of the city, made equal to what the files say."""

from collections.abc import Sequence

from django.utils.text import slugify

from instructors.models import Borough, Category, Neighborhood, Subcategory, Subject

Row = dict[str, str]


def write_places(rows: Sequence[Row]) -> None:
    """Insert or renew boroughs and neighbourhoods."""
    Borough.objects.bulk_create(
        [Borough(name=name, slug=slugify(name)) for name in sorted({row["borough"] for row in rows})],
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


def write_catalogue(rows: Sequence[Row]) -> None:
    """Insert or renew categories, subcategories and subjects."""
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
