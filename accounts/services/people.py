"""People and what they are given."""

from collections.abc import Sequence

from django.db.models import Model

from accounts.models import User
from accounts.permissions import Bundle
from accounts.repositories import people as repository
from instainstru.core.measure import measure_operation


@measure_operation
def grant(*, person: User, bundles: Sequence[Bundle]) -> None:
    """Give a person the names of these bundles."""
    repository.put_into(person, bundles)


@measure_operation
def tie(*, thing: Model, people: dict[str, int]) -> None:
    """Tie people (by id) to an object: {"take_lesson": 7}. One statement for all, and one for their names."""
    repository.tie_people(thing, people)
