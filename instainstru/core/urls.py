"""Addresses of the API: one route each, the final slash optional, never a redirect."""

from collections.abc import Callable
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


register_converter(RowId, "row")
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
