"""People and what they are given."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.permissions import Bundle
from accounts.repositories import people as repository
from instainstru.core.contention import under_lock
from instainstru.core.measure import measure_operation


@measure_operation
def grant(*, person: User, bundles: Sequence[Bundle]) -> None:
    """Give a person the names of these bundles."""
    repository.put_into(person, bundles)


@measure_operation
@under_lock
def rename(*, person: User, first_name: str, last_name: str, now: datetime) -> None:
    """Give a person other names; whatever app shows or finds them by name does so by these, from the same moment on.

    The names that they have change nothing. Raises Busy.
    """
    if (person.first_name, person.last_name) == (first_name, last_name):
        return
    repository.rename(person, first_name=first_name, last_name=last_name)
    for step in settings.ACCOUNT_NAME_STEPS:
        import_string(step)(person=person, now=now)


@measure_operation
def tie(*, thing: Model, people: dict[str, int]) -> None:
    """Tie people (by id) to an object: {"take_lesson": 7}. One statement for all, and one for their names."""
    repository.tie_people(thing, people)
