"""Outlines of neighbourhoods."""

from collections.abc import Collection

from instructors.models import Outline


def outlines_of(slugs: Collection[str] | None, *, shapes: bool) -> list[Outline]:
    """The outlines of these neighbourhoods, or of all, with their boroughs, by borough and name.

    With their paths only if asked.
    """
    found = Outline.objects.filter(neighborhood__isnull=False).select_related("neighborhood", "borough")
    if slugs is not None:
        found = found.filter(neighborhood__slug__in=slugs)
    return list((found if shapes else found.defer("path")).order_by("borough__name", "name"))
