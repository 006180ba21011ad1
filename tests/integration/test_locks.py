"""Work under locks: tried once more when a lock was not had, then refused as busy; nothing is left half done."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from bookings.services.cancelling import cancel_lesson
from instainstru.core.contention import TRIES, under_lock, violates
from instainstru.core.errors import Busy, NotFound
from instructors.models import Borough
from instructors.repositories import calendar as calendar_repository
from instructors.services import calendar, hours
from tests.factories import BoroughFactory, UserFactory, teaching
from tests.fixtures import NOON, book, taken


@contextmanager
def elsewhere(work: Callable[[], object]) -> Iterator[None]:
    """While the block runs, another connection has done some work in a transaction that is still open."""
    done, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert done.wait(20)
        yield
    finally:
        go_on.set()
        thread.join()


# In one transaction, tried once more


@pytest.mark.django_db(transaction=True)
def test_what_is_raised_takes_everything_back():
    @under_lock
    def half() -> None:
        BoroughFactory.create(name="Atlantis")
        raise NotFound

    with pytest.raises(NotFound):
        half()
    assert not Borough.objects.filter(name="Atlantis").exists()


@pytest.mark.django_db(transaction=True)
def test_a_lock_not_had_is_tried_for_once_more_and_then_it_is_busy():
    tried = []

    @under_lock
    def work() -> None:
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            cursor.execute("SELECT pg_advisory_xact_lock(7)")

    with elsewhere(lambda: calendar_repository.lock_calendars([7])):
        with pytest.raises(Busy):
            work()
        assert len(tried) == TRIES
    work()


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_comes_free_in_between_is_had_the_second_time():
    tried = []

    @under_lock
    def work() -> str:
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7 if len(tried) == 1 else 8])
        return "done"

    with elsewhere(lambda: calendar_repository.lock_calendars([7])):
        assert work() == "done"


@pytest.mark.django_db(transaction=True)
def test_who_loses_a_deadlock_is_tried_once_more():
    tried: list[str] = []
    both_have_one = threading.Barrier(2)

    @under_lock
    def cross(name: str, first: int, second: int) -> None:
        tried.append(name)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '50ms'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [first])
            if len(tried) <= 2:  # the first time each takes one and then wants the other's
                both_have_one.wait(20)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [second])

    def other() -> None:
        try:
            cross("other", 8, 7)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    cross("one", 7, 8)
    thread.join()
    assert len(tried) == 3  # one of them lost, and then had both


def test_any_other_failure_is_not_tried_again(db):
    tried = []

    @under_lock
    def broken() -> None:
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '10ms'")
            cursor.execute("SELECT pg_sleep(5)")

    with pytest.raises(OperationalError, match="statement timeout"):
        broken()
    assert len(tried) == 1


def test_a_violation_is_known_by_its_constraint(db):
    BoroughFactory.create(name="Brooklyn")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Borough.objects.create(name="Brooklyn Two", slug="brooklyn")
    assert violates(refused.value, "instructors_borough_slug_key")
    assert not violates(refused.value, "instructors_borough_name_key")
    assert not violates(IntegrityError("no cause"), "instructors_borough_slug_key")


# The calendars' lock


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_calendar_too_long_is_told_that_it_is_busy(monkeypatch):
    monkeypatch.setattr(calendar_repository, "LOCK_TIMEOUT", "50ms")
    service, sam = teaching(UserFactory.create(), now=NOON), UserFactory.create()
    with elsewhere(lambda: calendar.lock(person_ids=[service.instructor_id])):
        with pytest.raises(Busy):
            book(sam, service, at="15:00")
        with pytest.raises(Busy):
            hours.save(instructor_id=service.instructor_id, days=[[]] * 7, versions=["any"], now=NOON)
    with elsewhere(lambda: calendar.lock(person_ids=[sam.pk])), pytest.raises(Busy):
        book(sam, service, at="15:00")
    assert taken(service) == []
    booking = book(sam, service, at="15:00")
    with elsewhere(lambda: calendar.lock(person_ids=[service.instructor_id])), pytest.raises(Busy):
        cancel_lesson(reference=booking.reference, by=sam, now=NOON)
    with elsewhere(lambda: calendar.lock(person_ids=[sam.pk])), pytest.raises(Busy):
        cancel_lesson(reference=booking.reference, by=sam, now=NOON)
    assert len(taken(service)) == 1


@pytest.mark.django_db(transaction=True)
def test_other_peoples_calendars_are_not_waited_for():
    service, other = teaching(UserFactory.create(), now=NOON), teaching(UserFactory.create(), now=NOON)
    with elsewhere(lambda: calendar.lock(person_ids=[other.instructor_id])):
        assert book(UserFactory.create(), service, at="15:00").pk


@pytest.mark.django_db(transaction=True)
def test_calendars_are_locked_in_one_order_however_they_are_named(monkeypatch):
    """Who waits for the lower of two holds nothing of the higher yet: two who want the same pair never cross."""
    monkeypatch.setattr(calendar_repository, "LOCK_TIMEOUT", "500ms")
    held: list[list[int]] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT objid FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE locktype = 'advisory' AND granted AND datname = current_database() ORDER BY objid"
            )
            held.append([key for (key,) in cursor.fetchall()])
        connection.close()

    with elsewhere(lambda: calendar.lock(person_ids=[5])):
        spy = threading.Timer(0.2, look)
        spy.start()
        with pytest.raises(OperationalError), transaction.atomic():
            calendar.lock(person_ids=[9, 5])
        spy.join()
    assert held == [[5]]  # the other's; ours waits for it and has not taken 9


def test_a_lock_is_given_back_with_its_transaction(db):
    with connection.cursor() as cursor:
        calendar.lock(person_ids=[3, 1, 3, 2])
        cursor.execute("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() ORDER BY 1")
        assert cursor.fetchall() == [(1,), (2,), (3,)]
