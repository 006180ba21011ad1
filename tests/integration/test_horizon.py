"""Free time is kept 92 days ahead, and agrees with the sum worked out from nothing."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bookings.models import Booking
from instainstru.core import clock, policy
from instainstru.core.time import NEW_YORK, midnight
from instructors.models import CalendarEntry, FreeSpan, InstructorProfile
from instructors.services import horizon, setup
from instructors.tasks import roll_forward
from tests.factories import teaching
from tests.fixtures import NOON, TOMORROW, book, free_starts, off

DAY = timedelta(days=1)
CANCELLED = {"cancelled_at": NOON, "refund_cents": 0, "credit_cents": 0, "instructor_cents": 0}
TODAY = NOON.date()


def spans() -> set[tuple[int, bool, datetime, datetime]]:
    """All free time that is kept."""
    return set(FreeSpan.objects.values_list("instructor", "travel", "starts_at", "ends_at"))


def reach(service) -> int:
    """How many days ahead of 1 March free time is worked out."""
    through = InstructorProfile.objects.get(pk=service.instructor_id).free_through
    return (through - TODAY).days if through else -1


def days_kept(service) -> list[int]:
    """The days for which free time is kept, counted from 1 March."""
    kept = FreeSpan.objects.filter(instructor=service.instructor_id, travel=False).values_list("starts_at", flat=True)
    return sorted((start.astimezone(NEW_YORK).date() - TODAY).days for start in kept)


def test_who_goes_public_has_free_time_for_92_days(ana_teaches_piano):
    assert reach(ana_teaches_piano) == 92
    assert days_kept(ana_teaches_piano) == list(range(93))


def test_each_night_adds_a_day_and_drops_the_past(ana_teaches_piano):
    with clock.at(NOON + DAY):
        assert roll_forward() == 1
    assert days_kept(ana_teaches_piano) == list(range(1, 94))
    assert reach(ana_teaches_piano) == 93


def test_rolling_twice_changes_nothing_the_second_time(ana_teaches_piano, sam):
    book(sam, ana_teaches_piano, at="15:00")
    with clock.at(NOON + DAY):
        roll_forward()
        once = spans()
        assert roll_forward() == 0
    assert spans() == once


@pytest.mark.parametrize("nights", [2, 10, 92, 93, 200])
def test_after_nights_missed_there_is_no_gap(ana_teaches_piano, nights):
    with clock.at(NOON + nights * DAY):
        roll_forward()
    assert [day for day in days_kept(ana_teaches_piano) if day >= nights] == list(range(nights, nights + 93))


def test_nobody_who_teaches_already_is_worked_out_again(ana_teaches_piano, stranger, noon):
    FreeSpan.objects.all().delete()  # would come back if it were worked out again
    teaching(stranger, now=noon, subject="Guitar")
    assert days_kept(ana_teaches_piano) == []


def test_many_who_fell_behind_to_different_days_are_all_caught_up(ana_teaches_piano, stranger_teaches_guitar):
    whole = spans()
    InstructorProfile.objects.filter(pk=ana_teaches_piano.instructor_id).update(free_through=TODAY + 5 * DAY)
    FreeSpan.objects.filter(
        instructor=ana_teaches_piano.instructor_id, starts_at__gte=midnight(TODAY + 6 * DAY)
    ).delete()
    InstructorProfile.objects.filter(pk=stranger_teaches_guitar.instructor_id).update(free_through=None)
    FreeSpan.objects.filter(instructor=stranger_teaches_guitar.instructor_id).delete()
    assert horizon.extend(now=NOON) == 2
    assert spans() == whole


def test_more_than_a_batch_is_caught_up(ana_teaches_piano, stranger_teaches_guitar, monkeypatch):
    monkeypatch.setattr(horizon, "BATCH", 1)
    assert horizon.extend(now=NOON + DAY) == 2
    assert reach(ana_teaches_piano) == reach(stranger_teaches_guitar) == 93


def test_who_was_caught_up_meanwhile_is_left_alone(ana_teaches_piano):
    """Two workers roll at once: the second waits for the lock, and finds nothing to do."""
    FreeSpan.objects.all().delete()
    horizon._extend([ana_teaches_piano.instructor_id], today=TODAY, target=TODAY + policy.FREE_TIME_KEPT_DAYS * DAY)
    assert not spans()


def test_one_alone_can_be_caught_up(ana_teaches_piano, stranger_teaches_guitar):
    assert horizon.extend(now=NOON + DAY, only=ana_teaches_piano.instructor_id) == 1
    assert (reach(ana_teaches_piano), reach(stranger_teaches_guitar)) == (93, 92)


def test_the_past_is_forgotten_by_new_yorks_days(ana_teaches_piano):
    last_moment = midnight(TODAY + DAY) - timedelta(microseconds=1)
    assert horizon.forget_past(now=last_moment) == 0
    assert horizon.forget_past(now=midnight(TODAY + DAY)) == 2  # with travel and without
    assert days_kept(ana_teaches_piano)[0] == 1


# Compared with nothing


def test_free_time_that_services_keep_agrees(ana_teaches_piano, sam, stranger):
    book(sam, ana_teaches_piano, at="15:00")
    off(ana_teaches_piano, "12:00", "18:00", day=TOMORROW + DAY)
    assert horizon.compare(instructor_id=ana_teaches_piano.instructor_id, now=NOON) is None


def test_a_span_too_many_a_span_too_few_and_a_wrong_one_are_found_and_mended(ana_teaches_piano):
    pk, right = ana_teaches_piano.instructor_id, spans()
    nine = midnight(TOMORROW) + 9 * DAY / 24
    for plant in (
        lambda: FreeSpan.objects.filter(instructor=pk, starts_at=nine, travel=True).delete(),
        lambda: FreeSpan.objects.create(
            instructor_id=pk, travel=False, starts_at=midnight(TOMORROW), ends_at=midnight(TOMORROW) + DAY / 24
        ),
        lambda: FreeSpan.objects.filter(instructor=pk, starts_at=nine).update(ends_at=nine + DAY / 24),
    ):
        plant()
        planted = spans()
        drift = horizon.compare(instructor_id=pk, now=NOON)
        assert drift == horizon.Drift(pk, len(planted), len(right))
        assert spans() == planted  # looking changes nothing
        assert horizon.compare(instructor_id=pk, now=NOON, mend=True) == drift
        assert spans() == right
        assert horizon.compare(instructor_id=pk, now=NOON) is None


def test_an_entry_that_went_without_its_free_time_is_found(ana_teaches_piano, sam):
    book(sam, ana_teaches_piano, at="15:00")
    Booking.objects.all().update(entry=None, status="CANCELLED", **CANCELLED)
    CalendarEntry.objects.all().delete()  # by hand, as no service would
    assert "15:00" not in free_starts(ana_teaches_piano)
    assert horizon.compare(instructor_id=ana_teaches_piano.instructor_id, now=NOON, mend=True)
    assert "15:00" in free_starts(ana_teaches_piano)


def test_who_has_no_kept_free_time_is_not_compared(ana, noon):
    profile = setup.begin_to_teach(person=ana, headline="Piano", bio="")
    assert horizon.compare(instructor_id=profile.pk, now=noon) is None


def test_who_does_not_teach_is_not_compared(sam):
    assert horizon.compare(instructor_id=sam.pk, now=NOON) is None


def test_free_time_that_lies_wholly_in_the_past_is_not_compared(ana_teaches_piano):
    assert horizon.compare(instructor_id=ana_teaches_piano.instructor_id, now=NOON + 93 * DAY) is None


# The command


def check_calendar(**options) -> str:
    """What the command says."""
    said = StringIO()
    call_command("check_calendar", stdout=said, **options)
    return said.getvalue()


def test_the_command_compares_everybody(ana_teaches_piano, stranger_teaches_guitar):
    assert check_calendar() == "2 instructors compared, 0 differ\n"


def test_the_command_names_who_differs_and_fails_until_it_is_told_to_mend(ana_teaches_piano, stranger_teaches_guitar):
    pk = ana_teaches_piano.instructor_id
    FreeSpan.objects.filter(instructor=pk, starts_at__gte=midnight(TOMORROW)).delete()
    said = StringIO()
    with pytest.raises(CommandError, match=r"1 of 2 instructors differ: run again with --mend\."):
        call_command("check_calendar", stdout=said)
    assert said.getvalue() == f"instructor {pk}: 2 spans kept, 186 right\n"
    assert check_calendar(mend=True).endswith("2 instructors compared, 1 mended\n")
    assert check_calendar() == "2 instructors compared, 0 differ\n"
