"""How often one may ask: what a request is counted as, for whom, and how the count goes."""

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from instainstru.core.api import Operation
from instainstru.core.limits import (
    MICROSECONDS,
    RATES,
    STRICT,
    Bucket,
    Count,
    Rate,
    Taken,
    account_of,
    bucket_of,
    limited,
)
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


def when_passed(memory, rate, instants):
    """The instants, in seconds, at which a request was let through."""
    return [at for at in instants if memory.take("a", rate, now=seconds(at)).wait == 0]


def evenly(*, number, within):
    """So many instants, from the start on, that share out so many seconds."""
    return [index * within / number for index in range(number)]


@pytest.mark.parametrize("bucket", RATES)
@pytest.mark.parametrize("within", [0, 1, 31, 59.9])
def test_from_rest_exactly_a_minutes_number_passes_within_the_minute(memory, bucket, within):
    """However slowly or quickly they come; what may not come at once is earned meanwhile."""
    rate = RATES[bucket]
    passed = when_passed(memory, rate, evenly(number=3_000, within=within))
    earned = int(within * rate.a_minute / 60)
    assert len(passed) == min(rate.a_minute, rate.at_once + earned)
    assert memory.take("a", rate, now=seconds(60)).wait == 0


def test_ten_a_minute_are_five_at_once_and_then_one_every_six_seconds_until_the_minute_is_over(memory):
    tenths = [tenth / 10 for tenth in range(600) for _ in range(6)]
    assert when_passed(memory, TEN_A_MINUTE, tenths) == [0, 0, 0, 0, 0, 6, 12, 18, 24, 30]
    assert memory.take("a", TEN_A_MINUTE, now=seconds(31)) == (29_000_000, 10, 29_000_000, 29_000_000)
    assert memory.take("a", TEN_A_MINUTE, now=seconds(59.999999)).wait == 1
    assert memory.take("a", TEN_A_MINUTE, now=seconds(60)) == (6_000_000, 1, 60_000_000, 0)


def test_who_is_refused_is_told_when_the_next_may_come(memory):
    for _ in range(5):
        memory.take("a", TEN_A_MINUTE, now=seconds(0))
    assert memory.take("a", TEN_A_MINUTE, now=seconds(0)) == (30_000_000, 5, 60_000_000, 6_000_000)
    assert memory.take("a", TEN_A_MINUTE, now=seconds(5.999999)) == (24_000_001, 5, 54_000_001, 1)
    assert memory.take("a", TEN_A_MINUTE, now=seconds(6)) == (30_000_000, 6, 54_000_000, 0)


def test_what_is_refused_costs_nothing(memory):
    """Neither of what may come at once nor of the minute."""
    often = [0] * 100 + [6] * 100 + [60] * 100
    assert when_passed(memory, TEN_A_MINUTE, often) == [0] * 5 + [6] + [60] * 5


def test_the_end_of_a_minute_brings_no_second_burst(memory):
    """Whoever came late in it waits for what is paid off."""
    late = [0] + [59] * 9 + [60] * 9 + [65] * 9
    assert when_passed(memory, TEN_A_MINUTE, late) == [0] + [59] * 5 + [65]
    fresh = OwnMemory(1)
    passed = when_passed(fresh, RATES[Bucket.READ], [0] + [59] * 700 + [60] * 700)
    assert (passed.count(59), passed.count(60)) == (599, 11)


def test_who_never_rests_gets_a_minutes_number_each_minute(memory):
    passed = when_passed(memory, RATES[Bucket.READ], [second for second in range(180) for _ in range(601)])
    assert [sum(minute * 60 <= at < minute * 60 + 60 for at in passed) for minute in range(3)] == [600] * 3


def test_a_minute_begins_with_a_request_and_not_with_the_clock(memory):
    assert when_passed(memory, Rate(2, 2), [0, 0, 59, 100, 100, 120, 159, 160]) == [0, 0, 100, 100, 160]


def test_a_long_rest_saves_up_no_more_than_all_at_once(memory):
    passed = [memory.take("a", TEN_A_MINUTE, now=seconds(86_400)).wait == 0 for _ in range(10)]
    assert sum(passed) == 5


def test_a_clock_that_stands_still_or_is_early_lets_nobody_through_twice(memory):
    for _ in range(5):
        memory.take("a", TEN_A_MINUTE, now=seconds(10))
    assert memory.take("a", TEN_A_MINUTE, now=seconds(0)).wait > 0


def test_one_account_does_not_pay_for_another(memory):
    for _ in range(6):
        memory.take("a", TEN_A_MINUTE, now=seconds(0))
    assert memory.take("b", TEN_A_MINUTE, now=seconds(0)).wait == 0


def test_a_process_remembers_only_so_many_and_forgets_who_was_longest_away():
    memory = OwnMemory(3)
    for account in ("a", "b", "c", "a", "d"):
        memory.take(account, Rate(60, 1), now=seconds(0))
    assert len(memory) == 3
    assert memory.take("a", Rate(60, 1), now=seconds(0)).wait > 0  # came again meanwhile
    assert memory.take("b", Rate(60, 1), now=seconds(0)).wait == 0


def test_threads_of_one_process_share_its_count(memory):
    passed = []

    def ask():
        for _ in range(500):
            if memory.take("a", Rate(600, 600), now=seconds(0)).wait == 0:
                passed.append(1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 600


# What is said of it


@pytest.mark.parametrize(
    ("taken", "left", "reset"),
    [
        (Taken(0, 0, 0), "5", "0"),
        (Taken(1, 1, 1), "4", "1"),
        (Taken(6_000_000, 1, 60_000_000), "4", "60"),
        (Taken(6_000_001, 2, 59_000_001), "3", "60"),
        (Taken(30_000_000, 5, 30_000_000), "0", "30"),
        (Taken(0, 8, 2_000_000), "2", "2"),
        (Taken(0, 10, 2_000_000, 2_000_000), "0", "2"),
    ],
)
def test_headers_say_the_rate_what_is_left_and_when_all_is_back(taken, left, reset):
    headers = Count(Bucket.AUTH, taken).headers
    assert headers == {"RateLimit-Limit": "10", "RateLimit-Remaining": left, "RateLimit-Reset": reset}


@pytest.mark.parametrize(("wait", "told"), [(1, 1), (100_000, 1), (1_000_000, 1), (1_000_001, 2), (6_000_000, 6)])
def test_who_waits_is_told_whole_seconds_and_never_too_few(wait, told):
    assert Count(Bucket.AUTH, Taken(30_000_000, 5, 60_000_000, wait)).seconds_to_wait == told
