"""Rows of the catalogue and of the city, made equal to what the files say."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model
from django.utils.text import slugify

from instructors.models import Borough, Category, Neighborhood, Outline, Subcategory, Subject

Row = dict[str, str]
M = TypeVar("M", bound=Model)


def write_places(neighborhoods: Sequence[Row], outlines: Sequence[Row]) -> None:
    """Insert or renew boroughs, neighbourhoods and outlines; an outline that left the file goes."""
    boroughs = _renew(
        [Borough(name=name, slug=slugify(name)) for name in sorted({row["borough"] for row in outlines})],
        by="slug",
        fields=["name"],
    )
    ids = {borough.name: borough.pk for borough in boroughs.values()}
    chosen = _renew(
        [
            Neighborhood(
                code=row["code"],
                slug=row["slug"],
                name=row["name"],
                borough_id=ids[row["borough"]],
                nicknames=_listed(row["nicknames"]),
                zip_codes=_listed(row["zip_codes"]),
            )
            for row in neighborhoods
        ],
        by="code",
        fields=["slug", "name", "borough_id", "nicknames", "zip_codes"],
    )
    kept = _renew(
        [
            Outline(
                code=row["code"],
                name=row["name"],
                borough_id=ids[row["borough"]],
                neighborhood=chosen[row["neighborhood"]] if row["neighborhood"] else None,
                path=row["path"],
            )
            for row in outlines
        ],
        by="code",
        fields=["name", "borough_id", "neighborhood_id", "path"],
    )
    Outline.objects.exclude(code__in=kept).delete()


def write_catalogue(categories: Sequence[Row], subjects: Sequence[Row]) -> None:
    """Insert or renew categories, subcategories and subjects."""
    first = _renew(
        [
            Category(slug=row["slug"], name=row["name"], bullet=row["bullet"], colour=row["colour"])
            for row in categories
        ],
        by="slug",
        fields=["name", "bullet", "colour"],
    )
    ids = {category.name: category.pk for category in first.values()}
    second = _renew(
        [
            Subcategory(category_id=ids[category], name=name, slug=slugify(name))
            for category, name in dict.fromkeys((row["category"], row["subcategory"]) for row in subjects)
        ],
        by="slug",
        fields=["name", "category_id"],
    )
    _renew(
        [
            Subject(
                subcategory=second[slugify(row["subcategory"])],
                name=row["subject"],
                slug=row["slug"],
                search_words=_listed(row["search_words"]),
                ages=_listed(row["ages"]),
                places=_listed(row["formats"]),
            )
            for row in subjects
        ],
        by="slug",
        fields=["name", "subcategory_id", "search_words", "ages", "places"],
    )


def _renew(rows: Sequence[M], *, by: str, fields: Sequence[str]) -> dict[str, M]:
    """Insert what is missing and update what differs, in bulk; answers these rows as stored, by their key."""
    table = type(rows[0])._default_manager
    stored = {getattr(row, by): row for row in table.all()}

    def differs(row: M) -> bool:
        there = stored.get(getattr(row, by))
        return there is None or any(getattr(there, field) != getattr(row, field) for field in fields)

    if written := [row for row in rows if differs(row)]:
        table.bulk_create(written, update_conflicts=True, unique_fields=[by], update_fields=fields)
        stored = {getattr(row, by): row for row in table.all()}
    return {key: stored[key] for key in (getattr(row, by) for row in rows)}


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []
