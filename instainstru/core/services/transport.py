"""Handing one letter to whoever carries it, and telling a refusal for good from one that may pass."""

from smtplib import SMTPDataError, SMTPRecipientsRefused

from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMessage

from instainstru.core.mail import KEY_HEADER
from instainstru.core.models import OutboxMessage

LONGEST_REASON = 300
NOT_DELIVERABLE = frozenset({400, 413, 422})  # of an HTTP API; 401, 403, 409 and 429 are ours to mend, or pass


class NotSent(Exception):
    """The letter was not taken. `for_good`: nor will it be, however often it is tried."""

    def __init__(self, cause: Exception, *, for_good: bool) -> None:
        self.reason = f"{type(cause).__name__}: {cause}"[:LONGEST_REASON]
        self.for_good = for_good
        super().__init__(self.reason)


def send(message: OutboxMessage) -> None:
    """Return when the transport has taken a letter; its key goes along, for those who drop repetitions.

    Raises NotSent for what the network, the transport or the letter itself is the reason of.
    """
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={KEY_HEADER: message.key, "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, ValueError, AnymailError) as failed:  # SMTP's and the network's errors are OSErrors
        raise NotSent(failed, for_good=_is_for_good(failed)) from failed


def _is_for_good(failed: Exception) -> bool:
    """Whether the recipient or the letter was refused, not the moment, and not us."""
    match failed:
        case SMTPRecipientsRefused():
            return all(code >= 500 for code, _ in failed.recipients.values())
        case SMTPDataError():
            return failed.smtp_code >= 500
        case AnymailRequestsAPIError():
            return failed.status_code in NOT_DELIVERABLE
        case AnymailRecipientsRefused() | ValueError():  # a ValueError: what cannot be put into a mail
            return True
    return False
