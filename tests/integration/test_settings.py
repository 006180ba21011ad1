"""What an instructor sets about their calendar holds from now on, for bookings and for search alike."""

from datetime import timedelta

import pytest

from instainstru.core.errors import Invalid, NotFound
from instainstru.core.policy import Place
from instructors.models import CalendarEntry, FreeSpan, InstructorProfile, Offer
from instructors.services import horizon, settings, setup
from tests.fixtures import NOON, TOMORROW, book, free_starts, taken


def save(service, buffer_minutes=15, *, guard=True, now=NOON) -> InstructorProfile:
    """Save Ana's settings."""
    return settings.save(
        instructor_id=service.instructor_id, buffer_minutes=buffer_minutes, overnight_guard=guard, now=now
    )


def test_settings_are_read_as_they_were_saved(ana_teaches_piano):
    save(ana_teaches_piano, 45, guard=False)
    read = settings.read(instructor_id=ana_teaches_piano.instructor_id)
    assert (read.buffer_minutes, read.overnight_guard) == (45, False)


@pytest.mark.parametrize("minutes", [0, 120])
def test_the_bounds_can_be_set(ana_teaches_piano, minutes):
    assert save(ana_teaches_piano, minutes).buffer_minutes == minutes


@pytest.mark.parametrize("minutes", [-1, 121, 2**63])
def test_what_is_out_of_bounds_is_refused_and_changes_nothing(ana_teaches_piano, minutes):
    with pytest.raises(Invalid) as refused:
        save(ana_teaches_piano, minutes, guard=False)
    assert refused.value.fields == {"buffer_minutes": ["Choose from 0 to 120 minutes."]}
    assert InstructorProfile.objects.get().buffer_minutes == 15
    assert InstructorProfile.objects.get().overnight_guard


def test_who_does_not_teach_has_no_settings(sam):
    with pytest.raises(NotFound):
        settings.read(instructor_id=sam.pk)
    with pytest.raises(NotFound):
        settings.save(instructor_id=sam.pk, buffer_minutes=15, overnight_guard=True, now=NOON)


def test_a_booked_lesson_keeps_its_padding_and_the_next_one_has_the_new(ana_teaches_piano, sam, stranger):
    book(sam, ana_teaches_piano, at="12:00")
    save(ana_teaches_piano, 60)
    assert taken(ana_teaches_piano) == [("lesson", "12:00", "13:15")]
    # After it 13:15 is free as it was; before it an hour must stay clear after a lesson.
    starts = free_starts(ana_teaches_piano)
    assert "13:15" in starts
    assert [start for start in starts if start < "12:00"][-1] == "10:00"
    book(stranger, ana_teaches_piano, at="15:00")
    assert taken(ana_teaches_piano)[1] == ("lesson", "15:00", "17:00")


def test_free_time_of_every_kept_day_follows(ana_teaches_piano, sam):
    last = NOON.date() + timedelta(days=85)
    for day in (TOMORROW, last):
        book(sam, ana_teaches_piano, at="12:00", day=day)
    save(ana_teaches_piano, 0)
    for day in (TOMORROW, last):
        assert "11:00" in free_starts(ana_teaches_piano, day)
        assert "13:00" not in free_starts(ana_teaches_piano, day)  # the booked padding stands
    assert horizon.compare(instructor_id=ana_teaches_piano.instructor_id, now=NOON) is None


def test_travel_keeps_its_thirty_minutes_whatever_is_set(ana_teaches_piano, sam):
    save(ana_teaches_piano, 0)
    book(sam, ana_teaches_piano, at="12:00", place=Place.STUDENT)
    assert taken(ana_teaches_piano) == [("lesson", "11:30", "13:30")]


def test_search_and_booking_know_the_guard_at_once(ana_teaches_piano):
    night = NOON.replace(hour=23)
    assert free_starts(ana_teaches_piano, now=night)[0] == "09:00"
    assert Offer.objects.filter(guard=True).count() == 3
    save(ana_teaches_piano, guard=False)
    assert Offer.objects.filter(guard=True).count() == 0
    travelling = free_starts(ana_teaches_piano, place=Place.STUDENT, now=night)
    assert travelling[0] == "09:00"  # with the guard it was 11:00


def test_nothing_is_worked_out_for_who_is_not_public(ana, noon):
    profile = setup.begin_to_teach(person=ana, headline="Piano", bio="")
    settings.save(instructor_id=profile.pk, buffer_minutes=30, overnight_guard=False, now=noon)
    assert not FreeSpan.objects.exists()
    assert not CalendarEntry.objects.exists()


def test_settings_saved_after_months_without_a_nightly_run_work_out_no_past(ana_teaches_piano):
    FreeSpan.objects.all().delete()
    save(ana_teaches_piano, 30, now=NOON + timedelta(days=400))
    assert not FreeSpan.objects.exists()
