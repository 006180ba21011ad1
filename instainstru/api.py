"""The API's own addresses: its root, its schema, and Swagger."""

from typing import Any

from django.utils.cache import patch_cache_control
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from instainstru.core.api import Operation, with_own_styles


def for_an_hour(done: Any) -> Any:
    """Let a good answer be kept; a refusal has said already that it is not."""
    if not done.has_header("Cache-Control"):
        patch_cache_control(done, public=True, max_age=3600)
    return done


class Root(Operation):
    """Find a private instructor in New York City, see the times that are free, book one at once."""

    cache = {"public": True, "max_age": 3600}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Every operation, with its address."""
        paths = SchemaGenerator().get_schema(public=True)["paths"]  # type: ignore[no-untyped-call]
        operations = [
            {
                "method": method.upper(),
                "address": request.build_absolute_uri("/") + path.removeprefix("/"),
                "summary": operation["summary"],
            }
            for path, methods in paths.items()
            for method, operation in methods.items()
        ]
        return Response(
            {
                "operations": operations,
                "schema": request.build_absolute_uri("/api/schema/"),
                "docs": request.build_absolute_uri("/api/docs/"),
            }
        )


class Schema(SpectacularAPIView):
    """The schema, as OpenAPI 3."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        """It changes with a new version of the site only."""
        return for_an_hour(super().finalize_response(*args, **kwargs))


class Docs(SpectacularSwaggerSplitView):
    """The schema, to read and try."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        """Swagger brings styles of its own."""
        return with_own_styles(for_an_hour(super().finalize_response(*args, **kwargs)))
