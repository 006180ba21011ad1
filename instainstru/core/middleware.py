"""What happens to every request before and after its view."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from instainstru.core import api, pages

Handler = Callable[[HttpRequest], HttpResponseBase]

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Gives each request a name that errors and logs repeat; takes the proxy's when it is well formed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Name the request and say its name in the answer."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        # Every line that is logged meanwhile says the name, and who is signed in by then (instainstru/logs.py).
        with bound_contextvars(request_id=request_id, _request=request):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class BodyLimitMiddleware:
    """Refuses a body that is too large before anything reads it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 413 to a declared length over the limit."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.LARGEST_BODIES.get(request.path, settings.LARGEST_BODY_BYTES)
        if length.isdecimal() and int(length) <= most:
            return self.get_response(request)
        sentence = f"Send at most {most:,} bytes."
        if request.path.startswith("/api/"):
            return api.refuse(request, 413, sentence)
        # What is taken in there is more than what is kept: the form says how much that is.
        return pages.plain_refusal(request, 413, message="" if request.path in settings.LARGEST_BODIES else sentence)
