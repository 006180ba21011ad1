"""A city of sixty instructors, held against the rules of the product."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from bookings.models import STANDING, Booking, BookingTie, Status
from bookings.repositories import bookings as bookings_repository
from bookings.services.demo import city
from bookings.services.demo.batches import Added
from instainstru.core import clock, money, policy
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart, Span, days_touched, midnight, on_step
from instructors.models import (
    CalendarEntry,
    DatedHours,
    EntryKind,
    InstructorProfile,
    Offer,
    ProfileTie,
    Review,
    Service,
    ServicePlace,
    ServiceTie,
    TimeOff,
    WeeklyHours,
)
from instructors.services import calendar, search
from instructors.services.search import Wish

INSTRUCTORS = 60
TODAY = date(2027, 3, 1)  # the clocks go forward while lessons are to come
NOW = midnight(TODAY)


@pytest.fixture(scope="module", autouse=True)
def added(django_db_setup, django_db_blocker) -> Iterator[Added]:
    """The city, made once for all tests of this file, which only read it."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        yield city.fill(instructors=INSTRUCTORS, seed=1, now=NOW, progress=lambda done: None)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def lessons(added) -> list[Booking]:
    return list(
        Booking.objects.select_related("instructor__user", "student", "service", "entry", "cancelled_by").order_by("pk")
    )


def test_as_many_students_as_instructors_and_lessons_in_plenty(added):
    assert (added.instructors, added.students) == (INSTRUCTORS, INSTRUCTORS + 2)
    assert (added.lessons, added.reviews) == (Booking.objects.count(), Review.objects.count())
    assert added.lessons > 15 * INSTRUCTORS
    assert added.reviews > 2 * INSTRUCTORS
    assert InstructorProfile.objects.live().count() == INSTRUCTORS
    assert not OutboxMessage.objects.exists()


def test_all_categories_and_at_least_four_boroughs_are_there():
    offered = Service.objects.values_list("subject__subcategory__category__slug", flat=True)
    assert len(set(offered)) == 7
    boroughs = InstructorProfile.objects.values_list("neighborhoods__borough", flat=True)
    assert len(set(boroughs) - {None}) >= 4


def test_where_lessons_are_given_there_is_a_place():
    for given in ServicePlace.objects.select_related("service__instructor"):
        instructor = given.service.instructor
        assert given.place != Place.STUDENT or instructor.neighborhoods.exists()
        assert given.place != Place.INSTRUCTOR or instructor.place_neighborhood_id is not None
        assert policy.floor_cents(Place(given.place)) <= given.hourly_cents <= policy.CEILING_CENTS


def test_free_time_is_what_hours_and_entries_leave(capsys):
    call_command("check_calendar")
    assert capsys.readouterr().out == f"{INSTRUCTORS} instructors compared, 0 differ\n"
    assert set(InstructorProfile.objects.values_list("free_through", flat=True)) == {TODAY + timedelta(days=92)}


def test_search_has_every_place_of_every_service_and_finds_nearly_everybody():
    assert Offer.objects.count() == ServicePlace.objects.count()
    assert search.search(wish=Wish(), cursor="", limit=1, now=NOW).count > 0.8 * INSTRUCTORS


def hours_by_instructor(model: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for stretch in model.objects.all():
        found[stretch.instructor_id].append(stretch)
    return found


def test_lessons_lie_in_their_instructors_hours(lessons):
    weekly, dated = hours_by_instructor(WeeklyHours), hours_by_instructor(DatedHours)
    for lesson in lessons:
        mine = weekly[lesson.instructor_id], dated[lesson.instructor_id]
        open_then = calendar.open_stretches(mine[0], days_touched(lesson.span), mine[1])
        assert calendar.covered(lesson.span, open_then), lesson


def test_a_lesson_reads_on_the_clock_as_it_is_in_truth(lessons):
    for lesson in lessons:
        starts = LocalStart(lesson.booking_date, lesson.start_time)
        assert starts.span(lesson.duration_minutes) == lesson.span
        assert LocalStart.at(lesson.span.end).time == lesson.end_time
        assert lesson.time_zone == NEW_YORK.key
        assert on_step(lesson.span.start)
    assert {lesson.span.start.astimezone(NEW_YORK).utcoffset() for lesson in lessons} == {
        timedelta(hours=-5),
        timedelta(hours=-4),
    }


def test_a_lesson_costs_what_its_service_says(lessons):
    rates = {(given.service_id, given.place): given.hourly_cents for given in ServicePlace.objects.all()}
    for lesson in lessons:
        assert lesson.service.instructor_id == lesson.instructor_id
        assert lesson.duration_minutes in lesson.service.lengths
        assert lesson.hourly_cents == rates[lesson.service_id, lesson.place]
        price = money.lesson_price(hourly_cents=lesson.hourly_cents, minutes=lesson.duration_minutes)
        assert (lesson.price_cents, lesson.fee_cents) == (price, money.protection_fee(price))
        if lesson.place == Place.STUDENT:
            assert lesson.instructor.neighborhoods.filter(pk=lesson.neighborhood_id).exists()


def test_past_lessons_are_completed_and_coming_ones_stand(lessons):
    for lesson in lessons:
        if lesson.status != Status.CANCELLED:
            assert (lesson.status == Status.COMPLETED) == (lesson.span.end <= NOW)
            assert (lesson.status in STANDING) == (lesson.span.end > NOW)
    counted = Counter(lesson.status for lesson in lessons)
    assert set(counted) == {Status.COMPLETED, Status.CONFIRMED, Status.CANCELLED}
    assert 0.02 < counted[Status.CANCELLED] / len(lessons) < 0.15
    assert min(lesson.booking_date for lesson in lessons) < TODAY - timedelta(days=80)
    assert max(lesson.booking_date for lesson in lessons) > TODAY + timedelta(days=30)


def test_lessons_were_booked_when_they_could_be(lessons):
    for lesson in lessons:
        assert max(lesson.instructor.live_since, lesson.student.date_joined) <= lesson.created_at <= NOW
        earliest = policy.earliest_start(
            travel=Place(lesson.place).travel, guard=lesson.instructor.overnight_guard, now=lesson.created_at
        )
        assert earliest <= lesson.span.start
        assert lesson.booking_date <= policy.last_date(now=lesson.created_at)


def test_cancelled_lessons_cost_what_the_ladder_says(lessons):
    cancelled = [lesson for lesson in lessons if lesson.status == Status.CANCELLED]
    for lesson in cancelled:
        assert lesson.cancelled_at is not None
        assert lesson.created_at < lesson.cancelled_at <= min(NOW, lesson.span.start)
        assert lesson.cancelled_by_id in {lesson.student_id, lesson.instructor_id}
        window = {"since": lesson.span.end - timedelta(days=policy.COMMISSION_WINDOW_DAYS), "end": lesson.cancelled_at}
        completed = bookings_repository.completed_before(instructor_id=lesson.instructor_id, **window)
        due = money.settle(
            price_cents=lesson.price_cents,
            fee_cents=lesson.fee_cents,
            commission_rate=money.commission_percent(lessons_completed=completed, founding=lesson.instructor.founding),
            starts_at=lesson.span.start,
            now=lesson.cancelled_at,
            by_instructor=lesson.cancelled_by_id == lesson.instructor_id,
        )
        assert (lesson.refund_cents, lesson.credit_cents, lesson.instructor_cents) == (
            due.refund_cents,
            due.credit_cents,
            due.instructor_cents,
        )
    assert any(lesson.refund_cents for lesson in cancelled)
    assert any(lesson.credit_cents == lesson.price_cents for lesson in cancelled)
    assert any(lesson.instructor_cents for lesson in cancelled)


def test_every_lesson_that_stands_or_was_given_has_exactly_one_entry_with_its_padding(lessons):
    entries = {entry.reference: entry for entry in CalendarEntry.objects.filter(kind=EntryKind.LESSON)}
    kept = [lesson for lesson in lessons if lesson.status != Status.CANCELLED]
    assert len(entries) == len(kept) == CalendarEntry.objects.filter(kind=EntryKind.LESSON).count()
    for lesson in kept:
        entry = entries[lesson.reference]
        padding = policy.padding(travel=Place(lesson.place).travel, buffer_minutes=lesson.instructor.buffer_minutes)
        assert (lesson.entry, entry.instructor_id, entry.label) == (entry, lesson.instructor_id, lesson.service_name)
        assert entry.span == lesson.span
        blocked = Span(lesson.span.start - padding.before, lesson.span.end + padding.after)
        assert Span.of(entry.during) == blocked


def test_nobody_takes_or_teaches_two_lessons_at_once():
    with connection.cursor() as cursor:
        cursor.execute("""
            WITH busy AS (
                SELECT id, lesson, person FROM bookings_booking, unnest(ARRAY[student_id, instructor_id]) AS person
                WHERE status <> 'CANCELLED'
            )
            SELECT count(*) FROM busy AS one JOIN busy AS other
            ON one.person = other.person AND one.id < other.id AND one.lesson && other.lesson
        """)
        assert cursor.fetchone() == (0,)


def test_every_lesson_taken_is_time_off(lessons):
    off = {(one.person_id, one.lesson_reference, one.span) for one in TimeOff.objects.exclude(lesson_reference="")}
    kept = [lesson for lesson in lessons if lesson.status != Status.CANCELLED]
    assert off == {(lesson.student_id, lesson.reference, lesson.span) for lesson in kept}
    assert len(kept) == TimeOff.objects.exclude(lesson_reference="").count()


def test_who_learns_as_well_does_not_teach_then():
    learning = InstructorProfile.objects.filter(user__lessons_taken__status__in=STANDING).distinct()
    assert learning
    for profile in learning:
        for taken in Booking.objects.filter(student=profile.pk, status__in=STANDING):
            covering = CalendarEntry.objects.filter(
                instructor=profile, kind=EntryKind.TIME_OFF, during__contains=taken.lesson
            )
            assert covering.count() == 1


def test_people_have_time_off_and_days_with_other_hours():
    asked = TimeOff.objects.filter(lesson_reference="")
    assert 0.15 * INSTRUCTORS < asked.values("person").distinct().count() < 0.7 * INSTRUCTORS
    assert not asked.filter(created_at__gt=NOW).exists()
    assert DatedHours.objects.filter(opens=None).exists()
    assert DatedHours.objects.exclude(opens=None).exists()
    assert set(User.objects.values_list("instructor_profile__overnight_guard", flat=True)) == {True, False, None}


def test_ties_are_exactly_those_of_lessons_profiles_and_services(lessons):
    ties = BookingTie.objects.values_list("permission__codename", "user", "content_object")
    assert sorted(ties) == sorted(
        tie
        for lesson in lessons
        for tie in (
            ("take_lesson", lesson.student_id, lesson.pk),
            ("teach_lesson", lesson.instructor_id, lesson.pk),
        )
    )
    own = ProfileTie.objects.values_list("permission__codename", "user", "content_object")
    assert sorted(own) == [
        ("own_profile", pk, pk) for pk in InstructorProfile.objects.order_by("pk").values_list("pk", flat=True)
    ]
    offered = ServiceTie.objects.values_list("permission__codename", "user", "content_object")
    assert sorted(offered) == sorted(
        ("own_service", instructor, pk) for pk, instructor in Service.objects.values_list("pk", "instructor")
    )


def test_reviews_are_by_students_of_completed_lessons_soon_after(lessons):
    by_reference = {lesson.reference: lesson for lesson in lessons}
    for review in Review.objects.all():
        lesson = by_reference[review.lesson_reference]
        assert lesson.status == Status.COMPLETED
        assert (review.instructor_id, review.student_id) == (lesson.instructor_id, lesson.student_id)
        assert lesson.span.end < review.created_at < min(NOW, lesson.span.end + timedelta(days=30))
        assert policy.REVIEW_LENGTHS[0] <= len(review.text) <= policy.REVIEW_LENGTHS[1]
    stars = Counter(Review.objects.values_list("stars", flat=True))
    assert set(stars) == {1, 2, 3, 4, 5}
    assert stars[4] + stars[5] > 0.7 * stars.total()
    completed = sum(lesson.status == Status.COMPLETED for lesson in lessons)
    assert stars.total() < 0.6 * completed


def test_profiles_hold_the_sums_of_their_reviews():
    for profile in InstructorProfile.objects.prefetch_related("reviews"):
        stars = [review.stars for review in profile.reviews.all()]
        assert (profile.reviews_count, profile.stars_sum) == (len(stars), sum(stars))


def test_no_instructor_is_told_the_same_twice():
    repeated = [
        text
        for profile in InstructorProfile.objects.prefetch_related("reviews")
        for text, times in Counter(review.text for review in profile.reviews.all()).items()
        if times > 1
    ]
    assert repeated == []


def test_made_up_lessons_have_no_history_and_the_triggers_are_back():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bookings_bookingevent")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT DISTINCT tgenabled FROM pg_trigger WHERE tgrelid = 'bookings_booking'::regclass")
        assert cursor.fetchall() == [("O",)]
