"""People and what they are given."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from guardian.utils import get_user_obj_perms_model

from accounts.models import User
from accounts.permissions import Bundle
from instainstru.core.measure import measure_operation


@measure_operation
def grant(*, person: User, bundles: list[Bundle]) -> None:
    """Give a person the names of these bundles."""
    person.groups.add(*Group.objects.filter(name__in=[bundle.value for bundle in bundles]))


@measure_operation
def tie(*, thing: Model, people: dict[str, int]) -> None:
    """Tie people (by id) to an object: {"take_lesson": 7}. One statement for all, and one for their names."""
    ties = get_user_obj_perms_model(thing)
    content_type = ContentType.objects.get_for_model(thing)
    names = Permission.objects.filter(content_type=content_type, codename__in=people)
    ties.objects.bulk_create(
        [ties(permission=name, user_id=people[name.codename], content_object=thing) for name in names]
    )
