"""Counts of requests, by django-prometheus, and the line that the log has of each."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django_prometheus.middleware import PrometheusAfterMiddleware

from instainstru.ops.services import requests

log = logging.getLogger("instainstru.access")


class AccessMiddleware:
    """Counts and logs each answer as it leaves. Neither address nor query is in the line: they can hold secrets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then say how it went."""
        began = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        requests.note(status=response.status_code)
        route = request.resolver_match.view_name if request.resolver_match else ""
        known = {"method": request.method, "route": route, "status": response.status_code, "ms": round(took * 1000, 1)}
        log.info("answered", extra=known)
        return response


class RequestMetrics(PrometheusAfterMiddleware):
    """The same counts, with a made-up method counted as such: who invents methods must not fill the memory."""

    def label_metric(self, metric: Any, request: HttpRequest, response: Any = None, **labels: str) -> Any:
        """Choose the child of a metric that a request is counted in."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)
