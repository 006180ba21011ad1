"""What search shows of an instructor: the one place that writes it."""

from collections.abc import Sequence

from django.db import transaction

from instainstru.core.measure import measure_bulk, measure_operation
from instructors.repositories import offers as repository
from instructors.repositories import profiles
from instructors.services.kept import Part, changed

BATCH = 100


@measure_operation
def publish(*, instructor_ids: Sequence[int]) -> None:
    """Make search show these instructors as they are now: called by whatever changes what they offer."""
    with transaction.atomic():
        repository.rewrite_offers(instructor_ids)
        changed(Part.OFFERS)


@measure_bulk
def publish_all() -> int:
    """The same for everybody who teaches, a hundred at a time; answers for how many.

    For a release that brings new points or bands, or new columns of what search reads.
    """
    ids = profiles.teaching_ids()
    for start in range(0, len(ids), BATCH):
        publish(instructor_ids=ids[start : start + BATCH])
    return len(ids)
