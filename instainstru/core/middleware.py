"""What happens to every request before and after its view."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from structlog.contextvars import bound_contextvars

from instainstru.core import api, pages, throttle
from instainstru.core.errors import DomainError
from instainstru.core.limits import Bucket

Handler = Callable[[HttpRequest], HttpResponseBase]

TOO_MANY_REQUESTS, A_MINUTE = 429, "60"
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


class LimitsMiddleware:
    """Counts each request for a page before anything is done for it, and says on its answer how much is left.

    Operations of the API count themselves: a person may come with a token.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer. What others may be shown from a cache says nothing of who asked first."""
        response = self.get_response(request)
        counted = getattr(request, "counted", None)
        if counted and "public" not in response.headers.get("Cache-Control", ""):
            for name, value in counted.headers.items():
                response.headers[name] = value
        if response.status_code == TOO_MANY_REQUESTS:
            response.headers.setdefault("Retry-After", A_MINUTE)  # allauth's own limits do not say when
        return response

    def process_view(self, request: HttpRequest, view: Any, *_: object) -> HttpResponse | None:
        """Refuse what comes too often."""
        if issubclass(getattr(view, "cls", object), api.Operation):
            return None
        return refused_as_too_often(request, getattr(view, "bucket", None))


def refused_as_too_often(request: HttpRequest, declared: Bucket | None = None) -> HttpResponse | None:
    """Count a request for the person whose session it comes with; a refusal, if there have been too many."""
    try:
        throttle.count(request, declared, person_id=lambda: signed_in(request))
    except DomainError as refused:
        on_api = request.path.startswith("/api/")
        answer = (
            api.refuse(request, refused.status, refused.message) if on_api else pages.plain_answer(request, refused)
        )
        answer["Retry-After"] = str(refused.wait)
        return answer
    return None


def signed_in(request: HttpRequest) -> str | None:
    """The id of whoever this session is of, without asking the database who that is.

    Nor is it noted as asked for: what an answer shows is the same for everybody, if its page does not ask.
    """
    session = request.session
    asked_before = session.accessed
    person_id = session.get(SESSION_KEY)
    session.accessed = asked_before
    return person_id
