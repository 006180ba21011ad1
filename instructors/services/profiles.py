"""Instructors as the public sees them."""

from dataclasses import dataclass
from itertools import groupby

from instainstru.core import policy
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instructors.models import InstructorProfile, Service, ServicePlace
from instructors.models.profiles import ProfileQuerySet
from instructors.repositories import profiles as repository


@measure_operation
def listed() -> ProfileQuerySet:
    """All live profiles, by name, lazily: the caller takes a page of them."""
    return repository.public_profiles()


@measure_operation
def public(*, slug: str) -> InstructorProfile:
    """One live profile with services and places. Raises NotFound."""
    found = repository.public_profiles().filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no instructor at this address.")
    return found


@dataclass(frozen=True)
class OfferedService:
    """A service with the places it is given at, the least expensive first."""

    service: Service
    places: list[ServicePlace]


@dataclass(frozen=True)
class Shown:
    """All of an instructor that their page shows, but times and reviews. `areas` are (slug, name), by name."""

    profile: InstructorProfile
    areas: list[tuple[str, str]]
    services: list[OfferedService]


@measure_operation
def shown(*, slug: str) -> Shown:
    """One live instructor, for their page, in two statements. Raises NotFound."""
    found = repository.public_profile(slug)
    if found is None:
        raise NotFound("There is no instructor at this address.")
    rows = groupby(repository.offered_by(found.profile.pk), key=lambda offer: offer.service_id)
    offers = [list(places) for _, places in rows]
    return Shown(found.profile, found.areas, [OfferedService(places[0].service, places) for places in offers])


@measure_operation
def usual_length(*, service: Service) -> int:
    """The length to show first, in minutes: an hour where it is offered, else the one closest to it."""
    return min(service.lengths, key=lambda minutes: (abs(minutes - policy.DEFAULT_LESSON_MINUTES), minutes))
