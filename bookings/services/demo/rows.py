"""The rows that the city's people and lessons come to: one table after the other, as they are copied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db.models import Model

from accounts.models import User
from bookings.models import Booking, BookingTie, Status
from bookings.services.demo.lessons import Lesson
from bookings.services.demo.people import Resident, Teacher
from instainstru.core import money
from instainstru.core.time import LocalStart
from instructors.models import (
    CalendarEntry,
    DatedHours,
    EntryKind,
    InstructorProfile,
    ProfileTie,
    Review,
    Service,
    ServicePlace,
    ServiceTie,
    TimeOff,
    WeeklyHours,
)

ASKED_AHEAD = timedelta(days=6)
Rows = Iterable[Sequence[Model]]
DAY_OFF: list[tuple[int | None, int | None]] = [(None, None)]


@dataclass(frozen=True)
class NameIds:
    """The ids of groups and of the ties' permissions."""

    groups: dict[str, int]
    ties: dict[str, int]


def of_people(people: Sequence[Resident], ids: NameIds) -> Rows:
    """Accounts, their verified addresses, their bundles."""
    yield [person.user for person in people]
    yield [
        EmailAddress(user_id=person.user.pk, email=person.user.email, verified=True, primary=True) for person in people
    ]
    yield [
        User.groups.through(user_id=person.user.pk, group_id=ids.groups[bundle.value])
        for person in people
        for bundle in person.bundles
    ]


def of_teachers(teachers: Sequence[Teacher], reviews: Sequence[Review], ids: NameIds) -> Rows:
    """Profiles with the sums of their reviews, what they offer, and when."""
    stars: dict[int, list[int]] = {}
    for review in reviews:
        stars.setdefault(review.instructor_id, []).append(review.stars)
    yield [_profile(teacher, stars.get(teacher.user.pk, [])) for teacher in teachers]
    yield [
        InstructorProfile.neighborhoods.through(instructorprofile_id=teacher.user.pk, neighborhood_id=area.id)
        for teacher in teachers
        for area in teacher.served
    ]
    yield [
        ProfileTie(user_id=teacher.user.pk, permission_id=ids.ties["own_profile"], content_object_id=teacher.user.pk)
        for teacher in teachers
    ]
    yield from _of_services(teachers, ids)
    yield from _of_hours(teachers)


def _profile(teacher: Teacher, stars: Sequence[int]) -> InstructorProfile:
    return InstructorProfile(
        user_id=teacher.user.pk,
        slug=teacher.slug,
        headline=teacher.headline,
        bio=teacher.bio,
        place_neighborhood_id=teacher.home.id if teacher.teaches_at_home else None,
        buffer_minutes=teacher.buffer_minutes,
        overnight_guard=teacher.guard,
        live_since=teacher.live_since,
        founding=teacher.founding,
        verified_at=teacher.verified_at,
        reviews_count=len(stars),
        stars_sum=sum(stars),
    )


def _of_services(teachers: Sequence[Teacher], ids: NameIds) -> Rows:
    every = [(teacher, offered) for teacher in teachers for offered in teacher.offered]
    yield [
        Service(
            pk=offered.id,
            instructor_id=teacher.user.pk,
            subject_id=offered.topic.id,
            description=offered.description,
            lengths=list(offered.lengths),
            levels=list(offered.levels),
            ages=list(offered.topic.audiences),
        )
        for teacher, offered in every
    ]
    yield [
        ServicePlace(service_id=offered.id, place=place.value, hourly_cents=cents)
        for _, offered in every
        for place, cents in offered.prices.items()
    ]
    yield [
        ServiceTie(user_id=teacher.user.pk, permission_id=ids.ties["own_service"], content_object_id=offered.id)
        for teacher, offered in every
    ]


def _of_hours(teachers: Sequence[Teacher]) -> Rows:
    yield [
        WeeklyHours(instructor_id=teacher.user.pk, weekday=weekday, opens=opens, closes=closes)
        for teacher in teachers
        for weekday, stretches in teacher.week.weekly.items()
        for opens, closes in stretches
    ]
    yield [
        DatedHours(instructor_id=teacher.user.pk, day=day, opens=opens, closes=closes)
        for teacher in teachers
        for day, stretches in teacher.week.dated.items()
        for opens, closes in stretches or DAY_OFF
    ]


def of_time_off(teachers: Sequence[Teacher], lessons: Sequence[Lesson], *, asked_at: datetime) -> Rows:
    """Time off as it was asked, and the lessons that people take: those are time off as well."""
    yield [
        TimeOff(
            person_id=teacher.user.pk,
            during=off.span.as_range,
            reason=off.reason,
            created_at=min(asked_at, off.span.start - ASKED_AHEAD),
        )
        for teacher in teachers
        for off in teacher.off
    ]
    yield [
        TimeOff(
            person_id=lesson.plan.student.user.pk,
            during=lesson.span.as_range,
            reason="A lesson",
            lesson_reference=lesson.reference,
            created_at=lesson.created_at,
        )
        for lesson in lessons
        if lesson.cancelled is None
    ]


def of_lessons(lessons: Sequence[Lesson], entry_ids: Sequence[int], booking_ids: Sequence[int], ids: NameIds) -> Rows:
    """Entries of what stands or was given, bookings, and their ties."""
    entries = {
        lesson.reference: pk
        for lesson, pk in zip((one for one in lessons if one.cancelled is None), entry_ids, strict=True)
    }
    yield [_entry(lesson, entries[lesson.reference]) for lesson in lessons if lesson.reference in entries]
    numbered = list(zip(booking_ids, lessons, strict=True))
    yield [_booking(pk, lesson, entries.get(lesson.reference)) for pk, lesson in numbered]
    yield [
        BookingTie(user_id=person, permission_id=ids.ties[tie], content_object_id=pk)
        for pk, lesson in numbered
        for tie, person in (
            ("take_lesson", lesson.plan.student.user.pk),
            ("teach_lesson", lesson.plan.teacher.user.pk),
        )
    ]


def _entry(lesson: Lesson, pk: int) -> CalendarEntry:
    return CalendarEntry(
        pk=pk,
        instructor_id=lesson.plan.teacher.user.pk,
        kind=EntryKind.LESSON.value,
        during=lesson.blocked.as_range,
        core=lesson.span.as_range,
        reference=lesson.reference,
        label=lesson.plan.offered.topic.name,
    )


def _booking(pk: int, lesson: Lesson, entry_id: int | None) -> Booking:
    plan, starts = lesson.plan, lesson.starts
    booking = Booking(
        pk=pk,
        reference=lesson.reference,
        student_id=plan.student.user.pk,
        instructor_id=plan.teacher.user.pk,
        service_id=plan.offered.id,
        entry_id=entry_id,
        status=lesson.status.value,
        lesson=lesson.span.as_range,
        booking_date=starts.date,
        start_time=starts.time,
        end_time=LocalStart.at(lesson.span.end, starts.zone).time,
        time_zone=starts.zone.key,
        duration_minutes=plan.minutes,
        place=plan.place.value,
        neighborhood_id=plan.area.id if plan.area else None,
        address=plan.address,
        notes=lesson.notes,
        service_name=plan.offered.topic.name,
        hourly_cents=lesson.hourly_cents,
        price_cents=lesson.price_cents,
        fee_cents=money.protection_fee(lesson.price_cents),
        created_at=lesson.created_at,
    )
    if lesson.status is Status.COMPLETED:
        booking.completed_at = lesson.span.end
        booking.commission_percent = lesson.commission_percent
        booking.commission_cents = money.percent(lesson.price_cents, lesson.commission_percent)
    if lesson.cancelled is not None:
        booking.cancelled_at = lesson.cancelled.at
        booking.cancelled_by_id = lesson.cancelled.by.user.pk
        booking.refund_cents = lesson.cancelled.due.refund_cents
        booking.credit_cents = lesson.cancelled.due.credit_cents
        booking.instructor_cents = lesson.cancelled.due.instructor_cents
    return booking
