"""What one instructor offers: added, changed, paused and taken away by themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from accounts.services import people
from instainstru.core import money, policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Audience, Level, Place
from instructors.models import Service, Subject
from instructors.repositories import offering as repository
from instructors.services import calendar, catalogue, offers, setup

T = TypeVar("T")


@dataclass(frozen=True)
class Terms:
    """What a service is offered at. None leaves a thing as it is, or of a new service as is usual.

    lengths are minutes, prices cents an hour for each place that it is given at; what is not active is paused.
    """

    description: str | None = None
    levels: Collection[str] | None = None
    ages: Collection[str] | None = None
    lengths: Collection[int] | None = None
    prices: Mapping[Place, int] | None = None
    active: bool | None = None


@measure_operation
def own(*, instructor_id: int) -> QuerySet[Service]:
    """What an instructor offers or has paused, by subject, with places; lazily. What is retired is not among it."""
    return repository.services_of(instructor_id)


@measure_operation
def one(*, instructor_id: int, service_id: int) -> Service:
    """One of these services. Raises NotFound for any other."""
    found = repository.services_of(instructor_id).filter(pk=service_id).first()
    if found is None:
        raise NotFound
    return found


@measure_operation
def subjects_left(*, instructor_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """The subjects that an instructor does not offer yet: categories with the (slug, name) of theirs, by name."""
    has = {service.subject.slug for service in repository.services_of(instructor_id)}
    return [
        (
            category.name,
            sorted(
                (
                    (subject.slug, subject.name)
                    for group in category.subcategories.all()
                    for subject in group.subjects.all()
                    if subject.slug not in has
                ),
                key=lambda subject: subject[1],
            ),
        )
        for category in catalogue.tree()
    ]


@measure_operation
def teachable(*, slug: str) -> Subject:
    """A subject with its category. Raises Invalid, naming the field, when there is none of this slug."""
    found = repository.subject_of(slug)
    if found is None:
        raise Invalid.field("subject", "The catalog has no such subject. Use its slug, such as piano.")
    return found


@measure_operation
@under_lock
def add(*, instructor_id: int, subject: str, terms: Terms) -> Service:
    """Offer a subject (by slug) that is not offered yet: in search at once, where the profile is live.

    Raises Invalid, naming the field, for terms that cannot be and for a subject that is offered already.
    """
    calendar.lock(person_ids=[instructor_id])
    taught = teachable(slug=subject)
    if repository.services_of(instructor_id).filter(subject=taught).exists():
        raise Invalid.field("subject", f"You offer {taught.name} already. Change that service instead.")
    usual = [policy.DEFAULT_LESSON_MINUTES]
    service = Service(instructor_id=instructor_id, subject=taught, lengths=usual, ages=taught.ages)
    _write(service, terms)
    people.tie(thing=service, people={"own_service": instructor_id})
    return _published(service)


@measure_operation
@under_lock
def change(*, instructor_id: int, service_id: int, terms: Terms) -> Service:
    """Change, pause or resume a service: in search at once. Booked lessons keep what they were booked at.

    Raises NotFound for what is not theirs or retired, Invalid, naming the field, for terms that cannot be.
    """
    calendar.lock(person_ids=[instructor_id])
    service = one(instructor_id=instructor_id, service_id=service_id)
    _write(service, terms)
    return _published(service)


@measure_operation
@under_lock
def remove(*, instructor_id: int, service_id: int, now: datetime) -> None:
    """Take a service away. One that lessons were booked of is retired: kept for them, and shown nowhere.

    Whoever books holds the instructor's calendar, too: no lesson is booked of it in between. Raises NotFound.
    """
    calendar.lock(person_ids=[instructor_id])
    repository.remove_or_retire(one(instructor_id=instructor_id, service_id=service_id), now=now)
    offers.publish(instructor_ids=[instructor_id])


def _write(service: Service, terms: Terms) -> None:
    """Keep a service with what the terms say. Raises Invalid."""
    if terms.description is not None:
        service.description = terms.description
    if terms.active is not None:
        service.active = terms.active
    if terms.levels is not None:
        service.levels = _some("levels", Level.values, terms.levels)
    if terms.ages is not None:
        service.ages = _some("ages", Audience.values, terms.ages)
    if terms.lengths is not None:
        service.lengths = _some("lengths", policy.LENGTHS, terms.lengths)
    if terms.prices is not None or service.pk is None:
        prices = terms.prices or {}
        _check_prices(service.subject, prices)
        repository.save_service(service)
        repository.replace_prices(service, prices)
    else:
        repository.save_service(service)


def _some(field: str, known: Collection[T], chosen: Collection[T]) -> list[T]:
    """What is chosen, each once and in the usual order. Raises Invalid for nothing, and for what is not known."""
    if not chosen or not set(chosen) <= set(known):
        raise Invalid.field(field, f"Choose at least one of: {', '.join(map(str, known))}.")
    return [one for one in known if one in chosen]


def _check_prices(subject: Subject, prices: Mapping[Place, int]) -> None:
    """Raise Invalid for no place, for one that the subject is not taught at, and for a price out of bounds."""
    if not prices:
        raise Invalid.field("places", "Give a price for at least one place.")
    for place, cents in prices.items():
        if place not in subject.places:
            raise Invalid.field("places", f"{subject.name} is not taught {place.own_label.lower()}.")
        if fault := money.rate_fault(place=place, hourly_cents=cents):
            raise Invalid.field("places", fault)


def _published(service: Service) -> Service:
    """The service as it is now in search, too. Raises Invalid where a live profile lacks what its places ask for."""
    try:
        setup.check_placed(instructor_id=service.instructor_id)
    except Invalid as lacking:
        raise Invalid.field("places", lacking.message) from None
    offers.publish(instructor_ids=[service.instructor_id])
    return one(instructor_id=service.instructor_id, service_id=service.pk)
