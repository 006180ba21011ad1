"""Profiles with what belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.db.models.functions import JSONObject

from instructors.models import InstructorProfile, Neighborhood, Service, ServicePlace
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


@dataclass(frozen=True)
class ProfileWithAreas:
    """A profile, and the (slug, name) of each neighbourhood that the instructor travels to, by name."""

    profile: InstructorProfile
    areas: list[tuple[str, str]]


def public_profile(slug: str) -> ProfileWithAreas | None:
    """One live profile with its person, own neighbourhood and the neighbourhoods served, in one statement."""
    served = Neighborhood.objects.filter(instructors=OuterRef("pk")).order_by("name")
    found = (
        InstructorProfile.objects.live()
        .select_related("user", "place_neighborhood")
        .annotate(served=ArraySubquery(served.values(area=JSONObject(slug="slug", name="name"))))
        .filter(slug=slug)
        .first()
    )
    if found is None:
        return None
    areas: list[dict[str, str]] = getattr(found, "served")  # noqa: B009  # annotated above
    return ProfileWithAreas(found, [(area["slug"], area["name"]) for area in areas])


def offered_by(instructor_id: int) -> list[ServicePlace]:
    """What an instructor offers, a row for each place, by subject and price; with service and category read along."""
    return list(
        ServicePlace.objects.filter(service__instructor=instructor_id, service__active=True)
        .select_related("service__subject__subcategory__category")
        .order_by("service__subject__name", "service", "hourly_cents", "place")
    )


def teaching_side(person_id: int) -> InstructorProfile | None:
    """A person's profile, with the person; None for who does not teach."""
    return InstructorProfile.objects.select_related("user").filter(pk=person_id).first()


def teaching_ids() -> list[int]:
    """The ids of all who teach."""
    return list(InstructorProfile.objects.order_by("pk").values_list("pk", flat=True))


def reaching_less_than(day: date, *, among: Sequence[int] | None = None) -> list[InstructorProfile]:
    """The profiles, of these or of all, whose free time is not worked out up to a day."""
    lacking = InstructorProfile.objects.exclude(free_through__gte=day).order_by("pk")
    return list(lacking if among is None else lacking.filter(pk__in=among))


def record_reach(reached: Sequence[InstructorProfile], day: date) -> None:
    """Note up to which day free time is worked out."""
    InstructorProfile.objects.filter(pk__in=[profile.pk for profile in reached]).update(free_through=day)


def record_settings(profile: InstructorProfile, *, buffer_minutes: int, overnight_guard: bool) -> None:
    """Keep the minutes after a lesson and the overnight guard."""
    profile.buffer_minutes, profile.overnight_guard = buffer_minutes, overnight_guard
    profile.save(update_fields=["buffer_minutes", "overnight_guard"])


def hold(instructor_id: int) -> InstructorProfile | None:
    """A profile with its person, its row held until the commit; booking with it goes on meanwhile."""
    rows = InstructorProfile.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return rows.filter(pk=instructor_id).first()


def record_suspension(profile: InstructorProfile, *, at: datetime | None, because: str) -> None:
    """Keep since when and why a profile is suspended; None and nothing for one that is not."""
    profile.suspended_at, profile.suspended_because = at, because
    profile.save(update_fields=["suspended_at", "suspended_because"])


def record_verification(profile: InstructorProfile, *, at: datetime | None) -> None:
    """Keep since when staff know who an instructor is; None while they do not."""
    profile.verified_at = at
    profile.save(update_fields=["verified_at"])
