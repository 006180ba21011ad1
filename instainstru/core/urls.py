"""Addresses of the API: one route each, the final slash optional, never a redirect."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import URLPattern, register_converter
from django.urls.converters import IntConverter, StringConverter
from django.urls.resolvers import RoutePattern


class RowId(IntConverter):
    """An id that fits into PostgreSQL's bigint."""

    regex = "[0-9]{1,18}"


class Reference(StringConverter):
    """A lesson's reference: what cannot be one is no address, and never asked of the database."""

    regex = "[A-Za-z0-9-]{1,20}"


class Day(StringConverter):
    """A date, YYYY-MM-DD; one that no calendar has is no address."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> Any:
        """The date. Raises ValueError, which Django takes as: another address."""
        return date.fromisoformat(value)

    def to_url(self, value: Any) -> str:
        """A date, or text that is one."""
        return str(value)


class PhotoName(StringConverter):
    """The name of a photo's file as we draw it: nothing else is looked for in the storage."""

    regex = r"[0-9a-f]{32}(?:-[0-9]{1,4})?\.webp"


register_converter(PhotoName, "photo")
register_converter(RowId, "row")
register_converter(Day, "day")
register_converter(Reference, "reference")


class OptionalSlash(RoutePattern):
    """A route that also answers with, or without, its final slash; it prints as it was written."""

    def match(self, path: str) -> Any:
        """What Django's own route matches, or what it matches with the final slash toggled. Two slashes are none."""
        if path.endswith("//"):
            return None
        return super().match(path) or super().match(path.removesuffix("/") if path.endswith("/") else f"{path}/")


def api_path(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    """Declare one address of the API."""
    return URLPattern(OptionalSlash(route, name=name, is_endpoint=True), view, name=name)
