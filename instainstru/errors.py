"""The error pages of the site, and the same for the API."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from instainstru.core import api, pages
from instainstru.core.contention import pausing
from instainstru.core.middleware import refused_as_too_often


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself would not take."""
    if request.path.startswith("/api/"):
        return api.refuse(request, 400, "This request could not be read.")
    return pages.plain_refusal(request, 400, message="This request could not be read.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that asks for a permission which the person does not have."""
    return pages.refusal(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address. Who looks for what is not there is counted: no page does it."""
    if request.resolver_match is None and (refused := refused_as_too_often(request)):
        return refused
    return api.refuse(request, 404) if request.path.startswith("/api/") else pages.refusal(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke. Says so without the database, which may be what broke, and that it pauses, if that is all."""
    if pause := pausing(sys.exc_info()[1]):  # outside any view: a session could not be read
        api_path = request.path.startswith("/api/")
        return api.refuse(request, 503, pause.message) if api_path else pages.paused(request, pause)
    if request.path.startswith("/api/"):
        return api.refuse(request, 500)
    return pages.not_kept(render(None, "500.html", {"request_id": getattr(request, "request_id", "")}, status=500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent without the key that this site puts into it."""
    context = {"request_id": getattr(request, "request_id", "")}
    return pages.not_kept(render(request, "403_csrf.html", context, status=403))
