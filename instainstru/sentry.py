"""Errors to Sentry, where SENTRY_DSN names one; nowhere otherwise."""

from typing import Any

import sentry_sdk
from sentry_sdk.transport import Transport
from structlog.contextvars import get_contextvars

from instainstru.redaction import redacted

# Of a request, its body, cookies, query and most headers are nobody's business.
KEPT_OF_A_REQUEST = ("method", "url")
TAGS = ("request_id", "task", "task_id")


def start(*, dsn: str, release: str, production: bool, transport: type[Transport] | None = None) -> None:
    """Send what breaks from now on. Without a DSN nothing is set up. The transport is for tests."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        release=release or None,
        environment="production" if production else "development",
        transport=transport,
        # Personal data are off by default: the option that used to say so is deprecated.
        include_local_variables=False,
        max_request_body_size="never",
        before_send=discreet,
        before_breadcrumb=without_keys,
    )


def without_keys(crumb: Any, _hint: dict[str, Any]) -> Any:
    """What happened before the event, but for Redis: a key can be a session's, or hold what somebody searched for."""
    return None if crumb.get("category") == "redis" else redacted(crumb)


def discreet(event: Any, _hint: dict[str, Any]) -> Any:
    """The event without secrets and people, and with the names by which its log lines are found."""
    event.pop("user", None)
    if request := event.pop("request", None):
        event["request"] = {name: request[name] for name in KEPT_OF_A_REQUEST if name in request}
    known = get_contextvars()
    return redacted(event) | {"tags": {name: str(known[name]) for name in TAGS if name in known}}
