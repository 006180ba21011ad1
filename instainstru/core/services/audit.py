"""Versions of rows as they age: emptied of whoever leaves, removed when they are too old."""

from datetime import datetime, timedelta

from instainstru.core import policy
from instainstru.core.measure import measure_bulk, measure_operation
from instainstru.core.models.audit import Event
from instainstru.core.repositories import audit as repository

BATCH = 5000  # rows removed at once


@measure_operation
def forget_person(*, person_id: int) -> None:
    """Empty, in every version that is kept, what says who a person is; part of the transaction that closes them.

    Columns that a model marks PERSONAL become empty where the person is whom its `audited` names by `whose`; client
    addresses are taken from all that the person did. What happened, when, by which id and for how much stays. To be
    called last: a change made afterwards is kept as it is.
    """
    for events in repository.tables():
        repository.forget(events, person_id=person_id)


@measure_bulk
def prune(*, now: datetime) -> int:
    """Remove versions older than policy.AUDIT_DAYS, in batches that commit one by one; how many."""
    before = now - timedelta(days=policy.AUDIT_DAYS)
    return sum(_prune(events, before) for events in repository.tables())


def _prune(events: type[Event], before: datetime) -> int:
    total = gone = repository.prune(events, before=before, most=BATCH)
    while gone == BATCH:
        gone = repository.prune(events, before=before, most=BATCH)
        total += gone
    return total
