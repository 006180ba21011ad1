"""How a person begins to teach: the profile, where they teach, and going live once nothing is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import people
from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import DomainError, Invalid, NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.text import readable
from instructors.models import InstructorProfile, Neighborhood
from instructors.models.profiles import RESERVED_SLUGS, Step
from instructors.repositories import calendar as calendar_repository
from instructors.repositories import setup as repository
from instructors.repositories.setup import TeachingSide
from instructors.services import calendar, horizon, offers, settings


class NotComplete(DomainError):
    """A profile cannot go live: something is missing."""

    code, status = "not_complete", 409
    sentence = "Your profile is not complete."

    @classmethod
    def without(cls, steps: Sequence[Step]) -> "NotComplete":
        """The refusal that names what is missing."""
        return cls(f"To go live, finish first: {', '.join(step.label for step in steps)}.")


class Suspended(DomainError):
    """Staff have taken the profile off the site."""

    code, status = "conflict", 409
    sentence = "Your profile is suspended, so it cannot go live."


@dataclass(frozen=True)
class Changes:
    """What of a profile shall be different. None leaves a thing as it is; an empty place_neighborhood is none."""

    headline: str | None = None
    bio: str | None = None
    neighborhoods: Sequence[str] | None = None
    place_neighborhood: str | None = None
    buffer_minutes: int | None = None
    overnight_guard: bool | None = None


def free_slug(name: str) -> str:
    """A slug that nobody has: the name's own, or with -2, -3, …"""
    stem = slugify(name) or "instructor"
    taken = repository.slugs_beginning(stem) | set(RESERVED_SLUGS)
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


@measure_operation
@under_lock
def begin_to_teach(*, person: User, headline: str = "", bio: str = "") -> InstructorProfile:
    """Give a person the teaching side: a profile that is not live yet, its tie, and the instructor's names.

    Who has it already keeps it as it is.
    """
    calendar.lock(person_ids=[person.pk])
    if found := repository.teaching_side(person.pk):
        return found.profile
    repository.lock_newcomers()
    profile = repository.add_profile(user=person, slug=free_slug(person.public_name), headline=headline, bio=bio)
    people.tie(thing=profile, people={"own_profile": person.pk})
    people.grant(person=person, bundles=[Bundle.INSTRUCTOR])
    return profile


@measure_operation
def read(*, instructor_id: int) -> TeachingSide:
    """One's own teaching side. Raises NotFound for who does not teach."""
    found = repository.teaching_side(instructor_id)
    if found is None:
        raise NotFound
    return found


def unplaced(side: TeachingSide) -> dict[str, str]:
    """What the places of the active services ask for and is not said, by field."""
    lacking = {}
    if Place.STUDENT in side.places and not side.areas:
        lacking["neighborhoods"] = "Lessons at the student's place need the neighborhoods that you travel to."
    if Place.INSTRUCTOR in side.places and side.profile.place_neighborhood is None:
        lacking["place_neighborhood"] = "Lessons at your own place need its neighborhood."
    return lacking


@measure_operation
def missing(*, side: TeachingSide) -> list[Step]:
    """The steps that are not done, in their order. Where one teaches is judged by the services on offer."""
    profile = side.profile
    done = {
        Step.PROFILE: bool(profile.headline and profile.bio),
        Step.PHOTO: bool(profile.photo),
        Step.SERVICES: bool(side.places),
        Step.PLACES: bool(side.places or side.areas or profile.place_neighborhood) and not unplaced(side),
        Step.HOURS: side.has_hours,
    }
    return [step for step in Step if not done[step]]


@measure_operation
@under_lock
def change(*, instructor_id: int, changes: Changes, now: datetime) -> None:
    """Change what an instructor says of themselves, where they teach, and their calendar's settings; all or nothing.

    Neighbourhoods go by slug. Raises NotFound for who does not teach, Invalid for words that nobody can read, for a
    neighbourhood that is none, and for taking away from a live profile a place that its services need.
    """
    calendar.lock(person_ids=[instructor_id])
    side = read(instructor_id=instructor_id)
    profile = side.profile
    repository.record_words(
        profile,
        headline=profile.headline if changes.headline is None else _words("headline", changes.headline, lines=False),
        bio=profile.bio if changes.bio is None else _words("bio", changes.bio, lines=True),
    )
    if changes.neighborhoods is not None:
        repository.record_areas(profile, _areas("neighborhoods", changes.neighborhoods))
    if changes.place_neighborhood is not None:
        own = _areas("place_neighborhood", [changes.place_neighborhood] if changes.place_neighborhood else [])
        repository.record_place(profile, own[0] if own else None)
    if changes.buffer_minutes is not None or changes.overnight_guard is not None:
        minutes, guard = changes.buffer_minutes, changes.overnight_guard
        settings.save(
            instructor_id=instructor_id,
            buffer_minutes=profile.buffer_minutes if minutes is None else minutes,
            overnight_guard=profile.overnight_guard if guard is None else guard,
            now=now,
        )
    check_placed(instructor_id=instructor_id)
    offers.publish(instructor_ids=[instructor_id])


def _words(field: str, text: str, *, lines: bool) -> str:
    told = readable(text, lines=lines)
    if not told:
        raise Invalid.field(field, "Write something that students can read.")
    return told


def _areas(field: str, slugs: Sequence[str]) -> list[Neighborhood]:
    """The neighbourhoods of these slugs. Raises Invalid, naming the field, for one that is none."""
    found = repository.neighborhoods(slugs)
    if unknown := sorted(set(slugs) - {area.slug for area in found}):
        raise Invalid.field(field, f"There is no neighborhood “{unknown[0]}”. Use its slug, such as park-slope.")
    return found


def check_placed(*, instructor_id: int) -> None:
    """Raise Invalid where a live profile lacks what the places of its services ask for: it could not be booked."""
    side = read(instructor_id=instructor_id)
    if side.profile.live_since and (lacking := unplaced(side)):
        raise Invalid(" ".join(lacking.values()), fields={field: [sentence] for field, sentence in lacking.items()})


@measure_operation
@under_lock
def go_live(*, instructor_id: int, now: datetime) -> None:
    """Show a profile to the public from now on, lessons taken elsewhere counted. The first 100 are founders for life.

    Who is live already stays so. Raises NotFound for who does not teach, Suspended, NotComplete with what is missing.
    """
    calendar.lock(person_ids=[instructor_id])
    side = read(instructor_id=instructor_id)
    profile = side.profile
    if profile.suspended_at:
        raise Suspended
    if profile.live_since:
        return
    if lacking := missing(side=side):
        raise NotComplete.without(lacking)
    calendar_repository.lay_time_off(instructor_id=instructor_id)
    horizon.extend(now=now, only=instructor_id)
    repository.lock_newcomers()  # the hundredth founder is one person
    profile.live_since = now
    profile.founding = profile.founding or repository.founders() < policy.FOUNDING_INSTRUCTORS
    repository.record_going_live(profile)
    offers.publish(instructor_ids=[instructor_id])
