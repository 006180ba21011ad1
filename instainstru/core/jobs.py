"""What every task shares: it is acknowledged when it is done, and tried again when a server was away."""

from typing import Any, ClassVar

from celery import Task
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from instainstru.core.audit import noted


class Job(Task):
    """A task that may run twice: whoever dies in the middle of one leaves it to another worker.

    What passes by itself (a database that restarts, a network that is away) is tried again after waits that grow, with
    jitter, so that those who failed together do not come back together.
    """

    acks_late = True
    reject_on_worker_lost = True
    ignore_result = True
    autoretry_for: ClassVar = (OperationalError, InterfaceError, RedisError, OSError)
    max_retries = 5
    retry_backoff = 2  # seconds, then twice as many each time
    retry_backoff_max = 120
    retry_jitter = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it, noting with every change that it was this task."""
        with noted(task=self.name):
            return self.run(*args, **kwargs)
