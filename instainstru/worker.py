"""Celery's worker as the supervisor starts it: `celery -A instainstru.worker worker -B`.

Celery forks its pool and its beat, and neither notices at once when the worker is killed.
"""

from celery.signals import beat_embedded_init, worker_process_init

from instainstru.celery import app
from instainstru.servers.process import die_with_parent

__all__ = ["app"]


@worker_process_init.connect
@beat_embedded_init.connect
def _die_with_the_worker(**_: object) -> None:
    die_with_parent()
