"""Signing people out on other devices."""

from functools import partial

from django.db import transaction

from accounts.repositories import sessions as repository
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation


@measure_operation
def end(*, person_id: int, session_id: int) -> None:
    """Sign a person out on one device. Raises NotFound for a session that is over or another's."""
    if not repository.end(person_id=person_id, pk=session_id):
        raise NotFound("This device is signed out already.")


@measure_operation
def end_all(*, person_id: int) -> None:
    """Sign a person out everywhere, once the running transaction has committed.

    Before that, somebody who reads a session that is not yet gone would put it back into the cache.
    """
    transaction.on_commit(partial(repository.end_all, person_id=person_id))
