"""Rows of API tokens."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import ApiToken, User

USE_RECORDED_EVERY = timedelta(minutes=1)


def live_token(*, digest: str, now: datetime) -> ApiToken | None:
    """The unexpired token of an active person with this digest, the person with it."""
    return (
        ApiToken.objects.select_related("user").filter(digest=digest, expires_at__gt=now, user__is_active=True).first()
    )


def record_use(*, token: ApiToken, now: datetime) -> None:
    """Note when a token was used, at most once a minute: reading must not write each time."""
    stale = now - USE_RECORDED_EVERY
    if token.last_used_at is None or token.last_used_at < stale:
        ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=stale), pk=token.pk).update(last_used_at=now)


def add_token(*, user_id: int, name: str, digest: str, scopes: Sequence[str], expires_at: datetime) -> ApiToken:
    """Keep a token by its digest."""
    return ApiToken.objects.create(
        user_id=user_id, name=name, digest=digest, scopes=list(scopes), expires_at=expires_at
    )


def lock_person(*, person_id: int) -> None:
    """Have a person's tokens made one after the other. Who books for them meanwhile does not wait."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person_id)


def tokens_of(*, person_id: int) -> QuerySet[ApiToken]:
    """A person's tokens, the newest first."""
    return ApiToken.objects.filter(user_id=person_id).order_by("-id")


def live_of(*, person_id: int, now: datetime) -> QuerySet[ApiToken]:
    """Those that have not run out."""
    return tokens_of(person_id=person_id).filter(expires_at__gt=now)


def remove(*, person_id: int, token_id: int) -> int:
    """Delete a person's token; how many that was."""
    return tokens_of(person_id=person_id).filter(pk=token_id).delete()[0]


def remove_all(*, person_id: int) -> int:
    """Delete all of a person's; how many that was."""
    return tokens_of(person_id=person_id).delete()[0]


def remove_expired(*, before: datetime) -> int:
    """Delete what ran out before this; how many that was."""
    return ApiToken.objects.filter(expires_at__lt=before).delete()[0]
