"""People and what they are given."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.permissions import Bundle
from accounts.repositories import people as repository
from instainstru.core.measure import measure_operation


@measure_operation
def grant(*, person: User, bundles: Sequence[Bundle]) -> None:
    """Give a person the names of these bundles."""
    repository.put_into(person, bundles)


@measure_operation
def rename(*, person: User, first_name: str, last_name: str) -> None:
    """Give a person other names; whatever app shows or finds them by name does so by these, from the same moment on."""
    with transaction.atomic():
        repository.rename(person, first_name=first_name, last_name=last_name)
        for step in settings.ACCOUNT_NAME_STEPS:
            import_string(step)(person=person)


@measure_operation
def tie(*, thing: Model, people: dict[str, int]) -> None:
    """Tie people (by id) to an object: {"take_lesson": 7}. One statement for all, and one for their names."""
    repository.tie_people(thing, people)
