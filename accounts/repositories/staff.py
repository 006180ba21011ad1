"""Who is staff, and who may sign in."""

from collections.abc import Iterable

from django.contrib.auth.models import Group

from accounts.models import User
from accounts.permissions import Bundle


def lock_role(role: Bundle) -> None:
    """Hold off, for the rest of the transaction, whoever else changes who has a role."""
    Group.objects.select_for_update().get(name=role.value)


def locked(person_id: int) -> User | None:
    """A person, their row held for the rest of the transaction."""
    return User.objects.select_for_update(no_key=True).filter(pk=person_id).first()


def bundles_of(person: User) -> frozenset[Bundle]:
    """The bundles that a person is in."""
    return frozenset(Bundle(name) for name in person.groups.values_list("name", flat=True))


def others_in(role: Bundle, *, than: int) -> bool:
    """Whether anybody else who may sign in has a role."""
    return User.objects.filter(groups__name=role.value, is_active=True).exclude(pk=than).exists()


def record_roles(person: User, *, give: Iterable[Bundle], take: Iterable[Bundle], is_staff: bool) -> None:
    """Put a person into the groups of roles and take them out of others; keep whether they may open the admin."""
    person.groups.add(*Group.objects.filter(name__in=[role.value for role in give]))
    person.groups.remove(*Group.objects.filter(name__in=[role.value for role in take]))
    person.is_staff = is_staff
    person.save(update_fields=["is_staff"])


def record_standing(person: User, *, is_active: bool) -> None:
    """Keep whether a person may sign in."""
    person.is_active = is_active
    person.save(update_fields=["is_active"])
