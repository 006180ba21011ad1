"""How often one may ask: what a request is counted as, for whom, and how the count goes."""

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from instainstru.core.api import Operation
from instainstru.core.limits import MICROSECONDS, RATES, STRICT, Bucket, Count, Rate, account_of, bucket_of, limited
from instainstru.core.repositories.limits import OwnMemory

TEN_A_MINUTE = Rate(a_minute=10, at_once=5)
START = 1_000 * MICROSECONDS


def seconds(number):
    """So many after the start."""
    return START + int(number * MICROSECONDS)


@pytest.fixture
def memory():
    """A process without Redis, with room for a thousand accounts."""
    return OwnMemory(1_000)


# What a request is counted as


@pytest.mark.parametrize(
    ("declared", "method", "expected"),
    [
        (None, "GET", Bucket.READ),
        (None, "HEAD", Bucket.READ),
        (None, "OPTIONS", Bucket.READ),
        (None, "POST", Bucket.WRITE),
        (None, "DELETE", Bucket.WRITE),
        (None, "BREW", Bucket.WRITE),
        (Bucket.SEARCH, "GET", Bucket.SEARCH),
        (Bucket.AUTH, "POST", Bucket.AUTH),
        (Bucket.AUTH, "GET", Bucket.READ),
        (Bucket.FINANCIAL, "POST", Bucket.FINANCIAL),
        (Bucket.FINANCIAL, "HEAD", Bucket.READ),
        (Bucket.UNCOUNTED, "GET", Bucket.UNCOUNTED),
    ],
)
def test_a_request_is_counted_as_declared_or_by_its_method(declared, method, expected):
    assert bucket_of(declared, method=method) is expected


def test_a_bucket_that_there_is_not_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="There is no bucket 'serach' to count in: read, search, write"):
        limited("serach")
    with pytest.raises(ImproperlyConfigured, match="'auht'"):

        class Slip(Operation):
            bucket = "auht"  # type: ignore[assignment]  # mypy sees it, too


def test_a_page_keeps_what_it_declares():
    @limited("search")
    def page() -> None:
        """Shows something."""

    assert vars(page) == {"bucket": Bucket.SEARCH}


def test_every_bucket_has_the_rate_that_was_decided():
    rates = {bucket.value: (rate.a_minute, rate.at_once) for bucket, rate in RATES.items()}
    assert rates == {
        "read": (600, 600),
        "search": (240, 240),
        "write": (120, 120),
        "financial": (60, 60),
        "auth": (10, 5),
    }
    assert set(Bucket) - set(RATES) == {Bucket.UNCOUNTED}
    assert {Bucket.AUTH, Bucket.FINANCIAL} == STRICT


# On whose account


@pytest.mark.parametrize(
    ("person", "address", "account"),
    [
        (7, "203.0.113.9", "person:7"),
        ("7", "203.0.113.9", "person:7"),
        (None, "203.0.113.9", "address:203.0.113.9"),
        (None, "2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::"),
        (None, "2001:db8:1:2:ffff::1", "address:2001:db8:1:2::"),
        (None, "2001:db8:1:3::1", "address:2001:db8:1:3::"),
        (None, "::ffff:203.0.113.9", "address:203.0.113.9"),
        (None, "fe80::1%eth0", "address:fe80::"),
    ],
)
def test_who_is_known_is_counted_as_a_person_and_others_by_their_network(person, address, account):
    assert account_of(person_id=person, address=address) == account


# How the count goes


def test_ten_a_minute_are_five_at_once_and_then_one_every_six_seconds(memory):
    passed = [memory.take("a", TEN_A_MINUTE, now=seconds(0))[1] == 0 for _ in range(7)]
    assert passed == [True] * 5 + [False] * 2
    assert memory.take("a", TEN_A_MINUTE, now=seconds(0)) == (30 * MICROSECONDS, 6 * MICROSECONDS)
    assert memory.take("a", TEN_A_MINUTE, now=seconds(5.999999)) == (24_000_001, 1)
    assert memory.take("a", TEN_A_MINUTE, now=seconds(6)) == (30 * MICROSECONDS, 0)
    assert memory.take("a", TEN_A_MINUTE, now=seconds(6))[1] == 6 * MICROSECONDS


def test_what_is_refused_costs_nothing(memory):
    for _ in range(100):
        memory.take("a", TEN_A_MINUTE, now=seconds(0))
    assert memory.take("a", TEN_A_MINUTE, now=seconds(6))[1] == 0


def test_a_long_rest_saves_up_no_more_than_all_at_once(memory):
    passed = [memory.take("a", TEN_A_MINUTE, now=seconds(86_400))[1] == 0 for _ in range(10)]
    assert sum(passed) == 5


def test_a_clock_that_stands_still_or_is_early_lets_nobody_through_twice(memory):
    for _ in range(5):
        memory.take("a", TEN_A_MINUTE, now=seconds(10))
    assert memory.take("a", TEN_A_MINUTE, now=seconds(0))[1] > 0


def test_one_account_does_not_pay_for_another(memory):
    for _ in range(6):
        memory.take("a", TEN_A_MINUTE, now=seconds(0))
    assert memory.take("b", TEN_A_MINUTE, now=seconds(0))[1] == 0


def test_a_process_remembers_only_so_many_and_forgets_who_was_longest_away():
    memory = OwnMemory(3)
    for account in ("a", "b", "c", "a", "d"):
        memory.take(account, Rate(60, 1), now=seconds(0))
    assert len(memory) == 3
    assert memory.take("a", Rate(60, 1), now=seconds(0))[1] > 0  # came again meanwhile
    assert memory.take("b", Rate(60, 1), now=seconds(0))[1] == 0


def test_threads_of_one_process_share_its_count(memory):
    passed = []

    def ask():
        for _ in range(500):
            if memory.take("a", Rate(600, 600), now=seconds(0))[1] == 0:
                passed.append(1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 600


# What is said of it


@pytest.mark.parametrize(
    ("ahead", "left", "reset"),
    [(0, "5", "0"), (1, "4", "1"), (6_000_000, "4", "6"), (6_000_001, "3", "7"), (30_000_000, "0", "30")],
)
def test_headers_say_the_rate_what_is_left_and_when_all_is_back(ahead, left, reset):
    headers = Count(Bucket.AUTH, ahead).headers
    assert headers == {"RateLimit-Limit": "10", "RateLimit-Remaining": left, "RateLimit-Reset": reset}


@pytest.mark.parametrize(("wait", "told"), [(1, 1), (100_000, 1), (1_000_000, 1), (1_000_001, 2), (6_000_000, 6)])
def test_who_waits_is_told_whole_seconds_and_never_too_few(wait, told):
    assert Count(Bucket.AUTH, 30_000_000, wait).seconds_to_wait == told
