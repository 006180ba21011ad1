"""Jobs of the calendar."""

from celery import shared_task

from instainstru.core import clock
from instructors.services import horizon


@shared_task(name="instructors.roll_forward", acks_late=True, ignore_result=True)
def roll_forward() -> int:
    """Keep free time 92 days ahead and drop what is past. Safe to run twice, or after nights missed."""
    now = clock.now()
    horizon.forget_past(now=now)
    return horizon.extend(now=now)
