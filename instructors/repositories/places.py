"""Outlines of neighbourhoods."""

from collections.abc import Collection

from instructors.models import Outline


def outlines_of(slugs: Collection[str], *, shapes: bool) -> list[Outline]:
    """The outlines of these neighbourhoods with their boroughs, by borough and name; with their paths only if asked."""
    found = Outline.objects.filter(neighborhood__slug__in=slugs).select_related("neighborhood", "borough")
    return list((found if shapes else found.defer("path")).order_by("borough__name", "name"))
