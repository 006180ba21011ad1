"""A language model, if one is configured: asked about words of a search that the grammar could not place.

Nothing needs it. It sees those words, the day, and the names of the catalogue and the map; nothing of the person. What
it answers is checked like anything that comes from outside, and it has a budget: whatever it does, search goes on.
"""

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as clock_time
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from instainstru.core import policy
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Audience, Level, Place

log = logging.getLogger(__name__)

TASK = (
    "Words of a search for private lessons in New York City follow. Answer one JSON object with what they clearly say, "
    "and nothing else. Fields, all optional: subject (one slug of SUBJECTS), audience (toddler, kids, teens, adults), "
    "level (beginner, intermediate, advanced), neighborhoods (list of names of NEIGHBORHOODS), borough (slug of "
    "BOROUGHS), min_price_cents and max_price_cents (an hour), date_from and date_to (YYYY-MM-DD), after and before "
    "(HH:MM), place (online, student_place, instructor_place), minutes, rest (list of the words that say none of this)."
)
FAILED = (OSError, HTTPException, ValueError, KeyError, IndexError, TypeError, RecursionError)
PAUSED, FAILURES = "model:paused", "model:failures"
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
NOT_FOR_OTHERS = re.compile(r"@|\d{3}|https?:|www\.|\.\w{2,3}\b")  # addresses, numbers that reach somebody


@dataclass(frozen=True)
class Names:
    """What the answer may name."""

    subjects: Collection[str]
    neighborhoods: Collection[str]
    boroughs: Collection[str]


@dataclass
class Breaker:
    """This process's own count of failures in a row, for when the cache that all share is away."""

    failures: int = 0
    paused_until: float = 0.0


own = Breaker()


@measure_operation
def place(*, words: str, names: Names, today: date) -> Mapping[str, Any]:
    """The fields that a model takes these words for, checked; none without a key, a word, or an answer in time.

    `rest` is a list of the words that it could not place either; without it nothing is known of them. Never raises,
    and takes no longer than policy.MODEL_BUDGET_MS.
    """
    asked = " ".join(word for word in words.split() if not NOT_FOR_OTHERS.search(word) and re.search(r"[^\W\d]", word))
    if not (settings.OPENAI_API_KEY and asked):
        return {}
    key = f"model:{today}:{sha256(asked.lower().encode()).hexdigest()}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        if _paused():
            return {}
        try:
            known = _checked(_answer(_ask(asked, names, today)), names, today)
        except FAILED as failure:
            log.warning("the model gave no answer: %s", type(failure).__name__)
            _count_failure()
            return {}
        _reset()
        cache.set(key, known, policy.MODEL_KEPT_SECONDS)
    return known


def _ask(words: str, names: Names, today: date) -> bytes:
    """The endpoint's answer. Raises TimeoutError when the budget is spent, whatever the other side is doing."""
    told = "\n".join(f"{name.upper()}: {', '.join(sorted(known))}" for name, known in vars(names).items())
    body = {
        "model": settings.OPENAI_MODEL,
        "temperature": 0,
        "max_tokens": 300,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": f"{TASK}\nToday is {today:%A %Y-%m-%d}.\n{told}"},
            {"role": "user", "content": words},
        ],
    }
    exchange = Exchange(settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY, json.dumps(body).encode())
    return exchange.run(policy.MODEL_BUDGET_MS / 1000)


class Exchange:
    """One request in a thread of its own: timeouts of sockets begin anew with each byte, a budget does not."""

    def __init__(self, base: str, key: str, body: bytes) -> None:
        self.address = urlsplit(base)
        if self.address.scheme not in {"http", "https"} or not self.address.hostname:
            raise ValueError("OPENAI_BASE_URL is no http address")
        self.key, self.body = key, body
        self.outcome: bytes | BaseException | None = None
        self.connection: HTTPConnection | None = None

    def run(self, seconds: float) -> bytes:
        """The body of a good answer that comes in time."""
        thread = threading.Thread(target=self._work, args=(seconds,), daemon=True)
        thread.start()
        thread.join(seconds)
        if self.outcome is None:
            self._hang_up()
            raise TimeoutError
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def _work(self, seconds: float) -> None:
        try:
            self.outcome = self._request(seconds)
        except FAILED as failure:
            self.outcome = failure

    def _request(self, seconds: float) -> bytes:
        kind = HTTPSConnection if self.address.scheme == "https" else HTTPConnection
        self.connection = kind(self.address.hostname or "", self.address.port, timeout=seconds)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        try:
            self.connection.request("POST", f"{self.address.path.rstrip('/')}/chat/completions", self.body, headers)
            with self.connection.getresponse() as response:
                found = response.read(policy.MODEL_ANSWER_BYTES + 1)
                if response.status != 200 or len(found) > policy.MODEL_ANSWER_BYTES:
                    raise ValueError("no answer of the kind")
                return found
        finally:
            self.connection.close()

    def _hang_up(self) -> None:
        """Wake the thread that is still reading: nobody waits for it."""
        waiting = self.connection.sock if self.connection else None
        if waiting is not None:
            with suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)


def _answer(body: bytes) -> dict[str, Any]:
    found = json.loads(json.loads(body)["choices"][0]["message"]["content"])
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


def _checked(said: dict[str, Any], names: Names, today: date) -> dict[str, Any]:
    """Only what the grammar itself could have answered."""
    found: dict[str, Any] = {
        "subject": _one_of(said.get("subject"), names.subjects),
        "audience": _one_of(said.get("audience"), Audience.values),
        "level": _one_of(said.get("level"), Level.values),
        "neighborhoods": [name for name in _listed(said.get("neighborhoods")) if name in names.neighborhoods],
        "borough": _one_of(said.get("borough"), names.boroughs),
        "place": _one_of(said.get("place"), Place.values),
        "minutes": _number(said.get("minutes"), policy.LENGTHS),
        "min_price_cents": _number(said.get("min_price_cents"), range(1, policy.CEILING_CENTS + 1)),
        "max_price_cents": _number(said.get("max_price_cents"), range(1, policy.CEILING_CENTS + 1)),
        "date_from": _day(said.get("date_from"), today),
        "date_to": _day(said.get("date_to"), today),
        "after": _time(said.get("after")),
        "before": _time(said.get("before")),
    }
    for low, high in (("min_price_cents", "max_price_cents"), ("date_from", "date_to"), ("after", "before")):
        if found[low] is not None and found[high] is not None and found[low] > found[high]:
            found[low] = found[high] = None
    found = {name: value for name, value in found.items() if value not in (None, "", [])}
    return found | ({"rest": _listed(said["rest"])} if found and isinstance(said.get("rest"), list) else {})


def _one_of(said: object, known: Collection[str]) -> str | None:
    return said if isinstance(said, str) and said in known else None


def _listed(said: object) -> list[str]:
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _number(said: object, known: Collection[int]) -> int | None:
    return said if type(said) is int and said in known else None


def _day(said: object, today: date) -> date | None:
    try:
        day = date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return day if day and today <= day <= today + timedelta(days=policy.HORIZON_DAYS) else None


def _time(said: object) -> clock_time | None:
    return clock_time.fromisoformat(said) if isinstance(said, str) and CLOCK.fullmatch(said) else None


def _paused() -> bool:
    return time.monotonic() < own.paused_until or bool(cache.get(PAUSED))


def _count_failure() -> None:
    """One more failure, here and for all; so many in a row are a pause."""
    own.failures += 1
    if max(own.failures, _shared_failures()) >= policy.MODEL_FAILURES:
        own.failures, own.paused_until = 0, time.monotonic() + policy.MODEL_PAUSE_SECONDS
        cache.set(PAUSED, 1, policy.MODEL_PAUSE_SECONDS)
        cache.set(FAILURES, 0, policy.MODEL_PAUSE_SECONDS)


def _shared_failures() -> int:
    cache.add(FAILURES, 0, policy.MODEL_PAUSE_SECONDS)
    try:
        return int(cache.incr(FAILURES))
    except (ValueError, TypeError):  # the cache is away
        return 0


def _reset() -> None:
    own.failures = 0
    cache.set(FAILURES, 0, policy.MODEL_PAUSE_SECONDS)
