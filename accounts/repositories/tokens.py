"""Rows of API tokens."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import ApiToken

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


def add_token(*, user_id: int, digest: str, expires_at: datetime) -> None:
    """Keep a token by its digest."""
    ApiToken.objects.create(user_id=user_id, digest=digest, expires_at=expires_at)
