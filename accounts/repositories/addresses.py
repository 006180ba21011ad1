"""Addresses of people: the one that counts stands on the person, too."""

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import User


def counting(person: User) -> EmailAddress:
    """The row of the address that counts; made where it is missing."""
    address, _ = EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    return address


def pending(person: User) -> QuerySet[EmailAddress]:
    """What a person is changing to."""
    found: QuerySet[EmailAddress] = EmailAddress.objects.filter(user=person, verified=False)
    return found.exclude(email=person.email)


def begin_change(person: User, email: str) -> EmailAddress:
    """Note what a person wants to change to, in place of what they wanted before."""
    counting(person)
    pending(person).delete()
    return EmailAddress.objects.create(user=person, email=email)


def end_change(person: User) -> bool:
    """Forget what a person is changing to; whether there was anything."""
    return bool(pending(person).delete()[0])


def make_count(address: EmailAddress) -> str:
    """Confirm an address, have it count, and drop the one that counted; answers that one.

    Raises IntegrityError where it counts for somebody else.
    """
    person = User.objects.select_for_update(of=("self",)).get(pk=address.user_id)
    before, person.email = person.email, address.email
    person.save(update_fields=["email"])
    if before != address.email:
        EmailAddress.objects.filter(user=person).exclude(pk=address.pk).delete()
    EmailAddress.objects.filter(pk=address.pk).update(verified=True, primary=True)
    return before
