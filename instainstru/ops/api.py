"""The operator's addresses. A program asks them: they answer in JSON (Prometheus in its text) whatever it accepts."""

import functools
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from prometheus_client import CONTENT_TYPE_LATEST
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import PermissionName
from instainstru.core.api import Operation, PersonRequest, answers
from instainstru.core.limits import Bucket
from instainstru.core.permissions import require_permission
from instainstru.ops import serializers
from instainstru.ops.authentication import SCRAPER, MetricsToken
from instainstru.ops.services import health, metrics, performance, release, servers

METHOD = (
    "Counted by every web process of this machine since they started. Percentiles are read from a histogram: "
    "right to the width of its buckets."
)


class JsonAlways(BaseContentNegotiation):
    """No page, and no 406: monitors send all kinds of Accept."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The one there is."""
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class Monitor(Operation):
    """What a monitoring program asks. The answer is for now: nobody keeps it."""

    renderer_classes = (JSONRenderer,)
    content_negotiation_class = JsonAlways


class Open(Monitor):
    """For whoever comes. Who that is, is not asked: sessions and tokens are in what may be broken."""

    authentication_classes = ()
    bucket = Bucket.UNCOUNTED


class Health(Open):
    """Whether every part works."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """200, or 503 with the parts that failed. For people and alarms: restarts hang on /health/lite."""
        parts = health.examine(now=datetime.now(UTC))  # never a test clock's: the sign of life is in real time
        failed = [part.name for part in parts if not part.ok]
        body = {
            "status": "failed" if failed else "ok",
            "failed": failed,
            "parts": {part.name: {"ok": part.ok, "says": part.says, "took_ms": part.took_ms} for part in parts},
            **asdict(release.current()),
        }
        return Response(body, status=status.HTTP_503_SERVICE_UNAVAILABLE if failed else status.HTTP_200_OK)


class Lite(Open):
    """Whether this process answers."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """200, from this process alone: a dead database or Redis restarts nothing."""
        return Response({"status": "ok"})


class Performance(Monitor):
    """How fast the site works."""

    @extend_schema(exclude=True)
    @require_permission(PermissionName.ACCESS_MONITORING)
    def get(self, request: PersonRequest) -> Response:
        """Each operation with its counts and percentiles, the slowest requests, and the slowest statements."""
        slow = performance.slow_statements()
        return Response(
            {
                "method": METHOD,
                "operations": [asdict(speed) for speed in performance.by_operation()],
                "slow_requests": [asdict(speed) for speed in performance.slow_requests()],
                "slow_statements": None if slow is None else [asdict(statement) for statement in slow],
            }
        )


def or_scraper(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in whoever may monitor, and the program that came with METRICS_TOKEN."""
    guarded = require_permission(PermissionName.ACCESS_MONITORING)(view)

    @functools.wraps(guarded)
    def answer(operation: Operation, request: Request) -> HttpResponse:
        return (view if request.auth is SCRAPER else guarded)(operation, request)

    return answer


class Metrics(Monitor):
    """What Prometheus scrapes."""

    authentication_classes = (MetricsToken, *Monitor.authentication_classes)
    bucket = Bucket.UNCOUNTED  # who comes with a wrong token is counted all the same

    @extend_schema(exclude=True)
    @or_scraper
    def get(self, request: Request) -> HttpResponse:
        """All metrics, in Prometheus' text."""
        return HttpResponse(metrics.exposition(now=datetime.now(UTC)), content_type=CONTENT_TYPE_LATEST)


class RedisStats(Monitor):
    """Redis' own numbers."""

    @extend_schema(
        summary="Look at Redis",
        description="For operations staff: load, memory and hits of the server behind cache and queue.",
        responses={200: serializers.RedisNumbers, **answers(401, 403, 503)},
        examples=[
            OpenApiExample(
                "A quiet day",
                value={
                    "version": "7.2.4",
                    "uptime_seconds": 86400,
                    "clients": 9,
                    "used_bytes": 2_400_000,
                    "most_bytes": 268_435_456,
                    "keys": 812,
                    "hits": 90_412,
                    "misses": 3_120,
                    "evicted": 0,
                    "expired": 2_001,
                    "commands": 188_034,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    @require_permission(PermissionName.ACCESS_MONITORING)
    def get(self, request: PersonRequest) -> Response:
        """What Redis says of itself."""
        return Response(serializers.RedisNumbers(servers.redis()).data)


class PoolStatus(Monitor):
    """Connections to the database."""

    @extend_schema(
        summary="Look at the connections to the database",
        description="For operations staff: the pool of the process that answers, and the connections of all processes.",
        responses={200: serializers.PoolNumbers, **answers(401, 403)},
        examples=[
            OpenApiExample(
                "A quiet day",
                value={
                    "process": 4711,
                    "pool": {"min": 1, "max": 8, "size": 3, "available": 2, "waiting": 0, "timeouts": 0},
                    "connections": {"active": 1, "idle": 5, "idle_in_transaction": 0, "most": 100},
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    @require_permission(PermissionName.ACCESS_MONITORING)
    def get(self, request: PersonRequest) -> Response:
        """Who is connected, and who waits."""
        return Response(serializers.PoolNumbers(servers.pool()).data)
