"""The addresses that people are reached at: one that counts, and perhaps one that they are changing to."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.repositories import addresses as repository
from instainstru.core.errors import DomainError, Invalid, NotFound
from instainstru.core.measure import measure_operation


class AddressTaken(DomainError):
    """It counts for another account."""

    code, status = "conflict", 409
    sentence = "Another account has this address. Sign in with it there, or use another one here."


@dataclass(frozen=True)
class Addresses:
    """Where a person is reached; `pending` is what they are changing to, or empty."""

    email: str
    confirmed: bool
    pending: str


@measure_operation
def read(*, person: User) -> Addresses:
    """The addresses of a person."""
    changing = repository.pending(person).first()
    return Addresses(person.email, repository.counting(person).verified, changing.email if changing else "")


@measure_operation
def change(*, person: User, email: str) -> EmailAddress:
    """Begin to change: the old address counts until the new one, in lower case, is confirmed. Raises Invalid.

    Whether somebody else has it is not said: whoever reads their letters will see.
    """
    if email == person.email:
        raise Invalid.field("email", "This is your address already.")
    with transaction.atomic():
        return repository.begin_change(person, email)


@measure_operation
def unconfirmed(*, person: User, email: str) -> EmailAddress:
    """An address of a person's that waits for being confirmed. Raises NotFound."""
    of_theirs = [repository.counting(person), *repository.pending(person)]
    for address in of_theirs:
        if address.email == email and not address.verified:
            return address
    raise NotFound("This address does not wait for being confirmed.")


@measure_operation
def keep(*, person: User) -> bool:
    """End a change that was begun: the link of its letter is dead. Whether there was anything to end."""
    return repository.end_change(person)


@measure_operation
def confirm(*, address: EmailAddress) -> str:
    """Have an address count from now on, and answer the one that counted before. Raises AddressTaken."""
    try:
        with transaction.atomic():
            return repository.make_count(address)
    except IntegrityError:
        raise AddressTaken from None
