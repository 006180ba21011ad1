"""Logs: one line an event, JSON in production, readable in development, whoever writes it.

Everybody logs by the standard library. What a line carries besides its sentence (`extra=`), and what is known of the
request or task that it was written in, are fields of their own. No field says more of a person than an id.
"""

import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from django.utils.functional import LazyObject, empty

from instainstru.redaction import field, in_text

Event = MutableMapping[str, Any]
# Written by ourselves, from nothing that anybody sent.
OURS = frozenset({"timestamp", "level", "logger", "request_id", "user_id", "task", "task_id", "route", "method"})
# Django hangs whole objects on a line, Celery what its sentence says, other formatters what they made of it.
SUPERFLUOUS = ("request", "server_time", "message", "asctime", "taskName", "data")


def configuration(environ: Mapping[str, str]) -> dict[str, Any]:
    """Settings of logging, for Django, Celery and gunicorn alike: one handler, one formatter."""
    before = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(),  # as text, and without the values of variables
    ]
    after = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, who, discreet, renderer(environ)]
    line = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": before, "processors": after}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": (environ.get("LOG_LEVEL") or "INFO").upper()},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},  # and so no statement with its values
            "django.request": {"level": "ERROR"},  # the line of each request says what is below
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
            "celery": {"handlers": [], "level": "INFO", "propagate": True},
            "httpx": {"level": "WARNING"},
        },
    }


def renderer(environ: Mapping[str, str]) -> structlog.types.Processor:
    """What makes a line of an event's fields."""
    if environ.get("SITE_MODE") == "prod":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    colors = sys.stderr.isatty() and not environ.get("NO_COLOR")
    return structlog.dev.ConsoleRenderer(
        colors=colors, sort_keys=False, exception_formatter=structlog.dev.plain_traceback
    )


def who(_logger: object, _method: str, event: Event) -> Event:
    """Say who is signed in, by id: of a request that has asked for it. A line in a log makes nobody load a session."""
    request = event.pop("_request", None)
    person = getattr(request, "user", None)
    if isinstance(person, LazyObject) and person._wrapped is empty:
        return event
    if pk := getattr(person, "pk", None):
        event["user_id"] = pk
    return event


def discreet(_logger: object, _method: str, event: Event) -> Event:
    """Take out secrets and people, wherever in the event they stand."""
    for name in SUPERFLUOUS:
        event.pop(name, None)
    return {name: _kept(name, value) for name, value in event.items()}


def _kept(name: str, value: Any) -> Any:
    if name == "event":
        return in_text(str(value))
    return value if name in OURS else field(name, value)
