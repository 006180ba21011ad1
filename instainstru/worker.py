"""Celery's worker as the supervisor starts it: `celery -A instainstru.worker worker -B`.

Celery forks its pool and its beat, and neither notices at once when the worker is killed.
"""

import os

from celery.signals import beat_embedded_init, worker_process_init

from instainstru.celery import app
from instainstru.servers.process import die_with_parent

__all__ = ["app"]

WORKER = os.getpid()  # this module is imported before anything is forked


@worker_process_init.connect
@beat_embedded_init.connect
def _die_with_the_worker(**_: object) -> None:
    die_with_parent()
    if WORKER not in {os.getpid(), os.getppid()}:  # it was killed before the kernel was told
        os._exit(1)
