"""Lessons of somebody who leaves."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.models import STANDING, Booking
from instainstru.core.policy import Place

REMOVED = "removed"  # in the place of an address: a lesson at the student's place has to have one


def lessons_of(person_id: int) -> QuerySet[Booking]:
    """The lessons that a person takes or teaches, the first first, with all that is said of them."""
    mine = Booking.objects.filter(Q(student=person_id) | Q(instructor=person_id))
    return mine.told().select_related("cancelled_by").order_by("lesson", "pk")


def open_lessons(person_id: int, *, now: datetime) -> list[Booking]:
    """Those that stand and are yet to end, the first first."""
    return list(lessons_of(person_id).filter(status__in=STANDING, lesson__endswith__gt=now))


def references_of(person_id: int) -> Sequence[str]:
    """The references of all lessons of a person."""
    return list(lessons_of(person_id).values_list("reference", flat=True))


def empty_lessons(person_id: int) -> None:
    """Erase what is personal in a person's lessons: their door, their notes, and what was noted of or by them."""
    taken = Booking.objects.filter(student=person_id)
    taken.filter(place=Place.STUDENT).update(address=REMOVED)
    taken.exclude(notes="", private_note="").update(notes="", private_note="")
    Booking.objects.filter(instructor=person_id).exclude(private_note="").update(private_note="")


def events_of(booking_ids: Sequence[int]) -> list[tuple[int, datetime, str]]:
    """What the history of these lessons says: id of the lesson, when, and the status from then on."""
    events = Booking.pgh_event_model.objects.filter(pgh_obj__in=booking_ids)  # type: ignore[attr-defined]
    return list(events.order_by("pgh_obj", "pgh_id").values_list("pgh_obj_id", "pgh_created_at", "status"))
