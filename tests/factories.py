"""Rows for tests. People get their bundles, instructors their ties: as the services would give them."""

from collections.abc import Mapping
from collections.abc import Sequence as Sequence_
from datetime import datetime
from typing import Any

from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from accounts.models import User
from accounts.permissions import Bundle
from accounts.services import people
from instainstru.core.policy import Place
from instructors.models import Borough, Category, InstructorProfile, Neighborhood, Service, Subcategory, Subject
from instructors.services import hours, offering, setup
from instructors.services.offering import Terms

PASSWORD = "Lesson-2026!"
EVERY_DAY = [[(9 * 60, 21 * 60)]] * 7
PRICES = {Place.ONLINE: 6000, Place.INSTRUCTOR: 8000, Place.STUDENT: 9000}


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    first_name = "Pat"
    last_name = Sequence(lambda n: f"Person{n}")
    email = Sequence(lambda n: f"person{n}@example.com")

    @post_generation
    def bundles(self: User, create: bool, given: list[Bundle] | None, **_: Any) -> None:
        """A student, unless told otherwise."""
        people.grant(person=self, bundles=[Bundle.MEMBER, *(given if given is not None else [Bundle.STUDENT])])


class BoroughFactory(DjangoModelFactory[Borough]):
    class Meta:
        model = Borough
        django_get_or_create = ("slug",)

    name = "Brooklyn"
    slug = LazyAttribute(lambda o: o.name.lower().replace(" ", "-"))


class NeighborhoodFactory(DjangoModelFactory[Neighborhood]):
    class Meta:
        model = Neighborhood
        django_get_or_create = ("slug",)

    name = "Park Slope"
    slug = LazyAttribute(lambda o: o.name.lower().replace(" ", "-"))
    code = Sequence(lambda n: f"T{n:05}")
    borough = SubFactory(BoroughFactory)


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category
        django_get_or_create = ("slug",)

    name = "Music"
    slug = "music"


class SubcategoryFactory(DjangoModelFactory[Subcategory]):
    class Meta:
        model = Subcategory
        django_get_or_create = ("slug",)

    name = "Keyboards"
    slug = "keyboards"
    category = SubFactory(CategoryFactory)


class SubjectFactory(DjangoModelFactory[Subject]):
    class Meta:
        model = Subject
        django_get_or_create = ("slug",)

    name = "Piano"
    slug = LazyAttribute(lambda o: o.name.lower().replace(" ", "-"))
    subcategory = SubFactory(SubcategoryFactory)
    ages = ["kids", "adults"]
    places = Place.values


def offering_of(
    profile: InstructorProfile,
    subject: str = "Piano",
    *,
    lengths: Sequence_[int] = (60,),
    prices: Mapping[Place, int] | None = None,
) -> Service:
    """What somebody offers, whether they are live or not."""
    taught = SubjectFactory.create(name=subject)
    terms = Terms(lengths=lengths, prices=prices or {Place.ONLINE: 6000})
    return offering.add(instructor_id=profile.pk, subject=taught.slug, terms=terms)


def teaching(
    person: User,
    *,
    now: datetime,
    subject: str = "Piano",
    week: list[list[tuple[int, int]]] | None = None,
    lengths: tuple[int, ...] = (30, 45, 60, 90),
    prices: dict[Place, int] | None = None,
    serves: tuple[str, ...] = ("Park Slope",),
    **settings: Any,
) -> Service:
    """A live instructor's service, with hours worked out from `now` on. `settings` go to the profile.

    Their photo is no file, and gone once they are live: pages draw their initials.
    """
    profile = setup.begin_to_teach(person=person, headline="Lessons for everyone", bio="I teach.")
    areas = [NeighborhoodFactory.create(name=name) for name in serves]
    complete = {"photo": "photos/face.webp", "place_neighborhood": areas[0] if areas else None}
    of_theirs = InstructorProfile.objects.filter(pk=profile.pk)
    of_theirs.update(**complete | settings)
    profile.neighborhoods.set(areas)
    service = offering_of(profile, subject, lengths=lengths, prices=prices or PRICES)
    wanted = EVERY_DAY if week is None else week
    _work(profile, wanted if any(wanted) else EVERY_DAY, now=now)
    setup.go_live(instructor_id=profile.pk, now=now)
    of_theirs.update(photo="")
    if not any(wanted):
        _work(profile, wanted, now=now)
    return Service.objects.select_related("instructor__user", "subject").get(pk=service.pk)


def _work(profile: InstructorProfile, week: list[list[tuple[int, int]]], *, now: datetime) -> None:
    version = hours.read(instructor_id=profile.pk).version
    hours.save(instructor_id=profile.pk, days=week, versions=[version], now=now)
