"""The optional model, played by a server on this machine: helpful, slow, wrong, malicious, down."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from datetime import time as clock_time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache

from instainstru.core import policy
from instainstru.core.policy import Audience, Level, Place
from instructors.services import model, reference_data
from instructors.services.words import understand
from tests.fixtures import NOON

TODAY = NOON.date()
NAMES = model.Names(subjects={"piano", "yoga"}, neighborhoods={"Park Slope"}, boroughs={"brooklyn"})
BUDGET = policy.MODEL_BUDGET_MS / 1000


class Stand:
    """A stand-in for the model: `answers` writes what it likes; `asked` is what it was sent."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: Callable[[BaseHTTPRequestHandler], None] = says({})


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def says(fields: object) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer as the endpoint gives it, with this object in it."""
    content = fields if isinstance(fields, str) else json.dumps(fields)
    return lambda handler: send(handler, json.dumps({"choices": [{"message": {"content": content}}]}).encode())


@pytest.fixture
def stand(settings: Any) -> Iterator[Stand]:
    stand = Stand()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stand.headers.append(dict(self.headers))
            stand.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            with suppress(OSError):  # nobody listens any more
                stand.answers(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.OPENAI_API_KEY = "sk-test"
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{server.server_port}/v1/"
    yield stand
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _fresh(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(model, "own", model.Breaker())


def place(words: str = "something soothing") -> dict[str, Any]:
    """What the model says of these words, in time whatever it does."""
    began = time.monotonic()
    found = model.place(words=words, names=NAMES, today=TODAY)
    assert time.monotonic() - began < BUDGET + 0.2
    return dict(found)


def test_it_answers_what_the_grammar_could_have_answered(stand):
    stand.answers = says(
        {"subject": "yoga", "audience": "adults", "level": "beginner", "borough": "brooklyn",
         "neighborhoods": ["Park Slope"], "min_price_cents": 5000, "max_price_cents": 9000,
         "date_from": "2027-03-02", "date_to": "2027-03-03",
         "after": "17:00", "before": "19:00", "place": "online", "minutes": 90, "rest": ["something"]}
    )  # fmt: skip
    assert place() == {
        "subject": "yoga", "audience": "adults", "level": "beginner", "borough": "brooklyn",
        "neighborhoods": ["Park Slope"], "min_price_cents": 5000, "max_price_cents": 9000,
        "date_from": date(2027, 3, 2), "date_to": date(2027, 3, 3),
        "after": clock_time(17), "before": clock_time(19), "place": "online", "minutes": 90, "rest": ["something"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "<script>alert(1)</script>"},
        {"subject": "trombone"},
        {"subject": ["yoga"]},
        {"audience": "everybody"},
        {"level": 3},
        {"neighborhoods": ["Atlantis", 7, None]},
        {"neighborhoods": "Park Slope"},
        {"borough": {"slug": "brooklyn"}},
        {"max_price_cents": 10**30},
        {"max_price_cents": -1},
        {"max_price_cents": True},
        {"max_price_cents": "9000"},
        {"min_price_cents": 9000, "max_price_cents": 5000},
        {"date_from": "1927-03-02"},
        {"date_from": "2027-02-28"},
        {"date_to": "9999-12-31"},
        {"date_from": "tomorrow"},
        {"after": "25:00"},
        {"after": "1７:00"},
        {"after": "19:00", "before": "17:00"},
        {"place": "moon"},
        {"minutes": 7},
        {"minutes": 60.0},
        {"password": "x", "sql": "DROP TABLE"},
        {"rest": ["something"]},
    ],
)
def test_what_is_none_of_it_is_dropped(stand, fields):
    stand.answers = says(fields)
    assert place() == {}


def test_a_good_field_is_taken_from_among_bad_ones(stand):
    stand.answers = says({"subject": "yoga", "minutes": 7, "extra": 1, "rest": "no list"})
    assert place() == {"subject": "yoga"}


def trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def trickle_of_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"y")
        handler.wfile.flush()
        time.sleep(0.02)


def raw(body: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: send(handler, body, status)


MALICE: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "slow": lambda handler: time.sleep(BUDGET + 1),
    "trickle": trickle,
    "trickle of headers": trickle_of_headers,
    "huge": raw(b"x" * 30_000_000),
    "no json": raw(b"<html>"),
    "deep json": raw(b"[" * 15_000),
    "no text": raw(b"\xff\xfe\x00"),
    "empty": raw(b""),
    "another shape": raw(b'{"choices": []}'),
    "a list": raw(b"[]"),
    "null": raw(b'{"choices": [{"message": {"content": null}}]}'),
    "content that is no json": says("I think you want yoga!"),
    "content that is a list": says(["yoga"]),
    "deep content": says("[" * 5_000),
    "an error": raw(b'{"choices": [{"message": {"content": "{\\"subject\\": \\"yoga\\"}"}}]}', 500),
    "a redirect": raw(b"", 302),
    "no http": lambda handler: None,
}


@pytest.mark.parametrize("malice", MALICE)
def test_whatever_it_does_search_goes_on_in_time(stand, malice):
    reference_data.load_places()
    reference_data.load_catalogue()
    stand.answers = MALICE[malice]
    understand(text="warm", now=NOON)
    cache.clear()
    began = time.monotonic()
    found = understand(text="piano something soothing", now=NOON)
    assert time.monotonic() - began < BUDGET + 0.4
    assert found.answer() == {"subject": "piano", "rest": "soothing"}
    assert stand.asked


def test_down_is_no_answer(stand, settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    assert place() == {}


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.com", "nonsense", "", "http://"])
def test_an_address_that_is_none_is_no_answer(stand, settings, address):
    settings.OPENAI_BASE_URL = address
    assert place() == {}


def test_https_is_spoken_where_it_is_asked_for(stand, settings):
    settings.OPENAI_BASE_URL = settings.OPENAI_BASE_URL.replace("http", "https")
    assert place() == {}
    assert stand.asked == []


def test_after_three_failures_it_is_left_alone_for_a_while(stand, monkeypatch):
    stand.answers = raw(b"")
    for word in ("one", "two", "three", "four", "five"):
        assert place(word) == {}
    assert len(stand.asked) == 3
    monkeypatch.setattr(model, "own", model.Breaker())
    assert place("six") == {}  # other processes know
    assert len(stand.asked) == 3
    cache.clear()
    stand.answers = says({"subject": "yoga"})
    assert place("seven") == {"subject": "yoga"}


def test_a_good_answer_forgets_the_failures_before_it(stand):
    for answer, word in (
        (raw(b""), "one"),
        (raw(b""), "two"),
        (says({}), "three"),
        (raw(b""), "four"),
        (raw(b""), "five"),
    ):
        stand.answers = answer
        place(word)
    stand.answers = says({"subject": "yoga"})
    assert place("six") == {"subject": "yoga"}


def test_without_a_cache_each_process_counts_for_itself(stand, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    stand.answers = raw(b"")
    for word in ("one", "two", "three", "four"):
        assert place(word) == {}
    assert len(stand.asked) == 3


def test_the_same_words_are_asked_once(stand):
    stand.answers = says({"subject": "yoga"})
    assert place() == place() == {"subject": "yoga"}
    assert len(stand.asked) == 1


def test_nothing_is_sent_without_a_key_or_a_word(stand, settings):
    assert place("") == place("12 34") == {}
    settings.OPENAI_API_KEY = ""
    assert place() == {}
    assert stand.asked == []


def test_only_left_over_words_are_sent_and_none_that_reach_a_person(stand):
    reference_data.load_places()
    reference_data.load_catalogue()
    understand(
        text="piano in park slope for sam@example.com soothing call 917-555-1234 or www.example.com, (212) 5551234",
        now=NOON,
    )
    [asked] = stand.asked
    assert asked["messages"][1] == {"role": "user", "content": "soothing call"}
    assert "example" not in json.dumps(asked["messages"][1])
    assert "555" not in json.dumps(asked)
    assert stand.headers[0]["Authorization"] == "Bearer sk-test"


def test_it_fills_only_what_nothing_was_said_of(stand):
    reference_data.load_places()
    reference_data.load_catalogue()
    stand.answers = says(
        {"subject": "yoga", "audience": "adults", "level": "advanced", "place": "online", "date_to": "2027-03-09",
         "neighborhoods": ["Park Slope"], "minutes": 90, "rest": ["zzyzx"]}
    )  # fmt: skip
    found = understand(text="piano tomorrow soothing zzyzx brooklyn", now=NOON)
    assert (found.subject, found.borough, found.neighborhoods) == ("piano", "brooklyn", ())
    assert (found.date_from, found.date_to) == (date(2027, 3, 2), date(2027, 3, 2))
    assert (found.audience, found.level, found.place, found.minutes) == (
        Audience.ADULTS,
        Level.ADVANCED,
        Place.ONLINE,
        90,
    )
    assert found.rest == "zzyzx"
    assert found.words_of("level") == "soothing"
    assert found.without("level") == "piano tomorrow zzyzx brooklyn"


def test_neighborhoods_come_as_on_the_map(stand):
    reference_data.load_places()
    reference_data.load_catalogue()
    stand.answers = says({"neighborhoods": ["Park Slope"], "rest": []})
    found = understand(text="piano soothing", now=NOON)
    assert found.answer() == {"subject": "piano", "neighborhoods": ["Park Slope"]}
    stand.answers = says({"level": "beginner"})
    assert understand(text="piano zzyzx", now=NOON).answer() == {
        "subject": "piano",
        "level": "beginner",
        "rest": "zzyzx",
    }
