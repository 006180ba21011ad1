"""The queue: its tasks, which queue and how much time each has, and when the beat calls them.

The schedule is static, so that review sees it. Every task may run twice, or late: what a beat has missed is caught up
by the next call, and nothing is done double.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "instainstru.settings")

# Seconds, and less than the visibility_timeout of settings. Nothing here reads settings: gunicorn's configuration
# imports this package before it says that its processes serve pages, which settings want to know.
LONGEST_TASK = 1800

app = Celery("instainstru", task_cls="instainstru.core.jobs:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["instainstru.core", "accounts", "instructors", "bookings"])

# Mail is waited for, calendars are not: a night's work keeps no letter waiting where each has a worker of its own.
app.conf.task_queues = {"mail": {}, "calendar": {}, "maintenance": {}}
app.conf.task_default_queue = "maintenance"
app.conf.task_routes = {
    "core.deliver_outbox": {"queue": "mail"},
    "bookings.remind": {"queue": "mail"},
    "bookings.*": {"queue": "calendar"},
    "instructors.*": {"queue": "calendar"},
}
# Seconds. At the soft limit a task is told to stop, at the hard one its process is killed.
app.conf.task_soft_time_limit, app.conf.task_time_limit = 240, 300
app.conf.task_annotations = {
    "core.heartbeat": {"soft_time_limit": 5, "time_limit": 10},
    "core.deliver_outbox": {"soft_time_limit": 90, "time_limit": 120},
    "instructors.roll_forward": {"soft_time_limit": LONGEST_TASK - 300, "time_limit": LONGEST_TASK},
    "instructors.refresh_search": {"soft_time_limit": LONGEST_TASK - 300, "time_limit": LONGEST_TASK},
    "core.prune_audit": {"soft_time_limit": LONGEST_TASK - 300, "time_limit": LONGEST_TASK},
}
app.conf.worker_prefetch_multiplier = 1  # who works on something long keeps nothing else waiting

app.conf.beat_schedule = {
    "sweep the outbox": {"task": "core.deliver_outbox", "schedule": 30.0, "options": {"expires": 25}},
    "give a sign of life": {"task": "core.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    "complete lessons": {
        "task": "bookings.complete_lessons",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 290},
    },
    "remind of lessons": {"task": "bookings.remind", "schedule": crontab(minute="*/5"), "options": {"expires": 290}},
    # Twice a night: the second finds nothing to do unless the first was missed.
    "roll free time forward": {"task": "instructors.roll_forward", "schedule": crontab(hour="0,4", minute="5")},
    "make search's figures right": {"task": "instructors.refresh_search", "schedule": crontab(hour="3", minute="35")},
    "remove what is too old of the audit": {"task": "core.prune_audit", "schedule": crontab(hour="2", minute="50")},
    "drop old letters": {"task": "core.prune_outbox", "schedule": crontab(hour="2", minute="35")},
    "forget tokens that ran out": {"task": "accounts.forget_tokens", "schedule": crontab(hour="2", minute="20")},
}


@worker_ready.connect
def _first_sign_of_life(**_: object) -> None:
    """Through the queue, as later ones: /health should not call a site ill that has just started."""
    app.send_task("core.heartbeat", expires=25)
