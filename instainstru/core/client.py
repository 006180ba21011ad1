"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104  # nobody's: of a socket, or of something that is no address


def address_of(request: HttpRequest) -> str:
    """The IP address of whoever sent a request: of all that X-Forwarded-For says, what our own proxies wrote.

    With TRUSTED_PROXIES=0 the header is whoever's who sent it, and not read.
    """
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    behind = told[-trusted] if 0 < trusted <= len(told) else ""
    for address in (behind, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(address))
        except ValueError:
            continue
    return UNKNOWN
