"""The teaching side and the lists of somebody who leaves."""

from typing import Any

from django.db.models import Q

from instructors.models import (
    DatedHours,
    Favorite,
    FreeSpan,
    InstructorProfile,
    Review,
    Service,
    TimeOff,
    WeeklyHours,
)


def profile_of(person_id: int) -> InstructorProfile | None:
    """A person's profile with all that it says; None for who does not teach."""
    return (
        InstructorProfile.objects.select_related("place_neighborhood")
        .prefetch_related("neighborhoods", "weekly_hours", "dated_hours")
        .filter(pk=person_id)
        .first()
    )


def services_of(person_id: int) -> list[Service]:
    """All that a person offers or has offered, by subject, with places."""
    found = Service.objects.filter(instructor=person_id).select_related("subject").prefetch_related("places")
    return list(found.order_by("subject__name", "pk"))


def time_off_of(person_id: int) -> list[TimeOff]:
    """The time off that a person asked for, the first first."""
    return list(TimeOff.objects.filter(person=person_id, lesson_reference="").order_by("during", "pk"))


def favorites_of(person_id: int) -> list[Favorite]:
    """Whom a person would like to find again, the first first."""
    return list(Favorite.objects.filter(person=person_id).select_related("instructor__user").order_by("created_at"))


def reviews_of(person_id: int) -> list[Review]:
    """What a person wrote, and what was written of them, the first first."""
    mine = Review.objects.filter(Q(student=person_id) | Q(instructor=person_id))
    return list(mine.select_related("student", "instructor__user").order_by("created_at", "pk"))


def forget_favorites(person_id: int) -> set[int]:
    """Take a person off all lists, and their own list away; the ids of whose lists those were."""
    gone = Favorite.objects.filter(Q(person=person_id) | Q(instructor=person_id))
    owners = set(gone.values_list("person_id", flat=True))
    gone.delete()
    return owners


def forget_time(person_id: int) -> None:
    """Delete a person's hours, their time off and what is free of it. Booked time stays."""
    for kept in (WeeklyHours, DatedHours, FreeSpan):
        kept._default_manager.filter(instructor=person_id).delete()
    TimeOff.objects.filter(person=person_id).delete()


def empty_profile(profile: InstructorProfile, *, slug: str) -> None:
    """Leave of a profile what lessons and reviews refer to, under another slug: not live, and without a word."""
    erased: dict[str, Any] = {"slug": slug, "headline": "", "bio": "", "suspended_because": ""}
    erased |= dict.fromkeys(("live_since", "verified_at", "suspended_at", "place_neighborhood"))
    for name, value in erased.items():
        setattr(profile, name, value)
    profile.save(update_fields=erased)
    profile.neighborhoods.clear()


def empty_services(person_id: int) -> None:
    """Take the words out of the services that are kept for their lessons."""
    Service.objects.filter(instructor=person_id).exclude(description="").update(description="")
