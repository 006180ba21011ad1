"""The roles of staff: bundles that are given and taken, never by oneself."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from accounts.permissions import Bundle
from accounts.repositories import staff as repository
from accounts.services.leaving import LastOfOperations
from instainstru.core.errors import DomainError, NotAllowed, NotFound
from instainstru.core.measure import measure_operation

ROLES = (Bundle.SUPPORT, Bundle.OPERATIONS)


class NotOneself(NotAllowed):
    """Somebody would decide about their own rights."""

    sentence = "Nobody decides about their own account here. Ask somebody else of operations."


class NotActive(DomainError):
    """A role for who may not sign in."""

    code, status, sentence = "conflict", 409, "This account is not active, so it gets no role."


@measure_operation
def held(*, person: User) -> frozenset[Bundle]:
    """The roles that a person has."""
    return repository.bundles_of(person) & frozenset(ROLES)


@measure_operation
@transaction.atomic
def assign(*, person_id: int, roles: Collection[Bundle], by: User | None) -> None:
    """Let a person have exactly these roles from now on; who has any may open the admin. `by` None is an operator.

    What they may do besides stays. Raises NotFound, NotOneself, NotActive for a role that is given, LastOfOperations.
    """
    repository.lock_role(Bundle.OPERATIONS)
    person = repository.locked(person_id)
    if person is None:
        raise NotFound
    if by is not None and by.pk == person_id:
        raise NotOneself
    had, wanted = held(person=person), frozenset(roles)
    if wanted - had and not person.is_active:
        raise NotActive
    if Bundle.OPERATIONS in had - wanted:
        check_others_operate(person_id=person_id)
    is_staff = bool(wanted) or person.is_superuser
    repository.record_roles(person, give=wanted - had, take=had - wanted, is_staff=is_staff)


def check_others_operate(*, person_id: int) -> None:
    """Raise LastOfOperations where nobody else is left in operations. Expects the lock of that role."""
    if not repository.others_in(Bundle.OPERATIONS, than=person_id):
        raise LastOfOperations
