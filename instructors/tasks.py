"""Jobs of calendar and search."""

from celery import shared_task

from instainstru.core import clock
from instructors.services import horizon, offers


@shared_task(name="instructors.roll_forward")
def roll_forward() -> int:
    """Keep free time 92 days ahead and drop what is past. Safe to run twice, or after nights missed."""
    now = clock.now()
    horizon.forget_past(now=now)
    return horizon.extend(now=now)


@shared_task(name="instructors.refresh_search")
def refresh_search() -> int:
    """Make equal to its sources what search ranks and filters by, should anything have drifted."""
    return offers.publish_all()
