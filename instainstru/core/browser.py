"""What browsers are told of every answer, beside what Django and django-csp tell them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class BrowserPolicyMiddleware:
    """Says which abilities of a device our pages have no use for, and that other sites embed nothing of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers to whatever is answered."""
        answer = self.get_response(request)
        answer.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer
