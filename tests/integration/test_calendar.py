"""The instructor's time: padding, midnight, the two nights when the clock changes, lessons taken elsewhere."""

from datetime import date, datetime, time, timedelta

import pytest

from bookings.models import Booking
from bookings.services.booking import YouAreBusy
from bookings.services.cancelling import cancel_lesson
from instainstru.core import policy
from instainstru.core.errors import Invalid
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, Span, midnight
from instructors.models import FreeSpan, InstructorProfile, Service, TimeOff, WeeklyHours
from instructors.services import calendar, free_time, setup, time_off
from instructors.services.calendar import OutsideHours, TimeTaken
from instructors.services.free_time import LessonKind
from tests.factories import UserFactory, offering_of, teaching
from tests.fixtures import NOON, TOMORROW, WHOLE_DAYS, book, clock_times, free_starts, off, taken

SPRING = date(2027, 3, 14)  # 02:00 to 03:00 does not come
AUTUMN = date(2027, 11, 7)  # 01:00 to 02:00 comes twice
BEFORE_AUTUMN = datetime(2027, 10, 20, 12, tzinfo=NEW_YORK)
DAY = timedelta(days=1)


def booked(service: Service, *, at: str, **asked) -> Booking:
    """Somebody's lesson."""
    return book(UserFactory.create(), service, at=at, **asked)


def granted(service: Service, *, at: str, **asked) -> bool:
    """Whether a lesson would be granted; nothing is left of it. Whether it is listed as free must be the same."""
    day, now = asked.get("day", TOMORROW), asked.get("now", NOON)
    listed = at in free_starts(
        service, day, minutes=asked.get("minutes", 60), place=asked.get("place", Place.ONLINE), now=now
    )
    try:
        booking = booked(service, at=at, **asked)
    except TimeTaken:
        found = False
    else:
        found = True
        cancel_lesson(reference=booking.reference, by=booking.student, now=now)
    assert listed is found, f"{at} is {'listed' if listed else 'not listed'}"
    return found


def spans(service: Service) -> set[tuple[bool, datetime, datetime]]:
    """The kept free time."""
    kept = FreeSpan.objects.filter(instructor=service.instructor_id)
    return set(kept.values_list("travel", "starts_at", "ends_at"))


# Padding


@pytest.mark.parametrize(
    ("setting", "last_before", "first_after"),
    [
        (15, "13:45", "16:15"),  # 15 minutes free after each lesson: after this one, and after the one before it
        (0, "14:00", "16:00"),  # back to back
        (120, "12:00", "18:00"),
        (10, "13:45", "16:15"),  # starts lie on the quarter
    ],
)
def test_nothing_before_a_lesson_and_the_setting_after_it(ana, noon, setting, last_before, first_after):
    service = teaching(ana, now=noon, buffer_minutes=setting)
    booked(service, at="15:00")
    starts = free_starts(service)
    assert [start for start in starts if start < "15:00"][-1] == last_before
    assert next(start for start in starts if start > "15:00") == first_after
    assert granted(service, at=last_before)
    assert granted(service, at=first_after)
    for refused in ("14:15", "14:30", "15:00", "15:45"):
        assert not granted(service, at=refused)


@pytest.mark.parametrize(
    ("setting", "last_before", "first_after", "after"),
    [(15, "13:15", "16:30", "16:30"), (0, "13:30", "16:30", "16:30"), (120, "11:30", "18:00", "18:00")],
)
def test_travel_takes_thirty_minutes_before_and_the_larger_of_thirty_and_the_setting_after(
    ana, noon, setting, last_before, first_after, after
):
    service = teaching(ana, now=noon, buffer_minutes=setting)
    booked(service, at="15:00", place=Place.STUDENT)
    assert taken(service) == [("lesson", "14:30", after)]
    starts = free_starts(service)
    assert [start for start in starts if start < "15:00"][-1] == last_before
    assert next(start for start in starts if start > "15:00") == first_after


def test_the_paddings_of_neighbours_add_up(ana_teaches_piano):
    booked(ana_teaches_piano, at="15:00", place=Place.STUDENT)  # blocks 14:30 to 16:30
    assert not granted(ana_teaches_piano, at="16:45", place=Place.STUDENT)
    assert granted(ana_teaches_piano, at="17:00", place=Place.STUDENT)  # 30 after and 30 before
    assert not granted(ana_teaches_piano, at="13:15", place=Place.STUDENT)
    assert granted(ana_teaches_piano, at="13:00", place=Place.STUDENT)


def test_travel_after_a_lesson_at_home_needs_both_paddings(ana_teaches_piano):
    booked(ana_teaches_piano, at="15:00")  # blocks 15:00 to 16:15
    assert not granted(ana_teaches_piano, at="16:30", place=Place.STUDENT)
    assert granted(ana_teaches_piano, at="16:45", place=Place.STUDENT)
    assert not granted(ana_teaches_piano, at="13:45", place=Place.STUDENT)
    assert granted(ana_teaches_piano, at="13:30", place=Place.STUDENT)


def test_padding_may_reach_beyond_working_hours(ana_teaches_piano):
    assert granted(ana_teaches_piano, at="09:00", place=Place.STUDENT)  # blocks from 08:30 on
    assert granted(ana_teaches_piano, at="20:00", place=Place.STUDENT)  # until 21:30


@pytest.mark.parametrize(("at", "minutes"), [("08:45", 60), ("20:15", 60), ("21:00", 30), ("20:00", 90), ("03:00", 30)])
def test_a_lesson_lies_in_working_hours(ana_teaches_piano, at, minutes):
    with pytest.raises(OutsideHours):
        booked(ana_teaches_piano, at=at, minutes=minutes)


def test_stretches_of_hours_that_touch_are_one(ana, noon):
    service = teaching(ana, now=noon, week=[[(9 * 60, 12 * 60), (12 * 60, 15 * 60)]] * 7)
    assert granted(service, at="11:30")


def test_a_break_between_stretches_is_no_working_time(ana, noon):
    service = teaching(ana, now=noon, week=[[(9 * 60, 12 * 60), (12 * 60 + 15, 15 * 60)]] * 7)
    with pytest.raises(OutsideHours):
        booked(service, at="11:30")
    assert "11:30" not in free_starts(service)


def test_time_off_is_not_padded_itself(ana_teaches_piano):
    off(ana_teaches_piano, "15:00", "16:00")
    assert taken(ana_teaches_piano) == [("time_off", "15:00", "16:00")]
    assert granted(ana_teaches_piano, at="16:00")
    assert granted(ana_teaches_piano, at="13:45")  # its own padding ends at 15:00
    assert not granted(ana_teaches_piano, at="14:00")
    assert not granted(ana_teaches_piano, at="16:00", place=Place.STUDENT)
    assert granted(ana_teaches_piano, at="16:30", place=Place.STUDENT)


def test_a_changed_setting_counts_from_then_on(ana_teaches_piano):
    booked(ana_teaches_piano, at="15:00")
    InstructorProfile.objects.update(buffer_minutes=60)
    profile = InstructorProfile.objects.get()
    calendar.rewrite_days(instructors=[profile], days=[TOMORROW])
    assert taken(ana_teaches_piano) == [("lesson", "15:00", "16:15")]  # as it was agreed
    assert granted(ana_teaches_piano, at="16:15")
    assert not granted(ana_teaches_piano, at="13:15")
    assert granted(ana_teaches_piano, at="13:00")


# Midnight


def test_a_lesson_may_end_at_midnight(ana_never_sleeps):
    booking = booked(ana_never_sleeps, at="23:00")
    assert (booking.booking_date, booking.end_time) == (TOMORROW, time(0))
    assert booking.span.end == midnight(TOMORROW + DAY)


@pytest.mark.parametrize(("at", "minutes"), [("23:15", 60), ("23:45", 30), ("22:45", 90)])
def test_a_lesson_does_not_go_past_midnight_though_both_days_are_open(ana_never_sleeps, at, minutes):
    with pytest.raises(OutsideHours):
        booked(ana_never_sleeps, at=at, minutes=minutes)
    assert at not in free_starts(ana_never_sleeps, minutes=minutes)


def test_a_lesson_may_begin_at_midnight(ana_never_sleeps):
    assert granted(ana_never_sleeps, at="00:00")


def test_padding_before_midnights_lesson_reaches_into_the_evening_before(ana_never_sleeps):
    booked(ana_never_sleeps, at="00:00", day=TOMORROW + DAY, place=Place.STUDENT)  # blocks from 23:30 on
    assert free_starts(ana_never_sleeps)[-1] == "22:15"
    assert granted(ana_never_sleeps, at="22:15")
    assert not granted(ana_never_sleeps, at="22:30")


def test_padding_after_a_late_lesson_reaches_into_the_next_morning(ana, noon):
    service = teaching(ana, now=noon, week=WHOLE_DAYS, overnight_guard=False, buffer_minutes=120)
    late = booked(service, at="23:00")
    assert free_starts(service, TOMORROW + DAY)[0] == "02:00"
    assert granted(service, at="02:00", day=TOMORROW + DAY)
    assert not granted(service, at="01:45", day=TOMORROW + DAY)
    cancel_lesson(reference=late.reference, by=late.student, now=NOON)
    assert free_starts(service, TOMORROW + DAY)[0] == "00:00"


def test_padding_of_a_morning_lesson_reaches_into_the_evening_before(ana, noon):
    service = teaching(ana, now=noon, week=WHOLE_DAYS, overnight_guard=False, buffer_minutes=120)
    booked(service, at="00:00", day=TOMORROW + DAY, place=Place.STUDENT)  # blocks from 23:30 on
    assert free_starts(service, place=Place.STUDENT)[-1] == "20:30"  # until 21:30, and 120 minutes after it
    assert granted(service, at="20:30", place=Place.STUDENT)
    assert not granted(service, at="20:45", place=Place.STUDENT)


# The night that loses an hour


@pytest.mark.parametrize("at", ["02:00", "02:15", "02:30", "02:45"])
def test_in_spring_a_start_that_the_clock_skips_is_refused(ana_never_sleeps, at):
    with pytest.raises(Invalid) as refused:
        booked(ana_never_sleeps, at=at, day=SPRING)
    assert refused.value.fields == {"start_time": [f"On 14 March 2027 the clock skips {at}."]}
    assert at not in free_starts(ana_never_sleeps, SPRING)


def test_in_spring_a_lesson_through_the_gap_lasts_its_hour(ana_never_sleeps):
    booking = booked(ana_never_sleeps, at="01:30", day=SPRING)
    assert (booking.start_time, booking.end_time) == (time(1, 30), time(3, 30))
    assert booking.span.end - booking.span.start == timedelta(hours=1)
    assert taken(ana_never_sleeps) == [("lesson", "01:30", "03:45")]
    assert not granted(ana_never_sleeps, at="03:30", day=SPRING)
    assert granted(ana_never_sleeps, at="03:45", day=SPRING)


def test_in_spring_hours_over_the_gap_are_an_hour_shorter(ana, noon):
    service = teaching(ana, now=noon, week=[[(60, 4 * 60)]] * 7, overnight_guard=False)
    assert free_starts(service, SPRING) == ["01:00", "01:15", "01:30", "01:45", "03:00"]
    assert free_starts(service, SPRING, minutes=90) == ["01:00", "01:15", "01:30"]
    assert free_starts(service, SPRING + DAY, minutes=90)[-1] == "02:30"
    for at in ("01:00", "01:45", "03:00"):
        assert granted(service, at=at, day=SPRING)
    with pytest.raises(OutsideHours):
        booked(service, at="03:15", day=SPRING)


@pytest.mark.parametrize(
    ("stretch", "starts"),
    [
        ((2 * 60, 3 * 60), []),  # the clock never shows them
        ((2 * 60 + 15, 2 * 60 + 45), []),
        ((2 * 60 + 30, 3 * 60 + 30), ["03:00"]),
        ((60 + 30, 2 * 60 + 30), ["01:30"]),
    ],
)
def test_in_spring_edges_inside_the_gap_mean_the_moment_of_the_change(ana, noon, stretch, starts):
    service = teaching(ana, now=noon, week=[[stretch]] * 7, overnight_guard=False)
    assert free_starts(service, SPRING, minutes=30) == starts


def test_in_spring_a_lesson_outside_hours_that_the_gap_swallowed_is_refused(ana, noon):
    service = teaching(ana, now=noon, week=[[(2 * 60, 3 * 60)]] * 7, overnight_guard=False)
    with pytest.raises(OutsideHours):
        booked(service, at="03:00", day=SPRING)


# The night that has an hour twice


@pytest.fixture
def in_autumn(ana):
    """Ana around the clock, with an hour of midnight to four looked at in November."""
    return teaching(
        ana,
        now=BEFORE_AUTUMN,
        week=[[(0, 4 * 60)]] * 7,
        overnight_guard=False,
        buffer_minutes=0,
        lengths=(30, 45, 60, 120),
    )


def test_in_autumn_only_the_first_pass_of_the_repeated_hour_has_starts(in_autumn):
    starts = free_starts(in_autumn, AUTUMN, now=BEFORE_AUTUMN)
    assert starts == [
        *("00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45"),
        *("02:00", "02:15", "02:30", "02:45", "03:00"),
    ]
    instructor = InstructorProfile.objects.get()
    kind = LessonKind(instructor, Place.ONLINE, 60)
    listed = free_time.on_days(kind=kind, first=AUTUMN, days=1, now=BEFORE_AUTUMN)
    assert [f"{start:%H:%M}" for start in listed if f"{start.astimezone(NEW_YORK):%H}" == "01"] == [
        "05:00",
        "05:15",
        "05:30",
        "05:45",
    ]


def test_in_autumn_half_past_one_is_the_first_one(in_autumn):
    booking = booked(in_autumn, at="01:30", day=AUTUMN, now=BEFORE_AUTUMN)
    assert f"{booking.span.start:%H:%M}" == "05:30"
    assert (booking.start_time, booking.end_time) == (time(1, 30), time(1, 30))  # an hour later the clock says the same
    assert booking.span.end - booking.span.start == timedelta(hours=1)


def test_in_autumn_a_lesson_may_end_earlier_on_the_clock_than_it_began(in_autumn):
    booking = booked(in_autumn, at="01:45", minutes=45, day=AUTUMN, now=BEFORE_AUTUMN)
    assert Booking.objects.get(pk=booking.pk).end_time == time(1, 30)


def test_in_autumn_a_lesson_runs_through_the_repeated_hour(in_autumn):
    booking = booked(in_autumn, at="00:30", minutes=120, day=AUTUMN, now=BEFORE_AUTUMN)
    assert (booking.start_time, booking.end_time) == (time(0, 30), time(1, 30))
    for at in ("00:00", "01:00", "01:30", "01:45"):
        assert not granted(in_autumn, at=at, day=AUTUMN, now=BEFORE_AUTUMN)
    assert granted(in_autumn, at="02:00", day=AUTUMN, now=BEFORE_AUTUMN)
    assert granted(in_autumn, at="00:00", minutes=30, day=AUTUMN, now=BEFORE_AUTUMN)


def test_in_autumn_overlap_is_judged_in_elapsed_time_not_on_the_wall(in_autumn, stranger, sam):
    """00:45 to 01:45 and 01:45 to 01:30 overlap on the wall; they do not in time. 01:00 and 02:00 do not touch."""
    book(sam, in_autumn, at="01:45", minutes=45, day=AUTUMN, now=BEFORE_AUTUMN)
    assert granted(in_autumn, at="00:45", day=AUTUMN, now=BEFORE_AUTUMN)
    assert granted(in_autumn, at="02:00", day=AUTUMN, now=BEFORE_AUTUMN)
    assert not granted(in_autumn, at="01:15", minutes=45, day=AUTUMN, now=BEFORE_AUTUMN)  # to 02:00 of the first pass
    guitar = teaching(
        stranger,
        now=BEFORE_AUTUMN,
        subject="Guitar",
        week=[[(0, 4 * 60)]] * 7,
        overnight_guard=False,
        buffer_minutes=0,
    )
    assert book(sam, guitar, at="00:45", day=AUTUMN, now=BEFORE_AUTUMN).pk
    with pytest.raises(YouAreBusy):
        book(sam, guitar, at="01:45", minutes=30, day=AUTUMN, now=BEFORE_AUTUMN)


def test_in_autumn_hours_end_when_the_clock_first_shows_it(ana):
    service = teaching(ana, now=BEFORE_AUTUMN, week=[[(0, 90)]] * 7, overnight_guard=False)
    assert free_starts(service, AUTUMN, now=BEFORE_AUTUMN)[-1] == "00:30"
    with pytest.raises(OutsideHours):
        booked(service, at="00:45", day=AUTUMN, now=BEFORE_AUTUMN)


def test_in_autumn_hours_of_the_repeated_hour_hold_it_twice(ana):
    service = teaching(ana, now=BEFORE_AUTUMN, week=[[(60, 120)]] * 7, overnight_guard=False, lengths=(60, 120))
    assert free_starts(service, AUTUMN, minutes=120, now=BEFORE_AUTUMN) == ["01:00"]
    assert free_starts(service, AUTUMN, now=BEFORE_AUTUMN) == ["01:00", "01:15", "01:30", "01:45"]
    assert granted(service, at="01:00", minutes=120, day=AUTUMN, now=BEFORE_AUTUMN)
    assert granted(service, at="01:45", day=AUTUMN, now=BEFORE_AUTUMN)


# Lessons that an instructor takes elsewhere


def test_a_lesson_taken_elsewhere_is_kept_out_of_the_time_taught(ana_teaches_piano, stranger_teaches_guitar, stranger):
    book(stranger, ana_teaches_piano, at="15:00")
    assert taken(stranger_teaches_guitar) == [("time_off", "15:00", "16:00")]  # not padded
    assert not granted(stranger_teaches_guitar, at="15:30")
    assert not granted(stranger_teaches_guitar, at="14:00")
    assert granted(stranger_teaches_guitar, at="13:45")
    assert granted(stranger_teaches_guitar, at="16:00")


def test_a_lesson_taken_elsewhere_is_given_back_when_it_is_cancelled(
    ana_teaches_piano, stranger_teaches_guitar, stranger, ana
):
    before = spans(stranger_teaches_guitar)
    reference = book(stranger, ana_teaches_piano, at="15:00").reference
    assert spans(stranger_teaches_guitar) != before
    cancel_lesson(reference=reference, by=ana, now=NOON)
    assert (taken(stranger_teaches_guitar), spans(stranger_teaches_guitar)) == ([], before)
    assert not TimeOff.objects.exists()


def test_a_lesson_taken_right_after_one_taught_is_laid_around_its_padding(
    ana_teaches_piano, stranger_teaches_guitar, stranger, sam
):
    taught = book(sam, stranger_teaches_guitar, at="14:00")
    book(stranger, ana_teaches_piano, at="15:00")
    assert taken(stranger_teaches_guitar) == [("lesson", "14:00", "15:15"), ("time_off", "15:15", "16:00")]
    cancel_lesson(reference=taught.reference, by=sam, now=NOON)
    assert taken(stranger_teaches_guitar) == [("time_off", "15:00", "16:00")]  # the hole is closed


def test_lessons_taken_before_one_goes_public_count(ana_teaches_piano, stranger, noon):
    book(stranger, ana_teaches_piano, at="15:00")
    service = teaching(stranger, now=noon, subject="Guitar")
    assert taken(service) == [("time_off", "15:00", "16:00")]
    assert "15:00" not in free_starts(service)


def test_lessons_taken_while_a_profile_is_not_public_count_later(ana_teaches_piano, stranger, noon):
    profile = setup.begin_to_teach(person=stranger, headline="Guitar", bio="I teach.")
    offering_of(profile, "Guitar")
    InstructorProfile.objects.filter(pk=profile.pk).update(photo="photos/face.webp")
    WeeklyHours.objects.create(instructor=profile, weekday=0, opens=540, closes=600)
    book(stranger, ana_teaches_piano, at="15:00")
    assert not FreeSpan.objects.filter(instructor=profile).exists()
    setup.go_live(instructor_id=profile.pk, now=noon)
    assert clock_times([entry.during.lower for entry in profile.entries.all()]) == ["15:00"]


# Rewriting


def test_each_day_worked_out_singly_is_what_all_days_worked_out_at_once_are(ana, stranger, sam, noon):
    service = teaching(ana, now=noon, week=WHOLE_DAYS, overnight_guard=False, buffer_minutes=120)
    other = teaching(stranger, now=noon, subject="Guitar")  # nothing booked there at all
    for at, place in (("23:00", Place.ONLINE), ("10:00", Place.STUDENT), ("00:00", Place.STUDENT)):
        book(sam, service, at=at, place=place)
    off(service, "00:00", "24:00", day=TOMORROW + 3 * DAY)
    whole = spans(service) | {("other", *span) for span in spans(other)}

    first, last = NOON.date(), NOON.date() + timedelta(days=policy.FREE_TIME_KEPT_DAYS)
    FreeSpan.objects.all().delete()
    both = list(InstructorProfile.objects.order_by("pk"))
    for day in calendar.days_from(first, last):
        calendar.rewrite_days(instructors=both, days=[day])
    assert spans(service) | {("other", *span) for span in spans(other)} == whole

    FreeSpan.objects.all().delete()
    calendar.rewrite_days(instructors=both, days=calendar.days_from(first, last))
    assert spans(service) | {("other", *span) for span in spans(other)} == whole


def test_a_day_without_entries_is_free_when_it_is_worked_out_alone(ana_teaches_piano):
    calendar.rewrite_days(instructors=list(InstructorProfile.objects.all()), days=[TOMORROW])
    starts = free_starts(ana_teaches_piano)
    assert (starts[0], starts[-1], len(starts)) == ("09:00", "20:00", 45)


def test_a_day_without_hours_has_no_free_time(ana, noon):
    service = teaching(ana, now=noon, week=[[(9 * 60, 17 * 60)], *[[]] * 6])  # Mondays only
    assert free_starts(service, TOMORROW) == []
    calendar.rewrite_days(instructors=list(InstructorProfile.objects.all()), days=[TOMORROW])
    assert free_starts(service, TOMORROW) == []
    with pytest.raises(OutsideHours):
        booked(service, at="10:00")


def test_free_time_shorter_than_the_shortest_lesson_is_not_kept(ana_teaches_piano):
    off(ana_teaches_piano, "09:30", "21:00")
    assert FreeSpan.objects.filter(instructor=ana_teaches_piano.instructor_id, starts_at__date=TOMORROW).count() == 0
    assert free_starts(ana_teaches_piano, minutes=30) == []  # 15 minutes of padding do not fit before the time off


def test_free_time_begins_on_the_quarter_though_entries_do_not(ana, noon):
    service = teaching(ana, now=noon, buffer_minutes=10)
    booked(service, at="15:00")  # blocks until 16:10
    assert {span[1].minute % 15 for span in spans(service)} == {0}
    assert granted(service, at="16:15")


def test_no_free_time_crosses_a_midnight(ana_never_sleeps):
    for _, starts_at, ends_at in spans(ana_never_sleeps):
        day = starts_at.astimezone(NEW_YORK).date()
        assert ends_at <= midnight(day + DAY)


def test_time_off_of_somebody_without_kept_free_time_works_nothing_out(ana, noon):
    profile = setup.begin_to_teach(person=ana, headline="Piano", bio="")
    span = Span(midnight(TOMORROW), midnight(TOMORROW + DAY))
    time_off.add(instructor_id=profile.pk, span=span, reason="", now=noon)
    assert profile.entries.count() == 1
    assert not FreeSpan.objects.exists()


def test_a_change_beyond_the_kept_days_works_nothing_out(ana_teaches_piano):
    before = spans(ana_teaches_piano)
    far = NOON.date() + timedelta(days=policy.FREE_TIME_KEPT_DAYS + 5)
    off(ana_teaches_piano, "00:00", "24:00", day=far)
    assert spans(ana_teaches_piano) == before
