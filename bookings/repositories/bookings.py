"""Rows of bookings."""

from contextlib import nullcontext
from datetime import datetime

import pghistory
from django.db.models import F, Q

from bookings.models import STANDING, Booking, BookingQuerySet, Side, Status
from instainstru.core.time import Span

ON_BEHALF_OF = "on_behalf_of"  # in the context of a history row


def has_lesson(*, person_id: int, during: Span) -> bool:
    """Whether a person takes or teaches a lesson that overlaps this time; paddings do not count."""
    return (
        Booking.objects.filter(Q(student=person_id) | Q(instructor=person_id))
        .filter(lesson__overlap=during.as_range)
        .exclude(status=Status.CANCELLED)
        .exists()
    )


def spans_of(*, person_id: int, after: datetime) -> list[Span]:
    """When a person takes or teaches the lessons that are yet to end."""
    mine = Booking.objects.filter(Q(student=person_id) | Q(instructor=person_id), status__in=STANDING)
    return [Span.of(lesson) for lesson in mine.filter(lesson__endswith__gt=after).values_list("lesson", flat=True)]


def taken(*, reference: str, service_id: int, person_id: int) -> Booking | None:
    """A lesson of a service that a person takes, by their tie to it; with its neighbourhood."""
    mine = Booking.objects.taken_by(person_id).filter(reference=reference, service=service_id)
    return mine.select_related("neighborhood").first()


def locked(*, reference: str) -> Booking:
    """The booking, which is known to be there, its row held for the rest of the transaction."""
    return Booking.objects.select_for_update(of=("self",)).told().get(reference=reference)


def completed_before(*, instructor_id: int, end: datetime, since: datetime) -> int:
    """How many lessons of an instructor were completed whose end lies in [since, end)."""
    return Booking.objects.filter(
        instructor=instructor_id,
        status=Status.COMPLETED,
        lesson__endswith__gte=since,
        lesson__endswith__lt=end,
    ).count()


def ended(*, until: datetime, after: tuple[datetime, int] | None, limit: int) -> list[tuple[datetime, int, str]]:
    """The first standing lessons that ended by then, after a (end, id): end, id and reference, by end and id."""
    begun = Booking.objects.filter(status__in=STANDING, lesson__startswith__lt=until)  # tells the index
    due = begun.filter(lesson__endswith__lte=until).annotate(end=F("lesson__endswith"))
    if after is not None:
        due = due.filter(Q(end__gt=after[0]) | Q(end=after[0], pk__gt=after[1]))
    return list(due.order_by("end", "pk").values_list("end", "pk", "reference")[:limit])


def people_of(*, reference: str) -> tuple[int, int] | None:
    """The ids of a lesson's instructor and student."""
    return Booking.objects.filter(reference=reference).values_list("instructor_id", "student_id").first()


def told(*, reference: str) -> Booking | None:
    """One lesson with all that a page or answer says of it."""
    return Booking.objects.told().filter(reference=reference).first()


def taught_by(*, person_id: int) -> BookingQuerySet:
    """The lessons that a person teaches, by their ties, the latest first."""
    return Booking.objects.taught_by(person_id).told().order_by("-lesson", "-pk")


def taken_by(*, person_id: int) -> BookingQuerySet:
    """The lessons that a person takes, by their ties, the latest first."""
    return Booking.objects.taken_by(person_id).told().order_by("-lesson", "-pk")


def lessons_of(*, person_id: int) -> BookingQuerySet:
    """The lessons that a person takes or teaches, the latest first."""
    return Booking.objects.of(person_id).told().order_by("-lesson")


def feed_of(*, person_id: int, since: datetime, cancelled_since: datetime) -> list[Booking]:
    """The lessons of a person, either side, that end after an instant; cancelled ones only if that was lately."""
    mine = lessons_of(person_id=person_id).filter(lesson__endswith__gt=since)
    return list(mine.exclude(cancelled_at__lt=cancelled_since).select_related("instructor__place_neighborhood"))


def add(booking: Booking) -> None:
    """Insert a booking; the table refuses a student's second lesson at one time with `student_once`."""
    booking.save(force_insert=True)


def record_completing(booking: Booking) -> None:
    """Keep when a lesson was completed, and its commission."""
    booking.save(update_fields=["status", "completed_at", "commission_percent", "commission_cents"])


def record_private_note(booking: Booking, text: str) -> None:
    """Keep an instructor's own note; whatever else of the lesson changes meanwhile stays."""
    booking.private_note = text
    booking.save(update_fields=["private_note"])


def record_cancelling(booking: Booking, *, on_behalf_of: Side | None) -> None:
    """Keep when and by whom a lesson was cancelled and who gets what; in its history, for whom staff did it."""
    with pghistory.context(**{ON_BEHALF_OF: on_behalf_of.value}) if on_behalf_of else nullcontext():
        booking.save(
            update_fields=[
                "status",
                "entry",
                "cancelled_at",
                "cancelled_by",
                "refund_cents",
                "credit_cents",
                "instructor_cents",
            ]
        )
