"""What browsers and programs are told by every answer, beside what Django and django-csp tell them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from instainstru.core import api

Handler = Callable[[HttpRequest], HttpResponseBase]


class TlsForProgramsMiddleware:
    """Refuses the API without TLS, where browsers are redirected: a program would go on sending its token in clear."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 403 to a program that came in clear, where TLS is asked for."""
        if settings.SECURE_SSL_REDIRECT and request.path.startswith("/api") and not request.is_secure():
            return api.refuse(request, 403, "Use https. What you sent in clear may have been read: get a new token.")
        return self.get_response(request)


class BrowserPolicyMiddleware:
    """Says which abilities of a device our pages have no use for, and that other sites embed nothing of ours."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers to whatever is answered."""
        answer = self.get_response(request)
        answer.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer
