"""Leaving: what a person can take along, and the closing of an account, for good.

What is kept of a person is known to the app that keeps it. Settings name the steps of each app by dotted paths, as
they name middleware: ACCOUNT_EXPORT_STEPS are functions that tell, ACCOUNT_CLOSING_STEPS classes that erase. They run
in that order, in one transaction.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.permissions import Bundle, Scope
from accounts.repositories import leaving as repository
from accounts.repositories import staff
from accounts.services import tokens
from instainstru.core.contention import under_lock
from instainstru.core.errors import DomainError, NotAllowed, NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.services import audit, outbox
from instainstru.core.services.outbox import Letter
from instainstru.core.time import NEW_YORK

NOBODY = "Former member"  # the name that is left where a name has to stand
Told = dict[str, Any]  # what JSON can say


class AlreadyClosed(DomainError):
    """Pressed twice, or on two devices."""

    code, status, sentence = "conflict", 409, "This account is closed already."


class Changed(DomainError):
    """What closing means is not what was agreed to."""

    code, status = "conflict", 409
    sentence = "Meanwhile something has changed, and nothing was closed. Look at what closing means now, then decide."


class StaffStay(NotAllowed):
    """A member of staff would close their own account."""

    sentence = "Staff accounts are closed by operations. Ask them to."


class LastOfOperations(DomainError):
    """Nobody would be left who can give anybody a role."""

    code, status = "conflict", 409
    sentence = "This is the last active operations account. Give somebody else the role first."


@dataclass(frozen=True)
class Consequence:
    """What closing an account now means for one thing that others count on, in two sentences for people."""

    what: str
    meaning: str


@dataclass(frozen=True)
class Foreseen:
    """All of that; `version` names exactly this."""

    consequences: Sequence[Consequence]

    @property
    def version(self) -> str:
        """A hash of what is said."""
        return hashlib.sha256(repr(self.consequences).encode()).hexdigest()[:16]


class ClosingStep(ABC):
    """What one app does when somebody leaves."""

    @abstractmethod
    def announced(self, *, person_id: int, now: datetime, holding: bool) -> list[Consequence]:
        """What closing now means for others; with `holding` it stays true until the commit. Raises what forbids it."""

    @abstractmethod
    def carry_out(self, *, person: User, on_behalf: bool, now: datetime) -> None:
        """Do that, and erase what the app keeps of the person. `on_behalf`: an operator closes for them."""


def told(instant: datetime | None) -> str | None:
    """An instant as it is exported: ISO 8601 with New York's offset."""
    return instant.astimezone(NEW_YORK).isoformat() if instant else None


# Taking along


@measure_operation
def export(*, person: User, now: datetime) -> Told:
    """All that is kept of a person, as JSON says it: docs/privacy.md has its parts. Others go by their public names.

    Times are ISO 8601 with New York's offset, money is cents, and nothing in it is a way in.
    """
    parts: list[Callable[..., Told]] = [import_string(path) for path in settings.ACCOUNT_EXPORT_STEPS]
    whole: Told = {"exported_at": told(now)}
    for part in parts:
        whole |= part(person=person)
    return whole


def exported(*, person: User) -> Told:
    """What is kept of a person as one who comes in: name, addresses, devices, tokens, factors, letters."""
    return {
        "person": {
            "email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "joined_at": told(person.date_joined),
            "last_signed_in_at": told(person.last_login),
            "bundles": sorted(staff.bundles_of(person)),
        },
        "addresses": [
            {"email": one.email, "verified": one.verified, "primary": one.primary}
            for one in repository.addresses_of(person.pk)
        ],
        "sessions": [
            {
                "signed_in_at": told(one.created_at),
                "last_seen_at": told(one.last_seen_at),
                "address": one.ip,
                "browser": one.user_agent,
            }
            for one in repository.sessions_of(person.pk)
        ],
        "tokens": [
            {
                "name": one.name,
                "scopes": [Scope(scope).value for scope in one.scopes],
                "created_at": told(one.created_at),
                "expires_at": told(one.expires_at),
                "last_used_at": told(one.last_used_at),
            }
            for one in tokens.listed(person_id=person.pk)
        ],
        "factors": [
            {"kind": one.type, "created_at": told(one.created_at), "last_used_at": told(one.last_used_at)}
            for one in repository.factors_of(person.pk)
        ],
        "letters": [
            {
                "subject": one.subject,
                "posted_at": told(one.created_at),
                "delivered_at": told(one.delivered_at),
                "body": "" if one.confidential else one.body,
            }
            for one in outbox.to(recipients=_recipients(person), since=person.date_joined)
        ],
    }


def _recipients(person: User) -> set[str]:
    """Where letters to a person went: not to an address that they only claim, which may be somebody else's.

    Nor is what was sent there before they came for them: addresses change hands.
    """
    return {person.email, *(one.email for one in repository.addresses_of(person.pk) if one.verified)}


# Closing


@measure_operation
def person_with(*, email: str) -> User:
    """The person with this address, for an operator. Raises NotFound."""
    found = repository.person_of(email)
    if found is None:
        raise NotFound("Nobody has this address.")
    return found


@measure_operation
def foresee(*, person: User, by: User | None, now: datetime) -> Foreseen:
    """What closing a person's account now would mean. Raises what `close` would refuse with."""
    _check(person, by=by)
    return _foreseen(person.pk, now=now, holding=False)


@measure_operation
@under_lock
def close(*, person: User, by: User | None, now: datetime, agreed: str | None = None) -> Foreseen:
    """Close an account for good: coming lessons are cancelled by the rules, what is personal is erased, all at once.

    `by` is the person, or None for an operator. `agreed` is the version of what was foreseen: when that has changed,
    nothing is closed. A letter to the address that the person had says what was done; afterwards the address is free.

    Raises AlreadyClosed, StaffStay, LastOfOperations, Changed, Busy, or what forbids it to a step (a lesson that is
    under way); then nothing was changed.
    """
    foreseen = _foreseen(person.pk, now=now, holding=True)
    if Bundle.OPERATIONS in staff.bundles_of(person):
        staff.lock_role(Bundle.OPERATIONS)  # of the last two, one stays
    leaving = repository.locked(person.pk)
    _check(leaving, by=by)
    if agreed is not None and agreed != foreseen.version:
        raise Changed
    for step in _closing_steps():
        step.carry_out(person=leaving, on_behalf=by is None, now=now)
    _erase(leaving, foreseen, now=now)
    return foreseen


def _closing_steps() -> list[ClosingStep]:
    return [import_string(path)() for path in settings.ACCOUNT_CLOSING_STEPS]


def _foreseen(person_id: int, *, now: datetime, holding: bool) -> Foreseen:
    return Foreseen(
        [
            consequence
            for step in _closing_steps()
            for consequence in step.announced(person_id=person_id, now=now, holding=holding)
        ]
    )


def _check(person: User, *, by: User | None) -> None:
    if person.closed_at:
        raise AlreadyClosed
    if person.is_staff and by is not None:
        raise StaffStay
    operates = Bundle.OPERATIONS in staff.bundles_of(person)
    if operates and not staff.others_in(Bundle.OPERATIONS, than=person.pk):
        raise LastOfOperations


def _erase(person: User, foreseen: Foreseen, *, now: datetime) -> None:
    """The last step, ours: whatever else is kept of a person, and whatever they came in by."""
    farewell = _farewell(person, foreseen)
    outbox.forget(recipients=_recipients(person), since=person.date_joined)
    sessions = repository.forget_ways_in(person.pk)
    transaction.on_commit(partial(repository.forget_kept_sessions, sessions))
    tokens.revoke_all(person_id=person.pk)
    repository.empty(person, first_name=NOBODY, email=f"closed-{person.pk}@closed.invalid", now=now)
    repository.forget_name_in_log([("accounts", "user", person.pk), ("instructors", "instructorprofile", person.pk)])
    audit.forget_person(person_id=person.pk)
    outbox.post(letters=[farewell])


def _farewell(person: User, foreseen: Foreseen) -> Letter:
    """To the address that somebody had: confidential, so that nothing of it stays once it has left."""
    lines = [line for one in foreseen.consequences for line in (f"{one.what}", f"  {one.meaning}")]
    said = [
        f"Hello {person.first_name},",
        "",
        "Your InstaInstru account is closed. What was personal in it is erased; what our accounts need of your lessons",
        "is kept without your name. This is final, and our last letter to you. You may sign up anew at any time.",
        *(["", *lines] if lines else []),
        "",
        "InstaInstru",
    ]
    return Letter(
        key=f"account-closed:{person.pk}",
        recipient=person.email,
        subject="Your account is closed",
        body="\n".join(said) + "\n",
        confidential=True,
    )
