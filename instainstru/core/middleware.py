"""What happens to every request before and after its view."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

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
        if length.isdecimal() and int(length) <= settings.LARGEST_BODY_BYTES:
            return self.get_response(request)
        sentence = f"Send at most {settings.LARGEST_BODY_BYTES:,} bytes."
        if request.path.startswith("/api/"):
            return api.refuse(request, 413, sentence)
        return pages.plain_refusal(request, 413, message=sentence)
