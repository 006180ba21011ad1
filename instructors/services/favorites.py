"""Whom a person would like to find again, each with the next times that can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db import transaction

from instainstru.core import policy
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Offer
from instructors.repositories import favorites as repository
from instructors.services import free_time, profiles
from instructors.services.free_time import LessonKind
from instructors.services.kept import changed, kept


@measure_operation
def add(*, person_id: int, slug: str, now: datetime) -> InstructorProfile:
    """Put a live instructor on a person's list; once more changes nothing. Raises NotFound."""
    instructor = profiles.shown(slug=slug).profile
    with transaction.atomic():
        repository.add(person_id=person_id, instructor=instructor, at=now)
        changed(list_of(person_id))
    return instructor


@measure_operation
def remove(*, person_id: int, slug: str) -> InstructorProfile:
    """Take an instructor, live or not, off a person's list; once more changes nothing. Raises NotFound."""
    instructor = repository.profile_of(slug)
    if instructor is None:
        raise NotFound("There is no instructor at this address.")
    with transaction.atomic():
        repository.remove(person_id=person_id, instructor=instructor)
        changed(list_of(person_id))
    return instructor


@measure_operation
def slugs(*, person_id: int) -> frozenset[str]:
    """The slugs of all on a person's list: kept, because every page with an instructor on it asks."""
    return kept("favorites", list_of(person_id), work_out=lambda: repository.slugs_of(person_id))


def list_of(person_id: int) -> str:
    """What changes together, and so is kept together: one person's list."""
    return f"favorites-of-{person_id}"


@dataclass(frozen=True)
class Bookable:
    """The least expensive lesson of an instructor that is free, and its next starts (UTC)."""

    offer: Offer
    minutes: int
    places: list[Place]
    starts: list[datetime]


@dataclass(frozen=True)
class Line:
    """One instructor on a list, and what can be booked with them: None while they are paused or nothing is free."""

    instructor: InstructorProfile
    bookable: Bookable | None

    @property
    def live(self) -> bool:
        """Whether they have a page."""
        return self.instructor.is_live


@dataclass(frozen=True)
class Favorites:
    """A page of a person's list, the latest first."""

    lines: list[Line]
    number: int
    pages: int


@measure_operation
def listed(*, person_id: int, page: int, now: datetime) -> Favorites:
    """A page of a person's list with the next bookable times of each, all times in one statement.

    For a number beyond the last page the last one.
    """
    pages = Paginator(repository.of(person_id), policy.RESULTS_A_PAGE)
    found = pages.get_page(page)
    instructors = [favorite.instructor for favorite in found]
    bookable = _bookable([one.pk for one in instructors], now=now)
    return Favorites([Line(one, bookable.get(one.pk)) for one in instructors], found.number, pages.num_pages)


def _bookable(instructor_ids: Sequence[int], *, now: datetime) -> dict[int, Bookable]:
    """By instructor, the least expensive offer of the usual length that has times."""
    offers = repository.offers_of(instructor_ids)
    kinds = [LessonKind(one.instructor, Place(one.place), profiles.usual_length(service=one.service)) for one in offers]
    times = free_time.next_times(kinds=kinds, limit=policy.CARD_TIMES, now=now)
    found: dict[int, Bookable] = {}
    for offer, kind, starts in zip(offers, kinds, times, strict=True):
        if starts and offer.instructor_id not in found:
            places = [Place(one.place) for one in offers if one.service_id == offer.service_id]
            found[offer.instructor_id] = Bookable(offer, kind.minutes, places, starts)
    return found
