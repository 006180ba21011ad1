"""Counts of requests, by django-prometheus, and the line that the log has of each."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_prometheus.middleware import PrometheusAfterMiddleware

from instainstru.core.pages import see_other
from instainstru.ops.services import requests

log = logging.getLogger("instainstru.access")

WANTED = "Staff pages need a second factor. Set one up here: an authenticator app or a passkey."


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


class StaffSecondFactor:
    """Leads staff without a second factor from the pages of staff to the one where it is set up.

    That they can do nothing there without it, is held by `User.has_perm`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Lead away, where the site demands a second factor of staff; the route is known by now."""
        at = request.resolver_match
        of_staff = at is not None and (at.namespace == "admin" or at.view_name == "policies")
        if not settings.STAFF_SECOND_FACTOR or not of_staff:
            return None
        person = request.user
        if not person.is_authenticated or not person.is_staff or person.has_second_factor:
            return None
        messages.warning(request, WANTED)
        return see_other(request, "mfa_index")
