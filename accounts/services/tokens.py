"""Keys with which programs act for a person: made here, found again here."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.permissions import Scope
from accounts.repositories import tokens as repository
from instainstru.core import policy
from instainstru.core.errors import DomainError, Invalid, NotFound
from instainstru.core.measure import measure_bulk, measure_operation
from instainstru.core.services import outbox
from instainstru.core.services.outbox import Letter
from instainstru.core.time import NEW_YORK

BY_PASSWORD = "By password"  # noqa: S105  # how the names begin that nobody chose


@dataclass(frozen=True)
class IssuedToken:
    """A token as its owner sees it, once."""

    token: str
    expires_at: datetime


class TooManyTokens(DomainError):
    """One more than a person may have."""

    code, status = "conflict", 409
    sentence = f"You have {policy.TOKENS_EACH} tokens, and that is the most. Revoke one that you no longer need."


class SecondFactorRequired(DomainError):
    """The password is right, and alone it is not enough."""

    code, status = "second_factor_required", 403
    sentence = "This account has a second factor: make a token on the site, under Account, API tokens."


def _digest(token: str) -> str:
    # A random 256-bit token needs no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@measure_operation
def issue(
    *,
    person: User,
    now: datetime,
    name: str = "",
    scopes: Sequence[str] = tuple(Scope.values),
    days: int = policy.TOKEN_DAYS,
) -> IssuedToken:
    """Keep a new token for a person and answer it: it cannot be read again. Asks nothing, tells nobody."""
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days)
    repository.add_token(user_id=person.pk, name=name, digest=_digest(token), scopes=scopes, expires_at=expires_at)
    return IssuedToken(token, expires_at)


@measure_operation
def make(*, person: User, name: str, scopes: Sequence[str], days: int, now: datetime) -> IssuedToken:
    """Make the token that a person asked for on the page, good for so many days, and tell them by letter.

    Raises TooManyTokens, or Invalid for a name that one of theirs has: a form sent twice makes one token.
    """
    with transaction.atomic():
        repository.lock_person(person_id=person.pk)
        live = repository.live_of(person_id=person.pk, now=now)
        if live.filter(name__iexact=name).exists() or name.startswith(BY_PASSWORD):
            raise Invalid.field("name", "A token of yours is called that. Choose another name.")
        if live.count() >= policy.TOKENS_EACH:
            raise TooManyTokens
        issued = issue(person=person, now=now, name=name, scopes=scopes, days=days)
        may_do = [Scope(scope).label for scope in scopes]
        said = [f"A new API token can act for you: {name}.", "", "It may:", *(f"  - {label}" for label in may_do)]
        _tell(person, key=f"token:{_digest(issued.token)}", subject="A new API token", said=[*said, *_until(issued)])
    return issued


@measure_operation
def make_by_password(*, person: User, now: datetime) -> IssuedToken:
    """Make a token of every scope, good for 90 days, for somebody who has just said the password.

    Where there are as many as may be, it takes the place of the oldest that was made so. A letter tells the person,
    once a day. Raises SecondFactorRequired, or TooManyTokens where every one was made on the page.
    """
    if is_mfa_enabled(person):
        raise SecondFactorRequired
    today = now.astimezone(NEW_YORK).date()
    with transaction.atomic():
        repository.lock_person(person_id=person.pk)
        live = repository.live_of(person_id=person.pk, now=now)
        if live.count() >= policy.TOKENS_EACH:
            oldest = live.filter(name__startswith=BY_PASSWORD).last()
            if oldest is None:
                raise TooManyTokens
            repository.remove(person_id=person.pk, token_id=oldest.pk)
        issued = issue(person=person, now=now, name=f"{BY_PASSWORD}, {today:%b %-d, %Y}")
        said = ["A program signed in with your password and got an API token, which may do all that tokens may."]
        key = f"token-by-password:{person.pk}:{today}"
        _tell(person, key=key, subject="An API token for your password", said=[*said, *_until(issued)])
    return issued


@measure_operation
def use(*, token: str, now: datetime) -> ApiToken | None:
    """The live token of an active person, its person with it, or None. Notes its use, at most once a minute."""
    found = repository.live_token(digest=_digest(token), now=now)
    if found is not None:
        repository.record_use(token=found, now=now)
    return found


@measure_operation
def listed(*, person_id: int) -> list[ApiToken]:
    """A person's tokens, the newest first; those that ran out, too, for 30 days."""
    return list(repository.tokens_of(person_id=person_id))


@measure_operation
def revoke(*, person_id: int, token_id: int) -> None:
    """End a token of a person's at once. Raises NotFound for any other."""
    if not repository.remove(person_id=person_id, token_id=token_id):
        raise NotFound("There is no such token of yours. It may be revoked already.")


@measure_operation
def revoke_all(*, person_id: int) -> int:
    """End all tokens of a person's at once; how many that were."""
    return repository.remove_all(person_id=person_id)


@measure_bulk
def forget_expired(*, now: datetime) -> int:
    """Remove what ran out more than 30 days ago; how many that was. Safe to run twice."""
    return repository.remove_expired(before=now - timedelta(days=policy.TOKENS_SHOWN_DAYS))


def _until(issued: IssuedToken) -> list[str]:
    return ["", f"It is good until {issued.expires_at.astimezone(NEW_YORK):%A, %B %-d, %Y}."]


def _tell(person: User, *, key: str, subject: str, said: Sequence[str]) -> None:
    """A letter about a token, without it."""
    unasked = ["", "If that was not you, revoke it and change your password:"]
    where = f"{settings.SITE_ADDRESS}{reverse('account_tokens')}"
    body = "\n".join([f"Hello {person.first_name},", "", *said, *unasked, "", where, "", "InstaInstru", ""])
    outbox.post(letters=[Letter(key, person.email, subject, body)])
