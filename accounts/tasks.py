"""Jobs about people."""

from datetime import UTC, datetime

from celery import shared_task

from accounts.services import tokens


@shared_task(name="accounts.forget_tokens")
def forget_tokens() -> int:
    """Remove API tokens that ran out a month ago. They age in real time. Safe to run twice."""
    return tokens.forget_expired(now=datetime.now(UTC))
