"""Jobs of lessons."""

from celery import shared_task

from bookings.services import completing, reminders
from instainstru.core import clock


@shared_task(name="bookings.complete_lessons")
def complete_lessons() -> int:
    """Complete the lessons that are over. Safe to run twice, at once, or after hours missed."""
    return completing.complete_due(now=clock.now())


@shared_task(name="bookings.remind")
def remind() -> int:
    """Remind of lessons that begin soon. Safe to run twice, or after hours missed: each reminder is posted once."""
    return reminders.post_due(now=clock.now())
