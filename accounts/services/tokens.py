"""Keys with which programs act for a person: made here, found again here."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from accounts.repositories import tokens as repository
from instainstru.core import policy
from instainstru.core.measure import measure_operation


@dataclass(frozen=True)
class IssuedToken:
    """A token as its owner sees it, once."""

    token: str
    expires_at: datetime


def _digest(token: str) -> str:
    # A random 256-bit token needs no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@measure_operation
def issue(*, person: User, now: datetime) -> IssuedToken:
    """Make a token for a person, good for 90 days, and answer it: it cannot be read again."""
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=policy.TOKEN_DAYS)
    repository.add_token(user_id=person.pk, digest=_digest(token), expires_at=expires_at)
    return IssuedToken(token, expires_at)


@measure_operation
def owner_of(*, token: str, now: datetime) -> User | None:
    """The person whose live token this is, or None. Notes its use, at most once a minute."""
    found = repository.live_token(digest=_digest(token), now=now)
    if found is None:
        return None
    repository.record_use(token=found, now=now)
    return found.user
