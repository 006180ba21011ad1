"""Jobs of the core."""

from celery import shared_task

from instainstru.core import clock
from instainstru.core.services import audit, heartbeat, outbox


@shared_task(name="core.deliver_outbox")
def deliver_outbox() -> int:
    """Deliver what is due. Told on each commit that posts something, and swept for by the beat."""
    return outbox.deliver_due(now=clock.now())


@shared_task(name="core.heartbeat", soft_time_limit=5, time_limit=10)
def give_sign_of_life() -> None:
    """Asked for by the beat: what /health looks for."""
    heartbeat.beat(now=clock.now())


@shared_task(name="core.prune_audit")
def prune_audit() -> int:
    """Remove versions that are too old. What a night does not manage, the next one does."""
    return audit.prune(now=clock.now())


@shared_task(name="core.prune_outbox")
def prune_outbox() -> int:
    """Drop letters that are long done with. Safe to run twice, or after nights missed."""
    return outbox.prune(now=clock.now())
