"""What is noted about each task, and of which request it is the consequence: Celery tells these functions."""

import time
from typing import Any

from celery import signals
from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars

from instainstru.ops.services import queue

HEADER = "request_id"


def connect() -> None:
    """Called once in every process."""
    signals.setup_logging.connect(leave_logging_alone)
    signals.before_task_publish.connect(send_request_id)
    signals.task_prerun.connect(begin)
    signals.task_postrun.connect(end)


def leave_logging_alone(**_: object) -> None:
    """Who listens here keeps Celery from logging in its own way: settings have said how."""


def send_request_id(headers: dict[str, Any], **_: object) -> None:
    """A task is sent on behalf of a request, or of another task: it carries that request's name."""
    if request_id := get_contextvars().get(HEADER):
        headers[HEADER] = request_id


def begin(task: Any, task_id: str, **_: object) -> None:
    """From here on every line says which task wrote it, and for which request."""
    request_id = getattr(task.request, HEADER, None)
    bind_contextvars(task=task.name, task_id=task_id, **({HEADER: request_id} if request_id else {}))
    task.request.began = time.perf_counter()


def end(task: Any, state: str | None = None, **_: object) -> None:
    """Count the task. One that was killed, or ran into its hard time limit, never comes here."""
    queue.note(task=task.name, state=(state or "unknown").lower(), seconds=time.perf_counter() - task.request.began)
    unbind_contextvars("task", "task_id", HEADER)
