"""Resend, told the name of each letter: what is sent twice under one name is delivered once."""

from anymail.backends.resend import EmailBackend, ResendPayload
from django.core.mail import EmailMessage

KEY_HEADER = "X-Outbox-Key"


class ResendBackend(EmailBackend):
    """anymail's, with the outbox's key as Idempotency-Key; Resend remembers it for a day."""

    def build_message_payload(self, message: EmailMessage, defaults: object) -> ResendPayload:
        """What is posted for a letter."""
        payload = super().build_message_payload(message, defaults)
        if key := message.extra_headers.get(KEY_HEADER):
            payload.headers["Idempotency-Key"] = key
        return payload
