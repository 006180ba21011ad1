"""The one clock of the entry points."""

from datetime import UTC, datetime, timedelta, timezone

from instainstru.core import clock

THEN = datetime(2027, 3, 13, 10, tzinfo=timezone(timedelta(hours=-5)))


def test_now_is_now_in_utc():
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_the_clock_can_be_told_for_a_block():
    with clock.at(THEN):
        assert clock.now() == THEN
        assert clock.now().tzinfo is UTC
        with clock.at(THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
        assert clock.now() == THEN
    assert clock.now() != THEN
