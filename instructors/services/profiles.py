"""Instructors as the public sees them, and how a person begins to teach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import people
from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Service, ServicePlace, Subject
from instructors.models.profiles import RESERVED_SLUGS, ProfileQuerySet
from instructors.repositories import calendar as calendar_repository
from instructors.repositories import profiles as repository
from instructors.services import calendar, horizon, offers


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


def free_slug(name: str) -> str:
    """A slug that nobody has: the name's own, or with -2, -3, …"""
    stem = slugify(name) or "instructor"
    taken = repository.slugs_beginning(stem) | set(RESERVED_SLUGS)
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


@measure_operation
def begin_to_teach(*, person: User, headline: str, bio: str) -> InstructorProfile:
    """Give a person the teaching side: a profile that is not live yet, its tie, and the instructor's names."""
    with transaction.atomic():
        profile = repository.add_profile(user=person, slug=free_slug(person.public_name), headline=headline, bio=bio)
        people.tie(thing=profile, people={"own_profile": person.pk})
        people.grant(person=person, bundles=[Bundle.INSTRUCTOR])
    return profile


@measure_operation
def offer(*, profile: InstructorProfile, subject: Subject, lengths: Sequence[int], prices: dict[Place, int]) -> Service:
    """Add a service with its price per hour (cents) for each place."""
    with transaction.atomic():
        service = repository.add_service(profile=profile, subject=subject, lengths=lengths, prices=prices)
        people.tie(thing=service, people={"own_service": profile.pk})
        offers.publish(instructor_ids=[profile.pk])
    return service


@measure_operation
@under_lock
def go_live(*, profile: InstructorProfile, now: datetime) -> None:
    """Show a profile to the public from now on, lessons taken elsewhere counted. The first 100 are founders."""
    calendar.lock(person_ids=[profile.pk])
    profile.live_since = now
    profile.founding = profile.founding or repository.founders() < policy.FOUNDING_INSTRUCTORS  # for life
    repository.record_going_live(profile)
    calendar_repository.lay_time_off(instructor_id=profile.pk)
    horizon.extend(now=now, only=profile.pk)
    offers.publish(instructor_ids=[profile.pk])


@measure_operation
def set_places(*, profile: InstructorProfile, served: Sequence[str], own: str | None) -> None:
    """Say where an instructor travels to, and where their own place is: neighbourhoods by slug."""
    with transaction.atomic():
        repository.record_places(profile, served=served, own=own)
        offers.publish(instructor_ids=[profile.pk])
