"""What is noted with every change: who makes it, from where, by which page, task or command."""

from contextlib import AbstractContextManager
from typing import Any

import pghistory
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware
from structlog.contextvars import get_contextvars

from instainstru.core.client import address_of


def noted(**known: str) -> AbstractContextManager[Any]:
    """Note this with every change meanwhile, and the request that asked for it, if one did."""
    asked = get_contextvars().get("request_id")
    return pghistory.context(**known, **({"request": asked} if asked else {}))


class AuditMiddleware(HistoryMiddleware):
    """Notes the person, their address, the request and its route: never its path, which may hold a key.

    Who comes with a token is known later; the person of a request that changes is noted anew.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """What is known before the view."""
        known = super().get_context(request)
        return {"user": known["user"], "address": address_of(request), "request": getattr(request, "request_id", "")}

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """The route is known by now."""
        match = request.resolver_match
        pghistory.context(did=f"{request.method} {match.view_name if match else ''}")
