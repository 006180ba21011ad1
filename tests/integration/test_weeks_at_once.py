"""Two who save at once, and a booking that comes between: real connections, real transactions."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from bookings.models import Booking
from instainstru.core.errors import DomainError, Stale
from instructors.models import CalendarEntry, DatedHours, FreeSpan, WeeklyHours
from instructors.repositories import calendar as repository
from instructors.services import calendar, horizon, hours, weeks
from instructors.services.calendar import OutsideHours
from tests.factories import UserFactory, teaching
from tests.fixtures import NOON, book, free_starts

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = NOON.date() + timedelta(days=7)
MORNING, EVENING = ((9 * 60, 12 * 60),), ((18 * 60, 21 * 60),)
ROUNDS = 5


@pytest.fixture
def ana() -> Any:
    """Ana's service. What is written here is committed: every connection sees it."""
    return teaching(UserFactory.create(first_name="Ana"), now=NOON)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two threads each waits, before it takes the lock, until the other is there too."""
    barrier, lock = threading.Barrier(2), repository.lock_calendars

    def both_first(person_ids: list[int]) -> None:
        if threading.current_thread() is not threading.main_thread():
            barrier.wait(20)
        lock(person_ids)

    monkeypatch.setattr(repository, "lock_calendars", both_first)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Each in a thread with a connection of its own; what came out, errors too."""
    came: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            came[place] = work()
        except DomainError as refused:
            came[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def save(service: Any, days: dict[Any, Any], version: str) -> weeks.Week:
    """Save a week at the version that was read."""
    return weeks.save(instructor_id=service.instructor_id, monday=MONDAY, days=days, versions=[version], now=NOON)


def version_of(service: Any) -> str:
    """The version of the week as it is."""
    return weeks.read(instructor_id=service.instructor_id, monday=MONDAY, now=NOON).version


def all_mornings() -> dict[Any, Any]:
    """One whole week."""
    return {MONDAY + timedelta(days=n): MORNING for n in range(7)}


def all_evenings() -> dict[Any, Any]:
    """Another whole week."""
    return {MONDAY + timedelta(days=n): EVENING for n in range(7)}


def kept() -> set[tuple[int | None, int | None]]:
    """The hours of single days, each once."""
    return set(DatedHours.objects.values_list("opens", "closes"))


def test_of_two_who_save_at_once_one_is_told_that_it_has_changed(ana, meeting):
    """A week save that overwrites a newer one is a mistake known in systems of this kind."""
    version = version_of(ana)
    came = at_once(lambda: save(ana, all_mornings(), version), lambda: save(ana, all_evenings(), version))
    assert sorted(type(one).__name__ for one in came) == ["Stale", "Week"]
    won = MORNING if isinstance(came[0], weeks.Week) else EVENING
    assert kept() == set(won)  # whole, never a mixture
    assert DatedHours.objects.count() == 7
    assert horizon.compare(instructor_id=ana.instructor_id, now=NOON) is None


def test_without_the_check_of_versions_one_overwrites_the_other_unseen(ana, meeting, monkeypatch):
    """What the check is for: both are told that they saved, and one of the weeks is lost."""
    monkeypatch.setattr(weeks, "_checked", lambda said, week, versions: calendar.resolved(said, week))
    version = version_of(ana)
    came = at_once(lambda: save(ana, all_mornings(), version), lambda: save(ana, all_evenings(), version))
    assert [type(one).__name__ for one in came] == ["Week", "Week"]
    assert kept() in ({*MORNING}, {*EVENING})


def test_without_the_lock_two_saves_pass_the_check_together(ana, monkeypatch):
    """Both read the same version before either has written: what the lock is for."""
    barrier, write = threading.Barrier(2), repository.replace_dated_hours

    def both_have_checked(**asked: Any) -> None:
        barrier.wait(20)
        write(**asked)

    monkeypatch.setattr(repository, "lock_calendars", lambda person_ids: None)
    monkeypatch.setattr(repository, "replace_dated_hours", both_have_checked)
    monkeypatch.setattr(calendar, "rewrite_days", lambda **_: None)  # it would refuse the second by its key
    version = version_of(ana)
    monday, tuesday = MONDAY, MONDAY + timedelta(days=1)
    came = at_once(lambda: save(ana, {monday: MORNING}, version), lambda: save(ana, {tuesday: EVENING}, version))
    assert [type(one).__name__ for one in came] == ["Week", "Week"]  # neither was told of the other


def test_a_week_and_the_repeating_week_saved_at_once_know_of_each_other(ana, meeting):
    version = version_of(ana)
    came = at_once(
        lambda: save(ana, {MONDAY: MORNING}, version),
        lambda: hours.save(instructor_id=ana.instructor_id, days=[list(EVENING)] * 7, versions=[version], now=NOON),
    )
    if isinstance(came[0], weeks.Week):  # the repeating week is another thing: it is not stale
        assert isinstance(came[1], hours.Saved)
        assert (DatedHours.objects.count(), WeeklyHours.objects.filter(opens=18 * 60).count()) == (1, 7)
    else:
        assert isinstance(came[0], Stale)
        assert (DatedHours.objects.count(), WeeklyHours.objects.filter(opens=18 * 60).count()) == (0, 7)
    assert horizon.compare(instructor_id=ana.instructor_id, now=NOON) is None


def test_a_lesson_booked_while_its_hours_go_is_reported_or_refused_and_never_lost(ana, meeting):
    """Whoever has the calendar first: both orders happen over some rounds, or one of them each time."""
    student = UserFactory.create()
    for number in range(ROUNDS):
        day = MONDAY + timedelta(days=number)
        version = version_of(ana)
        booked, saved = at_once(
            partial(book, student, ana, at="15:00", day=day), partial(save, ana, {day: MORNING}, version)
        )
        assert isinstance(saved, weeks.Week)
        standing = Booking.objects.filter(booking_date=day)
        if isinstance(booked, Booking):
            assert booked.reference in [lesson.reference for lesson in saved.uncovered]
            assert CalendarEntry.objects.filter(reference=booked.reference).exists()
        else:
            assert isinstance(booked, OutsideHours)
            assert not standing.exists()
        assert "15:00" not in free_starts(ana, day)
        assert horizon.compare(instructor_id=ana.instructor_id, now=NOON) is None


def test_a_lesson_booked_before_the_save_commits_is_reported_and_one_after_it_is_refused(ana, monkeypatch):
    """The saver has read the page and pressed; a student is quicker to the lock."""
    student, late = UserFactory.create(), UserFactory.create()
    version, lock, told = version_of(ana), repository.lock_calendars, []

    def after_a_booking(person_ids: list[int]) -> None:
        monkeypatch.setattr(repository, "lock_calendars", lock)
        told.extend(at_once(lambda: book(student, ana, at="15:00", day=MONDAY)))
        lock(person_ids)

    monkeypatch.setattr(repository, "lock_calendars", after_a_booking)
    saved = save(ana, {MONDAY: MORNING}, version)
    (lesson,) = told
    assert isinstance(lesson, Booking)
    assert [one.reference for one in saved.uncovered] == [lesson.reference]
    lesson.refresh_from_db()
    assert lesson.status == "CONFIRMED"
    with pytest.raises(OutsideHours):
        book(late, ana, at="18:00", day=MONDAY)
    assert horizon.compare(instructor_id=ana.instructor_id, now=NOON) is None


def test_nothing_of_a_range_is_seen_before_all_of_it_is_there(ana, monkeypatch):
    """Another connection looks while it is written, and again when it has failed half way."""
    version, write = save(ana, {MONDAY: MORNING}, version_of(ana)).version, repository.rewrite_free_spans
    seen: list[object] = []

    def look() -> tuple[int, int]:
        return DatedHours.objects.count(), FreeSpan.objects.count()

    def looked_at_and_broken(**asked: Any) -> None:
        write(**asked)
        seen.extend(at_once(look))
        raise RuntimeError("half way")

    before = look()
    monkeypatch.setattr(repository, "rewrite_free_spans", looked_at_and_broken)
    with pytest.raises(RuntimeError):
        weeks.apply(
            instructor_id=ana.instructor_id,
            monday=MONDAY,
            first=NOON.date(),
            last=NOON.date() + timedelta(days=364),
            versions=[version],
            dry_run=False,
            now=NOON,
        )
    assert seen == [before]
    assert look() == before
