"""People, the groups they are in, and their ties to things."""

from collections.abc import Sequence

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from guardian.utils import get_user_obj_perms_model

from accounts.models import User
from accounts.permissions import Bundle


def put_into(person: User, bundles: Sequence[Bundle]) -> None:
    """Add a person to the groups of these bundles."""
    person.groups.add(*Group.objects.filter(name__in=[bundle.value for bundle in bundles]))


def rename(person: User, *, first_name: str, last_name: str) -> None:
    """Write a person's names."""
    person.first_name, person.last_name = first_name, last_name
    person.save(update_fields=["first_name", "last_name"])


def tie_people(thing: Model, people: dict[str, int]) -> None:
    """Tie people (by id) to an object under a codename each, in one insert."""
    ties = get_user_obj_perms_model(thing)
    names = Permission.objects.filter(
        content_type__app_label=thing._meta.app_label,
        content_type__model=thing._meta.model_name,
        codename__in=people,
    )
    known = {name.codename: name for name in names}
    # A codename that is missing raises here: a lesson that is nobody's must not be written.
    ties._default_manager.bulk_create(
        [ties(permission=known[codename], user_id=pk, content_object=thing) for codename, pk in people.items()]
    )
