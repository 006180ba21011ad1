"""Profiles with what belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.db.models.functions import JSONObject

from accounts.models import User
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Neighborhood, Service, ServicePlace, Subject
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


def slugs_beginning(stem: str) -> set[str]:
    """The slugs in use that begin so."""
    return set(InstructorProfile.objects.filter(slug__startswith=stem).values_list("slug", flat=True))


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


def add_profile(*, user: User, slug: str, headline: str, bio: str) -> InstructorProfile:
    """Insert a profile that is not live yet."""
    return InstructorProfile.objects.create(user=user, slug=slug, headline=headline, bio=bio)


def add_service(
    *, profile: InstructorProfile, subject: Subject, lengths: Sequence[int], prices: dict[Place, int]
) -> Service:
    """Insert a service with its hourly price (cents) for each place."""
    service = Service.objects.create(instructor=profile, subject=subject, lengths=sorted(lengths))
    ServicePlace.objects.bulk_create(
        [ServicePlace(service=service, place=place, hourly_cents=cents) for place, cents in prices.items()]
    )
    return service


def founders() -> int:
    """How many founding instructors there are."""
    return InstructorProfile.objects.filter(founding=True).count()


def record_going_live(profile: InstructorProfile) -> None:
    """Keep since when a profile is live, and whether as a founder."""
    profile.save(update_fields=["live_since", "founding"])


def record_places(profile: InstructorProfile, *, served: Sequence[str], own: str | None) -> None:
    """Keep where an instructor travels to and where their own place is, by slugs."""
    profile.neighborhoods.set(Neighborhood.objects.filter(slug__in=served))
    profile.place_neighborhood = Neighborhood.objects.get(slug=own) if own else None
    profile.save(update_fields=["place_neighborhood"])
