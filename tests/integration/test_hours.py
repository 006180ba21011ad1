"""The repeating week: read with its version, saved against it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from instainstru.core import policy
from instainstru.core.errors import Stale
from instainstru.core.time import NEW_YORK
from instructors.models import FreeSpan, InstructorProfile, WeeklyHours
from instructors.services import hours, setup
from instructors.services.calendar import OutsideHours
from tests.fixtures import NOON, TOMORROW, book, free_starts, off, taken

MORNINGS = [[(9 * 60, 12 * 60)]] * 7
EVENINGS = [[(18 * 60, 24 * 60)]] * 7
NOTHING: list[list[tuple[int, int]]] = [[]] * 7
DAY = timedelta(days=1)


def version(service) -> str:
    """The version that somebody read."""
    return hours.read(instructor_id=service.instructor_id).version


def save(service, days, *versions: str, now: datetime = NOON) -> hours.Saved:
    """Save a week against what is there, or against what somebody read."""
    return hours.save(instructor_id=service.instructor_id, days=days, versions=versions or [version(service)], now=now)


def test_hours_are_read_as_they_were_saved(ana_teaches_piano):
    week = [[(9 * 60, 12 * 60), (14 * 60, 24 * 60)], *[[]] * 5, [(0, 30)]]
    saved = save(ana_teaches_piano, week)
    assert saved.pattern.days == tuple(tuple(day) for day in week)
    assert hours.read(instructor_id=ana_teaches_piano.instructor_id) == saved.pattern


def test_stretches_are_kept_in_order(ana_teaches_piano):
    saved = save(ana_teaches_piano, [[(14 * 60, 17 * 60), (9 * 60, 12 * 60)], *[[]] * 6])
    assert saved.pattern.days[0] == ((9 * 60, 12 * 60), (14 * 60, 17 * 60))


def test_who_has_no_hours_has_an_empty_week(stranger):
    assert hours.read(instructor_id=stranger.pk).days == ((),) * 7


def test_a_save_changes_what_is_free(ana_teaches_piano, sam):
    save(ana_teaches_piano, MORNINGS)
    assert (free_starts(ana_teaches_piano)[0], free_starts(ana_teaches_piano)[-1]) == ("09:00", "11:00")
    with pytest.raises(OutsideHours):
        book(sam, ana_teaches_piano, at="15:00")
    last = NOON.date() + timedelta(days=90)
    assert free_starts(ana_teaches_piano, last)[-1] == "11:00"
    save(ana_teaches_piano, EVENINGS)
    assert (free_starts(ana_teaches_piano)[0], free_starts(ana_teaches_piano)[-1]) == ("18:00", "23:00")


def test_without_hours_nothing_is_free(ana_teaches_piano):
    save(ana_teaches_piano, NOTHING)
    assert not FreeSpan.objects.exists()


def test_equal_hours_have_equal_versions_and_other_hours_another(ana_teaches_piano, stranger_teaches_guitar):
    read = version(ana_teaches_piano)
    assert version(stranger_teaches_guitar) == read
    save(ana_teaches_piano, MORNINGS)
    assert version(ana_teaches_piano) != read
    save(ana_teaches_piano, [[(9 * 60, 21 * 60)]] * 7)
    assert version(ana_teaches_piano) == read


def test_a_save_never_overwrites_a_newer_one(ana_teaches_piano):
    read_by_both = version(ana_teaches_piano)
    save(ana_teaches_piano, MORNINGS, read_by_both)
    free = free_starts(ana_teaches_piano)
    with pytest.raises(Stale):
        save(ana_teaches_piano, EVENINGS, read_by_both)
    assert hours.read(instructor_id=ana_teaches_piano.instructor_id).days == tuple(tuple(day) for day in MORNINGS)
    assert free_starts(ana_teaches_piano) == free


def test_a_save_may_name_several_versions(ana_teaches_piano):
    save(ana_teaches_piano, MORNINGS, "another", version(ana_teaches_piano))
    with pytest.raises(Stale):
        save(ana_teaches_piano, EVENINGS, "another", "and one more")
    with pytest.raises(Stale):
        hours.save(instructor_id=ana_teaches_piano.instructor_id, days=EVENINGS, versions=[], now=NOON)


def test_hours_that_a_lesson_does_not_fit_any_more_report_it_and_let_it_stand(ana_teaches_piano, sam):
    late = book(sam, ana_teaches_piano, at="19:00")
    early = book(sam, ana_teaches_piano, at="10:00")
    half = book(sam, ana_teaches_piano, at="11:30", day=TOMORROW + DAY)
    saved = save(ana_teaches_piano, MORNINGS)
    assert [lesson.reference for lesson in saved.uncovered] == [late.reference, half.reference]
    assert early.reference not in {lesson.reference for lesson in saved.uncovered}
    assert len(taken(ana_teaches_piano)) == 3


def test_what_is_over_is_not_reported(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="19:00")
    moment = timedelta(microseconds=1)
    end = lesson.span.end
    assert [one.reference for one in save(ana_teaches_piano, MORNINGS, now=end - moment).uncovered] == [
        lesson.reference
    ]
    assert save(ana_teaches_piano, MORNINGS, now=end).uncovered == []


def test_time_off_stays_when_hours_change(ana_teaches_piano):
    off(ana_teaches_piano, "10:00", "11:00")
    save(ana_teaches_piano, MORNINGS)
    assert free_starts(ana_teaches_piano) == ["11:00"]  # an hour before it needs 15 minutes more than there are
    assert taken(ana_teaches_piano) == [("time_off", "10:00", "11:00")]


def test_hours_of_a_profile_that_is_not_public_are_kept_and_nothing_worked_out(ana, noon):
    profile = setup.begin_to_teach(person=ana, headline="Piano", bio="")
    empty = hours.read(instructor_id=profile.pk).version
    assert hours.save(instructor_id=profile.pk, days=MORNINGS, versions=[empty], now=noon).uncovered == []
    assert WeeklyHours.objects.count() == 7
    assert not FreeSpan.objects.exists()


def test_hours_saved_after_months_without_a_nightly_run_work_out_no_past(ana_teaches_piano):
    FreeSpan.objects.all().delete()
    later = NOON + timedelta(days=400)
    save(ana_teaches_piano, MORNINGS, now=later)
    assert not FreeSpan.objects.exists()


def test_hours_saved_on_the_last_worked_out_day_change_that_day(ana_teaches_piano):
    last = NOON.date() + timedelta(days=policy.FREE_TIME_KEPT_DAYS)
    assert InstructorProfile.objects.get().free_through == last
    now = datetime(last.year, last.month, last.day, 8, tzinfo=NEW_YORK)
    save(ana_teaches_piano, MORNINGS, now=now)
    assert free_starts(ana_teaches_piano, last, now=now) == [
        "09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00"
    ]  # fmt: skip


def test_a_week_that_the_table_refuses_changes_nothing(ana_teaches_piano):
    before, free = version(ana_teaches_piano), free_starts(ana_teaches_piano)
    with pytest.raises(IntegrityError, match="weekly_hours_once"):
        save(ana_teaches_piano, [[(9 * 60, 12 * 60), (11 * 60, 13 * 60)], *[[]] * 6])
    assert (version(ana_teaches_piano), free_starts(ana_teaches_piano)) == (before, free)
