"""The queue: its tasks, and when the beat calls them. The schedule is static, so that review sees it."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "instainstru.settings")

app = Celery("instainstru")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["instainstru.core", "instructors"])
app.conf.beat_schedule = {
    "sweep the outbox": {"task": "core.deliver_outbox", "schedule": 30.0, "options": {"expires": 25}},
    "give a sign of life": {"task": "core.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    # Twice a night: the second finds nothing to do unless the first was missed.
    "roll free time forward": {"task": "instructors.roll_forward", "schedule": crontab(hour="0,4", minute="5")},
}


@worker_ready.connect
def _first_sign_of_life(**_: object) -> None:
    """Through the queue, as later ones: /health should not call a site ill that has just started."""
    app.send_task("core.heartbeat", expires=25)
