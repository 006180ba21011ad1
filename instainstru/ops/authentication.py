"""How Prometheus says who it is: it is no person, and its token opens one address."""

import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

SCRAPER = "scraper"


class MetricsToken(BaseAuthentication):
    """`Authorization: Bearer <METRICS_TOKEN>`. Any other token is somebody else's to judge."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        """Nobody, marked as the scraper."""
        wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
        if settings.METRICS_TOKEN and hmac.compare_digest(get_authorization_header(request), wanted):
            return AnonymousUser(), SCRAPER
        return None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="InstaInstru"'
