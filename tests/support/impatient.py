"""A worker whose leases are short, so that a test need not wait for those of the dead: `celery -A …impatient`."""

from datetime import timedelta

from celery.signals import worker_init

from instainstru.worker import app

__all__ = ["app"]


@worker_init.connect
def _be_impatient(**_: object) -> None:
    """The services can be imported from now on."""
    from instainstru.core.services import outbox

    outbox.LEASE = timedelta(seconds=1)
