"""Rows of favorites."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from instructors.models import Favorite, InstructorProfile, Offer


def add(*, person_id: int, instructor: InstructorProfile, at: datetime) -> None:
    """Put an instructor on a person's list; who is on it stays where they are."""
    Favorite.objects.bulk_create(
        [Favorite(person_id=person_id, instructor=instructor, created_at=at)], ignore_conflicts=True
    )


def remove(*, person_id: int, instructor: InstructorProfile) -> None:
    """Take an instructor off a person's list, if they are on it."""
    Favorite.objects.filter(person=person_id, instructor=instructor).delete()


def slugs_of(person_id: int) -> frozenset[str]:
    """The slugs of all on a person's list."""
    return frozenset(Favorite.objects.filter(person=person_id).values_list("instructor__slug", flat=True))


def of(person_id: int) -> QuerySet[Favorite]:
    """A person's list, the latest first, with profiles and their people read along; lazily."""
    return Favorite.objects.filter(person=person_id).select_related("instructor__user")


def profile_of(slug: str) -> InstructorProfile | None:
    """The profile of a slug with its person, live or not."""
    return InstructorProfile.objects.select_related("user").filter(slug=slug).first()


def offers_of(instructor_ids: Sequence[int]) -> list[Offer]:
    """What search shows of these instructors, the least expensive first, with service and subject read along."""
    shown = Offer.objects.filter(instructor__in=instructor_ids).select_related("service__subject", "instructor")
    return list(shown.order_by("hourly_cents", "pk"))
