"""Handing a letter to SMTP or Resend: what is sent along, and what is a refusal for good."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.mail import EmailMessage

from instainstru.core.models import OutboxMessage
from instainstru.core.services import transport
from instainstru.core.services.transport import NotSent


def message(**other: str) -> OutboxMessage:
    given = {"key": "confirmed:LS-1:student", "recipient": "sam@example.com", "subject": "Booked", "body": "Hello Sam"}
    return OutboxMessage(**given | other)


def refused(*codes: int) -> SMTPRecipientsRefused:
    return SMTPRecipientsRefused({f"{n}@example.com": (code, b"why") for n, code in enumerate(codes)})


@pytest.mark.parametrize(
    ("failed", "for_good"),
    [
        (refused(550), True),
        (refused(450), False),  # grey listing: come back later
        (refused(550, 450), False),
        (SMTPDataError(554, b"no"), True),
        (SMTPDataError(451, b"later"), False),
        (SMTPAuthenticationError(535, b"who are you"), False),  # ours to mend
        (SMTPServerDisconnected(), False),
        (TimeoutError(), False),
        (AnymailRecipientsRefused(), True),
        (AnymailInvalidAddress("no address"), True),
        (ValueError("no mail"), True),
    ],
    ids=repr,
)
def test_a_refusal_for_good_is_told_from_one_that_may_pass(monkeypatch, failed: Exception, for_good: bool) -> None:
    def fail(self: EmailMessage) -> None:
        raise failed

    monkeypatch.setattr(EmailMessage, "send", fail)
    with pytest.raises(NotSent) as not_sent:
        transport.send(message())
    assert not_sent.value.for_good is for_good
    assert not_sent.value.reason.startswith(type(failed).__name__)
    assert len(not_sent.value.reason) <= transport.LONGEST_REASON


def test_a_mistake_of_ours_is_no_refusal(monkeypatch) -> None:
    def fail(self: EmailMessage) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(EmailMessage, "send", fail)
    with pytest.raises(KeyError):
        transport.send(message())


class Resend:
    """Resend's address on this machine: answers with a status, and keeps what was posted."""

    def __init__(self) -> None:
        self.status = 200
        self.posted: list[tuple[dict[str, str], dict[str, Any]]] = []


@pytest.fixture
def resend(settings) -> Iterator[Resend]:
    """Mail goes to it."""
    ours = Resend()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            ours.posted.append((dict(self.headers), body))
            answer = b'{"id": "1", "message": "said"}'
            self.send_response(ours.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "instainstru.core.mail.ResendBackend"
    settings.ANYMAIL = {"RESEND_API_KEY": "re_secret", "RESEND_API_URL": f"http://127.0.0.1:{server.server_port}/"}
    yield ours
    server.shutdown()
    server.server_close()


def test_resend_is_told_the_key_so_that_a_repetition_is_dropped(resend: Resend) -> None:
    transport.send(message())
    ((headers, body),) = resend.posted
    assert headers["Idempotency-Key"] == "confirmed:LS-1:student"
    assert headers["Authorization"] == "Bearer re_secret"
    assert (body["to"], body["subject"], body["text"]) == (["sam@example.com"], "Booked", "Hello Sam")
    assert body["headers"] == {"X-Outbox-Key": "confirmed:LS-1:student", "Auto-Submitted": "auto-generated"}


def test_what_did_not_come_from_the_outbox_has_no_key(resend: Resend) -> None:
    EmailMessage("Reset", "Here", to=["sam@example.com"]).send()
    ((headers, _),) = resend.posted
    assert "Idempotency-Key" not in headers


@pytest.mark.parametrize(
    ("status", "for_good"),
    [(400, True), (422, True), (401, False), (403, False), (409, False), (429, False), (500, False)],
)
def test_what_resend_answers_decides(resend: Resend, status: int, for_good: bool) -> None:
    resend.status = status
    with pytest.raises(NotSent) as not_sent:
        transport.send(message())
    assert not_sent.value.for_good is for_good
    assert "re_secret" not in not_sent.value.reason


def test_resend_away_may_pass(settings) -> None:
    settings.EMAIL_BACKEND = "instainstru.core.mail.ResendBackend"
    settings.ANYMAIL = {"RESEND_API_KEY": "re_secret", "RESEND_API_URL": "http://127.0.0.1:1/"}
    with pytest.raises(NotSent) as not_sent:
        transport.send(message())
    assert not not_sent.value.for_good
