"""Rows that tell what happened to a lesson."""

from collections.abc import Collection
from typing import Any

from accounts.models import User
from bookings.models import Booking, BookingTie


def events_of(booking: Booking) -> list[Any]:
    """The versions of a lesson, written by triggers, the first first."""
    return list(Booking.pgh_event_model.objects.filter(pgh_obj=booking).order_by("pgh_id"))  # type: ignore[attr-defined]


def ties_of(booking: Booking) -> list[BookingTie]:
    """Who is tied to a lesson, and by which name."""
    return list(BookingTie.objects.filter(content_object=booking).select_related("user", "permission").order_by("pk"))


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """People by their ids, as staff see them."""
    return {person.pk: str(person) for person in User.objects.filter(pk__in=person_ids)}
