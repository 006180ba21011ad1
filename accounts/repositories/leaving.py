"""What is kept of a person: read as a whole, and erased."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from accounts.models import User


def person_of(email: str) -> User | None:
    """The person with this address, whatever its case."""
    return User.objects.filter(email=email.lower()).first()


def locked(person_id: int) -> User:
    """A person, who is known to be there, their row held for the rest of the transaction."""
    return User.objects.select_for_update().get(pk=person_id)


def addresses_of(person_id: int) -> list[EmailAddress]:
    """The addresses of a person, the primary one first."""
    return list(EmailAddress.objects.filter(user=person_id).order_by("-primary", "pk"))


def sessions_of(person_id: int) -> list[UserSession]:
    """Where a person is or was signed in, the first first."""
    return list(UserSession.objects.filter(user=person_id).order_by("created_at", "pk"))


def factors_of(person_id: int) -> list[Authenticator]:
    """The second factors of a person, the first first."""
    return list(Authenticator.objects.filter(user=person_id).order_by("created_at", "pk"))


def forget_ways_in(person_id: int) -> list[str]:
    """Delete sessions, factors and addresses of a person; the keys of the sessions, which the cache still has."""
    sessions = UserSession.objects.filter(user=person_id)
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    Authenticator.objects.filter(user=person_id).delete()
    EmailAddress.objects.filter(user=person_id).delete()
    return keys


def forget_kept_sessions(keys: Sequence[str]) -> None:
    """Take sessions out of the cache, too."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)


def empty(person: User, *, first_name: str, email: str, now: datetime) -> None:
    """Leave of a person the row that lessons and reviews refer to: nobody's name, no address, no way in, no names."""
    person.groups.clear()
    person.user_permissions.clear()
    person.first_name, person.last_name, person.email = first_name, "", email
    person.set_unusable_password()
    person.is_active, person.is_staff, person.is_superuser = False, False, False
    person.last_login, person.closed_at = None, now
    person.save()


def forget_name_in_log(things: Iterable[tuple[str, str, int]]) -> None:
    """Take the names of these things (app, model, id) out of what the admin wrote down about them."""
    for app, model, pk in things:
        kind = ContentType.objects.get_by_natural_key(app, model)
        LogEntry.objects.filter(content_type=kind, object_id=str(pk)).update(object_repr=f"{model} {pk}")
