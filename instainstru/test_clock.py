"""The clock for checks: with TEST_CLOCK=1 a header sets now for one request. Never in production."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from instainstru.core import clock
from instructors.services import horizon


class TestClockMiddleware:
    """Answers each request at the time that its X-Test-Now names, if it names one."""

    __test__ = False  # no test case, whatever its name begins with

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the clock, and roll free time forward as the nights in between would have done."""
        told = request.headers.get("X-Test-Now")
        if told is None:
            return self.get_response(request)
        try:
            now = datetime.fromisoformat(told)
            known = now.tzinfo is not None and 2000 <= now.year <= 2100
        except ValueError:
            known = False
        if not known:
            sentence = "X-Test-Now is an ISO 8601 time with its offset, such as 2027-03-13T10:00:00-05:00."
            return HttpResponse(sentence, status=400, content_type="text/plain")
        horizon.extend(now=now)
        with clock.at(now):
            return self.get_response(request)
