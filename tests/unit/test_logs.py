"""Log lines: what each says, in which form, and what none of them ever says."""

import json
import logging
import logging.config
import time
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from io import StringIO
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import sentry_sdk
from celery import current_app
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from structlog.contextvars import bound_contextvars, get_contextvars

from instainstru import logs, sentry
from instainstru.ops import signals
from instainstru.ops.services import queue
from instainstru.redaction import GONE, in_text, redacted

TOKEN = "9tJ4cX0y-2mQ7RkZ_uVwLpA8sDfGhJkZxCvBnM1Qw3E"
FEED = "/calendar/6f1c1f6e-6a52-4c39-b2f7-0f0c2e7c9f11-x8Jq2PzLr5Tn9VbK.ics"


class Spilled(Exception):
    """Something nobody meant."""


def fail(sentence: str) -> None:
    raise Spilled(sentence)


@pytest.fixture
def written() -> Iterator[Callable[..., StringIO]]:
    """A log of its own for the test, in the form of production or of development."""
    logger = logging.getLogger("test.logs")

    def into(**environ: str) -> StringIO:
        stream = StringIO()
        handler = logging.StreamHandler(stream)
        line = logs.configuration(environ)["formatters"]["line"]
        handler.setFormatter(line["()"](foreign_pre_chain=line["foreign_pre_chain"], processors=line["processors"]))
        logger.addHandler(handler)
        return stream

    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield into
    logger.handlers.clear()


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("test.logs")


def person(pk: int) -> Any:
    return SimpleNamespace(pk=pk, email="ana@example.com")


# The form


def test_in_production_an_event_is_one_line_of_json(written, log):
    stream = written(SITE_MODE="prod")
    with bound_contextvars(request_id="abc12345"):
        log.warning("the broker %s is away", "redis", extra={"tries": 3})
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "event": "the broker redis is away",
        "level": "warning",
        "logger": "test.logs",
        "request_id": "abc12345",
        "tries": 3,
    }


def test_in_development_an_event_can_be_read(written, log):
    stream = written(NO_COLOR="1")
    log.warning("the broker is away", extra={"tries": 3})
    assert "the broker is away" in stream.getvalue()
    assert "tries=3" in stream.getvalue()


@pytest.mark.parametrize("environ", [{"SITE_MODE": "prod"}, {"NO_COLOR": "1"}])
def test_what_broke_is_told_with_its_lines_and_without_the_values_of_variables(written, log, environ):
    stream = written(**environ)
    hidden = "Park" + "Slope"
    try:
        fail(f"no such person: sam@example.com, {len(hidden)}")
    except Spilled:
        log.exception("it broke")
    said = stream.getvalue()
    assert "Spilled" in said
    assert "test_logs.py" in said
    assert "ParkSlope" not in said
    assert "sam@" not in said


def test_a_line_break_that_somebody_sent_makes_no_second_line(written, log):
    stream = written(SITE_MODE="prod")
    log.warning("strange name: %s", 'x\n{"event": "all is well"}')
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("told", "level"), [({}, "INFO"), ({"LOG_LEVEL": ""}, "INFO"), ({"LOG_LEVEL": "warning"}, "WARNING")]
)
def test_the_level_is_the_operators_choice(told, level):
    assert logs.configuration(told)["root"]["level"] == level


def test_statements_with_their_values_are_never_logged():
    assert logs.configuration({"LOG_LEVEL": "DEBUG"})["loggers"]["django"]["level"] == "INFO"


# Who


def test_a_line_says_who_is_signed_in_by_id_only(written, log):
    stream = written(SITE_MODE="prod")
    with bound_contextvars(_request=SimpleNamespace(user=person(7))):
        log.info("answered")
    said = json.loads(stream.getvalue())
    assert said["user_id"] == 7
    assert "ana" not in stream.getvalue()


@pytest.mark.parametrize("user", [AnonymousUser(), None])
def test_a_guest_is_nobody(written, log, user):
    stream = written(SITE_MODE="prod")
    with bound_contextvars(_request=SimpleNamespace(user=user)):
        log.info("answered")
    assert "user_id" not in json.loads(stream.getvalue())


def test_no_session_is_loaded_for_the_sake_of_a_line(written, log):
    stream = written(SITE_MODE="prod")
    user = SimpleLazyObject(lambda: pytest.fail("the session was loaded"))
    with bound_contextvars(_request=SimpleNamespace(user=user)):
        log.info("answered")
    assert "user_id" not in json.loads(stream.getvalue())
    asked = SimpleLazyObject(lambda: person(7))
    assert asked.pk == 7
    with bound_contextvars(_request=SimpleNamespace(user=asked)):
        log.info("answered")
    assert json.loads(stream.getvalue().splitlines()[1])["user_id"] == 7


# What is never said

SECRETS = {
    "a header": f"Authorization: Bearer {TOKEN}",
    "a short token": "it came with bearer ab-Lesson2026",
    "a token": f"{TOKEN} was used",
    "a cookie": "Cookie: sessionid=k3j4h5k3j4h5k3j4h5; csrftoken=abcdefgh12345678",
    "a field": "{'password': 'Lesson-2026!', 'name': 'x'}",
    "JSON": '{"password": "Lesson-2026!"}',
    "a form": "csrfmiddlewaretoken=Xy12&password=Lesson-2026!&next=/",
    "an e-mail": "unknown recipient sam.o'neil+piano@mail.example.co.uk: 550",
    "a row": "Key (email)=(sam@example.com) already exists.",
    "an address with a password": "could not connect to postgres://insta:Lesson-2026!@db.example:5432/prod",
    "a feed": f"Not Found: {FEED}",
    "a short feed": "Not Found: /calendar/6f1c1f6e-lesson2026.ics",
    "a way in": "GET /accounts/password/reset/key/5-c9f2ab-Lesson2026/",
    "a search": "GET /instructors/?q=sam@example.com&near=1+Main+Street",
    "a phone": "call (212) 555-0123 or +12125550123",
}
NEVER = (
    TOKEN,
    "Lesson-2026",
    "Lesson2026",
    "lesson2026",
    "k3j4h5",
    "abcdefgh12345678",
    "Xy12",
    "neil",
    "example.co",
    "sam@",
    "x8Jq2PzLr5Tn9VbK",
    "555-0123",
    "2125550123",
    "Main",
)


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("environ", [{"SITE_MODE": "prod"}, {"NO_COLOR": "1"}], ids=["json", "readable"])
def test_no_secret_and_nobodys_address_is_in_a_line_wherever_it_was_put(written, log, environ, text):
    stream = written(**environ)
    log.warning("it said: %s", text)
    log.warning(text)
    log.warning("more", extra={"said": text, "deep": {"er": [text, (text,)]}})
    try:
        fail(text)
    except Spilled:
        log.exception("it broke")
    with bound_contextvars(said=text):
        log.warning("here")
    assert len(stream.getvalue()) > 5
    assert [secret for secret in NEVER if secret in stream.getvalue()] == []


NAMES = {
    *("password", "password1", "Authorization", "HTTP_COOKIE", "api_key", "token", "session_key", "SECRET_KEY", "dsn"),
    *("email", "recipient", "phone", "first_name", "last_name", "address", "body", "notes", "query", "subject"),
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_field_of_such_a_name_says_nothing_whatever_it_holds(name):
    for value in ("Ana", 12345, ["Ana"], {"is": "Ana"}):
        assert redacted({"form": {name: value}}) == {"form": {name: GONE}}


def test_of_an_object_only_its_type_is_said(written, log):
    stream = written(SITE_MODE="prod")
    log.warning("here", extra={"who": person(7), "deep": [person(8)], "raw": b"ana@example.com"})
    said = json.loads(stream.getvalue())
    assert (said["who"], said["deep"], said["raw"]) == ("<SimpleNamespace>", ["<SimpleNamespace>"], "<bytes>")


def test_what_goes_round_in_circles_ends():
    ring: list[object] = []
    ring.append({"ring": ring})
    assert GONE in json.dumps(redacted(ring))


LONG = [
    word * (60_000 // len(word)) for word in ("a", "a@", "token", "secret", "password", "?a=", "://", "A-", "/key/")
]


@pytest.mark.parametrize("long", LONG, ids=lambda text: text[:4])
def test_no_text_keeps_a_log_busy(long):
    began = time.perf_counter()
    in_text(long)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "plain",
    [
        "slow operation instructors.services.search.search: 612 ms, ok, {'wish': 'Wish', 'limit': 'int'}",
        "the lesson LS-7K2M9Q was not completed",
        "Task core.deliver_outbox[6f1c1f6e-6a52-4c39-b2f7-0f0c2e7c9f11] succeeded in 0.0123456789s: 3",
        "f3b0c44298fc1c149afbf4c8996fb92427ae41e4 at 2027-03-02T17:30:00-05:00, 3 of 212 at 127.0.0.1:8000",
    ],
)
def test_what_is_nobodys_secret_stays_as_it_is(plain):
    assert redacted(plain) == plain


class Colour(Enum):
    """Of a stone."""

    RED = "red"


def test_plain_values_stay_what_they_are():
    number = UUID("6f1c1f6e-6a52-4c39-b2f7-0f0c2e7c9f11")
    colour = {Colour.RED: Colour.RED}
    assert redacted({"n": 1, "x": 0.5, "yes": True, "none": None, "id": number, "day": date(2027, 3, 1)} | colour) == {
        "day": "2027-03-01",
        "Colour.RED": "red",
        "n": 1,
        "x": 0.5,
        "yes": True,
        "none": None,
        "id": str(number),
    }


# From the request to its tasks


@pytest.fixture
def task(monkeypatch) -> Any:
    monkeypatch.setattr(queue, "note", lambda **_: None)
    return SimpleNamespace(name="core.tidy", request=SimpleNamespace())


def test_a_task_carries_the_name_of_the_request_that_sent_it(task, written, log):
    headers: dict[str, Any] = {}
    with bound_contextvars(request_id="abc12345"):
        signals.send_request_id(headers=headers)
    assert headers == {"request_id": "abc12345"}
    stream = written(SITE_MODE="prod")
    task.request = SimpleNamespace(**headers)
    signals.begin(task=task, task_id="t-1")
    log.warning("tidying")
    signals.end(task=task, state="SUCCESS")
    said = json.loads(stream.getvalue())
    assert (said["request_id"], said["task"], said["task_id"]) == ("abc12345", "core.tidy", "t-1")
    assert get_contextvars() == {}


def test_what_the_beat_sends_is_of_no_request(task):
    headers: dict[str, Any] = {}
    signals.send_request_id(headers=headers)
    assert headers == {}
    signals.begin(task=task, task_id="t-1")
    assert get_contextvars() == {"task": "core.tidy", "task_id": "t-1"}
    signals.end(task=task)
    assert get_contextvars() == {}


def test_celery_logs_as_everybody_does():
    before = list(logging.getLogger("celery").handlers)
    assert current_app.log.setup_logging_subsystem(loglevel="INFO") is not None
    assert logging.getLogger("celery").handlers == before


# Sentry


class Kept(Transport):
    """Sends nothing, and keeps what it should have sent."""

    events: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep it."""
        self.events.append(envelope.get_event())


@pytest.fixture
def sent(monkeypatch) -> Iterator[list[Any]]:
    # What Sentry changes in Django and Celery would stay changed for all tests after this one.
    monkeypatch.setattr("sentry_sdk.client.setup_integrations", lambda *_, **__: {})
    Kept.events = []
    yield Kept.events
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)


def test_what_breaks_outside_of_a_request_is_reported_as_such():
    assert sentry.discreet({"level": "error"}, {}) == {"level": "error", "tags": {}}


def test_without_a_dsn_nothing_is_set_up():
    sentry.start(dsn="", release="", production=True, transport=Kept)
    assert not sentry_sdk.get_client().is_active()


def test_what_breaks_is_reported_without_secrets_and_people(sent):
    sentry.start(dsn="https://key@sentry.example/1", release="abc", production=True, transport=Kept)
    sentry_sdk.set_user({"id": "7", "email": "sam@example.com"})
    sentry_sdk.add_breadcrumb(category="redis", message="GET 'django.contrib.sessions.cached_dbk3j4h5k3j4h5'")
    sentry_sdk.add_breadcrumb(category="mail", message="sending to sam@example.com")
    request = {
        "method": "POST",
        "url": f"https://instainstru.example{FEED}",
        "query_string": "q=Main+Street",
        "headers": {"Authorization": f"Bearer {TOKEN}", "Cookie": "sessionid=k3j4h5"},
        "data": {"password": "Lesson-2026!"},
    }
    asked: Any = lambda event, _hint: event | {"request": request}  # noqa: E731
    sentry_sdk.get_isolation_scope().add_event_processor(asked)
    password = "Lesson-2026!"
    with bound_contextvars(request_id="abc12345", _request=object()):
        try:
            fail(f"no letter to sam@example.com: {len(password)}")
        except Spilled as broken:
            sentry_sdk.capture_exception(broken)
    (event,) = sent
    frames = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert all("vars" not in frame for frame in frames)
    frames.clear()  # their lines of source are this test, which names what it looks for
    assert [secret for secret in NEVER if secret in json.dumps(event)] == []
    assert event["exception"]["values"][0]["type"] == "Spilled"
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["sending to [redacted]"]
    assert event["request"] == {"method": "POST", "url": "https://instainstru.example/calendar/[redacted].ics"}
    assert event["tags"] == {"request_id": "abc12345"}
    assert (event["environment"], event["release"]) == ("production", "abc")
    assert "user" not in event
