"""A teaching side as its owner sees it, complete or not."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from accounts.models import User
from instainstru.core.policy import Place
from instructors.models import DatedHours, InstructorProfile, Neighborhood, ServicePlace, WeeklyHours

NEWCOMERS = 0  # nobody's id: the ids themselves are the locks of calendars


@dataclass(frozen=True)
class TeachingSide:
    """A profile with what decides whether it is complete.

    `areas` are the (slug, name) of each neighbourhood that the instructor travels to, by name, `places` where the
    active services are given, `has_hours` whether there are any working hours.
    """

    profile: InstructorProfile
    areas: list[tuple[str, str]]
    places: frozenset[Place]
    has_hours: bool


def teaching_side(person_id: int) -> TeachingSide | None:
    """A person's teaching side, in one statement; None for who does not teach."""
    areas = Neighborhood.objects.filter(instructors=OuterRef("pk")).order_by("name")
    given = ServicePlace.objects.filter(service__instructor=OuterRef("pk"), service__active=True)
    week = WeeklyHours.objects.filter(instructor=OuterRef("pk"))
    days = DatedHours.objects.filter(instructor=OuterRef("pk"), opens__isnull=False)
    found = (
        InstructorProfile.objects.select_related("user", "place_neighborhood")
        .annotate(
            areas=ArraySubquery(areas.values(area=JSONObject(slug="slug", name="name"))),
            places=ArraySubquery(given.order_by().values("place").distinct()),
            has_hours=Exists(week) | Exists(days),
        )
        .filter(pk=person_id)
        .first()
    )
    if found is None:
        return None
    facts = vars(found)
    return TeachingSide(
        profile=found,
        areas=[(area["slug"], area["name"]) for area in facts["areas"]],
        places=frozenset(map(Place, facts["places"])),
        has_hours=facts["has_hours"],
    )


def lock_newcomers() -> None:
    """Hold off, for the rest of the transaction, whoever else takes a slug or a founder's place.

    The last lock that anybody takes, behind their own calendar's: so nobody waits in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NEWCOMERS])


def slugs_beginning(stem: str) -> set[str]:
    """The slugs in use that begin so."""
    return set(InstructorProfile.objects.filter(slug__startswith=stem).values_list("slug", flat=True))


def add_profile(*, user: User, slug: str, headline: str, bio: str) -> InstructorProfile:
    """Insert a profile that is not live yet."""
    return InstructorProfile.objects.create(user=user, slug=slug, headline=headline, bio=bio)


def record_words(profile: InstructorProfile, *, headline: str, bio: str) -> None:
    """Keep what an instructor says of themselves."""
    profile.headline, profile.bio = headline, bio
    profile.save(update_fields=["headline", "bio"])


def neighborhoods(slugs: Collection[str]) -> list[Neighborhood]:
    """Those of these neighbourhoods that exist."""
    return list(Neighborhood.objects.filter(slug__in=slugs))


def record_areas(profile: InstructorProfile, areas: Collection[Neighborhood]) -> None:
    """Keep where an instructor travels to."""
    profile.neighborhoods.set(areas)


def record_place(profile: InstructorProfile, area: Neighborhood | None) -> None:
    """Keep where an instructor's own place is."""
    profile.place_neighborhood = area
    profile.save(update_fields=["place_neighborhood"])


def founders() -> int:
    """How many founding instructors there are."""
    return InstructorProfile.objects.filter(founding=True).count()


def record_going_live(profile: InstructorProfile) -> None:
    """Keep since when a profile is live, and whether as a founder."""
    profile.save(update_fields=["live_since", "founding"])
