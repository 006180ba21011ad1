"""Second factors, as far as they are not allauth's: who may add one, and help for who lost theirs."""

import uuid

from django.db import transaction

from accounts.models import User
from accounts.repositories import second_factor as repository
from accounts.services import sessions
from instainstru.core.errors import NotFound, NotSo
from instainstru.core.measure import measure_operation
from instainstru.core.services import outbox
from instainstru.core.services.outbox import Letter

RESET = """Hello {name},

our staff removed the second factor from your account: authenticator app, passkeys and recovery codes. You are signed
out on every device.

Sign in with your password, then set up a second factor anew under Account, Security.

If you did not ask for this, change your password at once and write to us.
"""


@measure_operation
def may_be_added(*, person_id: int) -> bool:
    """Whether allauth lets this person add a factor: no address of theirs waits to be confirmed.

    Otherwise somebody could sign up with another's address, and lock its owner out for good.
    """
    return not repository.has_unconfirmed_address(person_id=person_id)


@measure_operation
def reset(*, email: str) -> int:
    """Remove every factor of the person with this address, sign them out everywhere and tell them by letter.

    Answers how many were removed, recovery codes counted as one. Raises NotFound, NotSo.
    """
    with transaction.atomic():
        person = repository.lock_by_email(email=email.strip().lower())
        if person is None:
            raise NotFound("Nobody has this address.")
        removed = repository.remove_factors(person_id=person.pk)
        if not removed:
            raise NotSo("This account has no second factor. Nothing was changed.")
        sessions.end_all(person_id=person.pk)
        outbox.post(letters=[_told(person)])
    return removed


def _told(person: User) -> Letter:
    return Letter(
        key=f"second_factor_reset:{uuid.uuid4()}",
        recipient=person.email,
        subject="Your second factor was removed",
        body=RESET.format(name=person.first_name),
    )
