"""What search shows of an instructor: the one place that writes it."""

from collections.abc import Sequence

from django.db import transaction

from instainstru.core.measure import measure_operation
from instructors.repositories import offers as repository
from instructors.services.kept import Part, changed


@measure_operation
def publish(*, instructor_ids: Sequence[int]) -> None:
    """Make search show these instructors as they are now: called by whatever changes what they offer."""
    with transaction.atomic():
        repository.rewrite_offers(instructor_ids)
        changed(Part.OFFERS)
