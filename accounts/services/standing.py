"""Whether a person may sign in: operations shut an account, and open it again. Nothing of it is lost meanwhile.

Settings name what each app does about it by dotted paths (ACCOUNT_STANDING_STEPS), the way they name middleware.
"""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.permissions import Bundle
from accounts.repositories import staff as repository
from accounts.services import roles, sessions
from accounts.services.roles import NotOneself
from instainstru.core.contention import under_lock
from instainstru.core.errors import DomainError, NotFound, NotSo
from instainstru.core.measure import measure_operation


class Closed(DomainError):
    """The account was closed by its person."""

    code, status, sentence = "conflict", 409, "This account is closed for good. Its person may sign up anew."


class StandingStep:
    """What one app has to do with it."""

    def counted_on(self, *, person_id: int, now: datetime) -> list[str]:
        """What others count on from a person, a sentence each."""
        return []

    def follow(self, *, person_id: int) -> None:
        """Keep true what the app shows of a person: called in the transaction that changed their standing."""


def _steps() -> list[StandingStep]:
    return [import_string(path)() for path in settings.ACCOUNT_STANDING_STEPS]


@measure_operation
def counted_on(*, person_id: int, now: datetime) -> list[str]:
    """What others count on from a person: coming lessons, a sentence each. Deactivating changes none of it."""
    return [sentence for step in _steps() for sentence in step.counted_on(person_id=person_id, now=now)]


@measure_operation
@under_lock
def deactivate(*, person_id: int, by: User | None) -> None:
    """Shut an account: signed out everywhere at once, tokens refused, off the public pages. Booked lessons stand.

    Raises NotFound, NotOneself, NotSo, Busy, or LastOfOperations for the last active person who could undo it.
    """
    repository.lock_role(Bundle.OPERATIONS)
    person = _held(person_id)
    if by is not None and by.pk == person_id:
        raise NotOneself
    if not person.is_active:
        raise NotSo("This account is not active any more. Nothing was changed.")
    if Bundle.OPERATIONS in roles.held(person=person):
        roles.check_others_operate(person_id=person_id)
    repository.record_standing(person, is_active=False)
    _follow(person_id)
    sessions.end_all(person_id=person_id)


@measure_operation
@under_lock
def reactivate(*, person_id: int) -> None:
    """Open an account again: its person signs in anew, and their tokens are good as before.

    Raises NotFound, NotSo, Busy, or Closed for one that was closed for good.
    """
    person = _held(person_id)
    if person.closed_at:
        raise Closed
    if person.is_active:
        raise NotSo("This account is active. Nothing was changed.")
    repository.record_standing(person, is_active=True)
    _follow(person_id)


def _follow(person_id: int) -> None:
    for step in _steps():
        step.follow(person_id=person_id)


def _held(person_id: int) -> User:
    person = repository.locked(person_id)
    if person is None:
        raise NotFound
    return person
