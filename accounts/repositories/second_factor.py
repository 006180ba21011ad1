"""What a person signs in with beside the password, as allauth keeps it."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import User


def has_unconfirmed_address(*, person_id: int) -> bool:
    """Whether an address of this person waits to be confirmed."""
    return bool(EmailAddress.objects.filter(user_id=person_id, verified=False).exists())


def remove_factors(*, person_id: int) -> int:
    """Remove apps, passkeys and recovery codes, and answer how many there were."""
    removed, _ = Authenticator.objects.filter(user_id=person_id).delete()
    return int(removed)


def lock_by_email(*, email: str) -> User | None:
    """The person with this address, locked for the running transaction, or None."""
    return User.objects.select_for_update().filter(email=email).first()
