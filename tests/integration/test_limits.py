"""Requests are counted in Redis for all processes; without Redis by each alone, and no password is tried."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_redis import get_redis_connection
from prometheus_client import REGISTRY

from instainstru.core import clock, policy
from instainstru.core.limits import MICROSECONDS, MINUTE, RATES, Bucket, Rate, Taken
from instainstru.core.repositories import limits as repository
from instainstru.core.services import limits
from instainstru.core.services.limits import CountingPauses
from instainstru.servers import Child, Wanted, owned, valkey
from instainstru.servers.folder import valkey_socket
from tests.factories import PASSWORD
from tests.fixtures import NOON
from tests.support.site import HOST, serving

TEN_A_MINUTE = Rate(a_minute=10, at_once=5)
FAR = 1_000 * MICROSECONDS
LOGIN = "/accounts/login/"
WAYS_IN = {
    # what is sent to each of them by a guest who tries
    LOGIN: {"login": "sam@example.com", "password": PASSWORD},
    "/accounts/signup/": {
        "first_name": "N",
        "last_name": "C",
        "email": "n@example.com",
        "password1": "Tulip-7-harbour",
    },
    "/accounts/password/reset/": {"email": "sam@example.com"},
    "/accounts/password/reset/key/1-abc/": {"password1": "Tulip-7-harbour"},
    "/accounts/2fa/authenticate/": {"code": "123456"},
    "/accounts/2fa/passkeys/login/": {"credential": "{}"},
    "/accounts/confirm-email/abc/": {},
    "/api/auth/token/": {"email": "sam@example.com", "password": PASSWORD},
}


@pytest.fixture(autouse=True)
def _redis_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever failed in another test is over, and nothing is remembered of it."""
    monkeypatch.setattr(limits.shared, "away_until", 0.0)
    monkeypatch.setattr(limits, "own", repository.OwnMemory(policy.LIMITS_REMEMBERED))


def passed(number: int, *, bucket: Bucket = Bucket.AUTH, account: str = "person:1") -> list[bool]:
    """How each of so many went."""
    return [limits.count(bucket=bucket, account=account).taken.wait == 0 for _ in range(number)]


def point_at(settings: Any, location: str) -> None:
    """Have all caches at another Redis."""
    settings.CACHES = {alias: {**options, "LOCATION": location} for alias, options in settings.CACHES.items()}


# With Redis


def test_of_ten_a_minute_five_come_at_once() -> None:
    counts = [limits.count(bucket=Bucket.AUTH, account="person:1") for _ in range(7)]
    assert [count.taken.wait == 0 for count in counts] == [True] * 5 + [False] * 2
    assert [count.headers["RateLimit-Remaining"] for count in counts[:5]] == ["4", "3", "2", "1", "0"]
    assert counts[-1].seconds_to_wait in (5, 6)
    assert counts[-1].headers["RateLimit-Reset"] in ("59", "60")


def driven(account: str, rate: Rate, at: float) -> Taken:
    """Take in Redis, by the same script, so many seconds after a start. What it keeps stays long enough."""
    seconds, microseconds = divmod(FAR + round(at * MICROSECONDS), MICROSECONDS)
    script = repository.SCRIPT
    for its_own, ours in (("redis.call('TIME')", f"{{{seconds}, {microseconds}}}"), ("kept)", "kept * 1000)")):
        assert script.count(its_own) == 1
        script = script.replace(its_own, ours)
    given = (1, account, rate.interval, rate.at_once, rate.a_minute, MINUTE)
    return Taken(*get_redis_connection("limits").eval(script, *given))


@pytest.mark.parametrize("within", [0, 1, 31, 59.9])
@pytest.mark.parametrize("bucket", [Bucket.READ, Bucket.AUTH])
def test_from_rest_exactly_a_minutes_number_passes_within_the_minute(bucket: Bucket, within: float) -> None:
    """However slowly or quickly they come; what may not come at once is earned meanwhile."""
    rate = RATES[bucket]
    went = [driven("rested", rate, index * within / 1_000).wait == 0 for index in range(1_000)]
    assert sum(went) == min(rate.a_minute, rate.at_once + int(within * rate.a_minute / 60))
    assert driven("rested", rate, 60).wait == 0


def test_ten_a_minute_are_five_at_once_one_every_six_seconds_and_none_until_the_minute_is_over() -> None:
    instants = [second for second in range(67) for _ in range(6)]
    went = [at for at in instants if driven("a", TEN_A_MINUTE, at).wait == 0]
    assert went == [0, 0, 0, 0, 0, 6, 12, 18, 24, 30] + [60] * 5 + [66]


def test_redis_and_a_process_count_alike() -> None:
    """To the microsecond, over rests, bursts, and the ends of minutes."""
    chance = random.Random(7)
    for number, rate in enumerate((Rate(60, 3), TEN_A_MINUTE, Rate(7, 7), Rate(5, 1))):
        memory, at = repository.OwnMemory(10), 0.0
        for _ in range(300):
            at += chance.choice((0, 0, 0, 0.3, 1, 6, 59.999999, 200)) * chance.choice((0.25, 1))
            together = driven(f"alike-{number}", rate, at)
            alone = memory.take("alike", rate, now=FAR + round(at * MICROSECONDS))
            assert together == alone, (rate, at)


def test_a_count_comes_back_with_time() -> None:
    """Real time, of Redis' own clock."""
    rate = Rate(a_minute=60, at_once=1)
    assert repository.take_shared("back", rate) == (1_000_000, 1, 60_000_000, 0)
    refused = repository.take_shared("back", rate)
    assert 0 < refused.wait <= 1_000_000
    assert refused.ahead == refused.wait
    time.sleep(refused.wait / 1_000_000)
    assert repository.take_shared("back", rate).wait == 0


def test_many_threads_at_once_get_exactly_what_there_is() -> None:
    ready = threading.Barrier(8)
    went: list[bool] = []

    def ask() -> None:
        ready.wait()
        went.extend(repository.take_shared("many", Rate(a_minute=40, at_once=40)).wait == 0 for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(went) == {True: 40, False: 120}


def test_accounts_and_buckets_are_counted_apart() -> None:
    assert not all(passed(6))
    assert all(passed(5, account="person:2"))
    assert all(passed(5, bucket=Bucket.WRITE))


def test_a_redis_that_has_just_started_is_told_the_script_again() -> None:
    repository.take_shared("script", TEN_A_MINUTE)
    get_redis_connection("limits").script_flush()
    assert repository.take_shared("script", TEN_A_MINUTE).came == 2  # and it remembers the first


def test_what_is_kept_of_an_account_goes_by_itself() -> None:
    limits.count(bucket=Bucket.AUTH, account="person:1")
    redis = get_redis_connection("limits")
    (key,) = redis.keys("*limit:auth:person:1")
    assert 59_000 < redis.pttl(key) <= 60_000
    for at in (0, 59, 59, 59, 59, 59):  # what came late in the minute is paid off after it
        driven("late", TEN_A_MINUTE, at)
    assert 29_000_000 < redis.pttl("late") <= 30_000_000


def test_a_test_clock_moves_no_limit() -> None:
    with clock.at(NOON):
        passed(5)
    with clock.at(NOON.replace(year=2028)):
        assert passed(1) == [False]


def test_what_is_refused_is_counted_for_operators() -> None:
    def refused() -> float:
        return REGISTRY.get_sample_value("instainstru_rate_limited_total", {"bucket": "auth"}) or 0

    before = refused()
    passed(8)
    assert refused() - before == 3


# Without Redis


@pytest.fixture
def away(settings: Any) -> None:
    """No Redis at all, for anybody."""
    point_at(settings, "unix:///nowhere/at/all.sock")


@pytest.mark.parametrize("bucket", [Bucket.READ, Bucket.SEARCH, Bucket.WRITE])
def test_without_redis_a_process_counts_the_same_by_itself(bucket: Bucket, away: None) -> None:
    most = RATES[bucket].at_once
    assert passed(most + 50, bucket=bucket) == [True] * most + [False] * 50


@pytest.mark.parametrize("bucket", [Bucket.AUTH, Bucket.FINANCIAL])
def test_without_redis_the_strict_buckets_are_closed(bucket: Bucket, away: None) -> None:
    for _ in range(3):
        with pytest.raises(CountingPauses, match="Signing in, passwords and payments pause"):
            passed(1, bucket=bucket)


def test_that_redis_is_away_is_said_once_and_names_nobody(away: None, caplog: pytest.LogCaptureFixture) -> None:
    passed(50, bucket=Bucket.READ, account="address:203.0.113.9")
    said = [record.getMessage() for record in caplog.records if record.name == limits.__name__]
    assert said == ["requests are counted by each process alone: Redis does not answer (ConnectionError)"]


def test_a_redis_that_is_silent_costs_one_wait_and_not_one_for_each_request(settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        point_at(settings, f"redis://{HOST}:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        assert all(passed(200, bucket=Bucket.READ))
        assert time.monotonic() - began < 5


def test_redis_is_asked_again_after_the_pause(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = settings.CACHES["limits"]["LOCATION"]
    point_at(settings, "unix:///nowhere/at/all.sock")
    passed(1, bucket=Bucket.READ)
    point_at(settings, real)
    with pytest.raises(CountingPauses):
        passed(1)  # not yet
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + policy.LIMITS_PAUSE_SECONDS)
    assert passed(1) == [True]


@dataclass
class OwnRedis:
    """A Redis of this test's, which may be killed."""

    state: Path
    server: Child
    lock: int
    tried: list[dict[str, Any]] = field(default_factory=list)

    def kill(self) -> None:
        """End it as a crash does."""
        self.server.process.kill()
        self.server.process.wait()

    def start(self) -> None:
        """Have it again, empty."""
        self.server = valkey.launch(self.state, lock=self.lock, disposable=True)


@pytest.fixture
def redis(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnRedis]:
    """It runs, the site is limited by it, and every password that gets as far as being looked at is noted."""
    state = tmp_path / "state"
    with owned(state, Wanted(postgres=False, disposable=True), command="a test") as servers:
        own = OwnRedis(state, servers.children[-1], servers.lock)
        point_at(settings, f"unix://{valkey_socket(state)}")
        settings.RATE_LIMITS = True
        authenticate = "allauth.account.auth_backends.AuthenticationBackend.authenticate"
        monkeypatch.setattr(authenticate, lambda _self, _request, **what: own.tried.append(what))
        yield own
        own.server.stop()


def sent(browser: Client, address: str) -> Any:
    """A try at one of the ways in."""
    if address.startswith("/api/"):
        return browser.post(address, WAYS_IN[address], content_type="application/json")
    return browser.post(address, WAYS_IN[address])


def test_no_password_is_tried_while_redis_is_dead(redis: OwnRedis, sam: Any) -> None:
    """On no way in; pages are shown all the same. When Redis is back, so are the ways in."""
    browser = Client()
    assert sent(browser, LOGIN).status_code == 422
    assert len(redis.tried) == 1
    redis.kill()
    for address in WAYS_IN:
        for _ in range(3):
            refused = sent(browser, address)
            assert (refused.status_code, refused["Retry-After"]) == (503, "5"), address
            assert "Signing in, passwords and payments pause for a moment." in refused.text, address
            assert refused["Cache-Control"] == "no-store"
    assert len(redis.tried) == 1
    assert browser.get(LOGIN).status_code == 200
    assert browser.get("/instructors/").status_code == 200
    redis.start()
    limits.shared.away_until = 0.0
    assert sent(browser, LOGIN).status_code == 422
    assert len(redis.tried) == 2


def test_a_person_who_is_signed_in_changes_no_way_in_while_redis_is_dead(redis: OwnRedis, sam: Any) -> None:
    browser = Client()
    browser.force_login(sam)
    redis.kill()
    for address in ("/accounts/reauthenticate/", "/accounts/password/change/", "/accounts/email/", "/accounts/close/"):
        assert browser.post(address, {}).status_code == 503, address
    assert browser.get("/lessons/").status_code == 200
    assert browser.post("/favorites/nobody/add/", {}).status_code == 404  # other writing goes on


def test_with_redis_dead_reading_is_limited_all_the_same(redis: OwnRedis, db: None, monkeypatch: Any) -> None:
    monkeypatch.setitem(RATES, Bucket.READ, Rate(a_minute=5, at_once=5))
    browser = Client()
    redis.kill()
    assert [browser.get("/llms.txt").status_code for _ in range(7)] == [200] * 5 + [429] * 2


# Two processes


def get(port: int, path: str) -> int:
    """The status of a page, for a visitor behind a proxy of ours."""
    http = HTTPConnection(HOST, port, timeout=30)
    try:
        http.request("GET", path, headers={"X-Forwarded-For": "203.0.113.9"})
        answer = http.getresponse()
        answer.read()
        return answer.status
    finally:
        http.close()


@contextmanager
def at_once(threads: int, work: Callable[[], None]) -> Iterator[None]:
    """The work in so many threads, until all are done."""
    started = [threading.Thread(target=work) for _ in range(threads)]
    for thread in started:
        thread.start()
    yield
    for thread in started:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_one_limit(tmp_path: Path) -> None:
    """Seven hundred reads as fast as they go: exactly as many pass as a minute has room for."""
    statuses: list[int] = []

    def ask() -> None:
        statuses.extend(get(port, "/llms.txt") for _ in range(175))

    with serving(tmp_path, settings={"RATE_LIMITS": "on", "TRUSTED_PROXIES": "1"}) as port:
        began = time.monotonic()
        with at_once(4, ask):
            pass
        took = time.monotonic() - began
    assert took < 55, "the minute was over before all were asked"
    assert Counter(statuses) == {200: policy.READS_A_MINUTE, 429: 700 - policy.READS_A_MINUTE}
