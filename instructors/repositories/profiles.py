"""Profiles with what belongs to them."""

from django.db.models import Prefetch

from instructors.models import InstructorProfile, Service
from instructors.models.profiles import ProfileQuerySet


def public_profiles() -> ProfileQuerySet:
    """Live profiles by name, with all that a public profile shows read along."""
    active = Service.objects.filter(active=True).select_related("subject").prefetch_related("places")
    return (
        InstructorProfile.objects.live()
        .select_related("user", "place_neighborhood")
        .prefetch_related("neighborhoods", Prefetch("services", queryset=active))
        .order_by("user__first_name", "user__last_name", "pk")
    )


def slugs_beginning(stem: str) -> set[str]:
    """The slugs in use that begin so."""
    return set(InstructorProfile.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
