"""Addresses of the API: one route each, the final slash optional, never a redirect."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, register_converter
from django.urls.converters import IntConverter
from django.urls.resolvers import RoutePattern


class RowId(IntConverter):
    """An id that fits into PostgreSQL's bigint."""

    regex = "[0-9]{1,18}"


register_converter(RowId, "row")


class OptionalSlash(RoutePattern):
    """A route that also answers with, or without, its final slash; it prints as it was written."""

    def match(self, path: str) -> Any:
        """What Django's own route matches, or what it matches with the final slash toggled."""
        return super().match(path) or super().match(path.removesuffix("/") if path.endswith("/") else f"{path}/")


def api_path(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    """Declare one address of the API."""
    return URLPattern(OptionalSlash(route, name=name, is_endpoint=True), view, name=name)
