"""Instructors as the public sees them, and how a person begins to teach."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.permissions import PermissionName
from instainstru.core import policy
from instainstru.core.errors import NotFound
from instainstru.core.permissions import may
from instainstru.core.policy import Place
from instructors.models import InstructorProfile, Service
from instructors.services import catalogue, profiles
from tests.factories import NeighborhoodFactory, SubjectFactory, UserFactory, teaching
from tests.fixtures import NOON


def begin(first: str, last: str) -> InstructorProfile:
    """Somebody who begins to teach."""
    return profiles.begin_to_teach(
        person=UserFactory.create(first_name=first, last_name=last), headline="Piano", bio=""
    )


# Beginning to teach


def test_who_begins_to_teach_is_not_public_yet(ana):
    profile = profiles.begin_to_teach(person=ana, headline="Piano", bio="I teach.")
    assert (profile.slug, profile.live_since, profile.founding) == ("ana-r", None, False)
    assert (profile.buffer_minutes, profile.overnight_guard) == (15, True)
    assert may(type(ana).objects.get(pk=ana.pk), PermissionName.MANAGE_INSTRUCTOR_PROFILE, profile)
    with pytest.raises(NotFound):
        profiles.public(slug="ana-r")


def test_nobody_begins_twice(ana):
    profiles.begin_to_teach(person=ana, headline="Piano", bio="")
    with pytest.raises(IntegrityError):
        profiles.begin_to_teach(person=ana, headline="Piano", bio="")


def test_slugs_are_nobodys_twice_nor_reserved_nor_empty(db):
    assert [begin("Ana", "Ruiz").slug for _ in range(3)] == ["ana-r", "ana-r-2", "ana-r-3"]
    assert begin("Ana", "").slug == "ana"  # though others begin so
    assert begin("Search", "").slug == "search-2"
    assert begin("Ольга", "").slug == "instructor"
    assert begin("Лев", "").slug == "instructor-2"


def test_a_slug_that_only_begins_like_another_takes_nothing_from_it(db):
    assert begin("Ana", "Ruiz").slug == "ana-r"
    begin("Ana-R-2", "")
    assert begin("Ana", "Rossi").slug == "ana-r-3"


def test_lengths_are_kept_in_order_and_prices_by_place(ana):
    profile = profiles.begin_to_teach(person=ana, headline="Piano", bio="")
    service = profiles.offer(
        profile=profile,
        subject=SubjectFactory.create(),
        lengths=[60, 30],
        prices={Place.ONLINE: 7000, Place.STUDENT: 9000},
    )
    assert (service.lengths, service.name, str(service)) == ([30, 60], "Piano", f"{service.subject_id} by {ana.pk}")
    prices = {price.place: price.hourly_cents for price in service.places.all()}
    assert prices == {Place.ONLINE: 7000, Place.STUDENT: 9000}
    assert may(type(ana).objects.get(pk=ana.pk), PermissionName.MANAGE_SERVICES, service)


def test_a_refused_price_leaves_no_service(ana):
    profile = profiles.begin_to_teach(person=ana, headline="Piano", bio="")
    with pytest.raises(IntegrityError, match="service_price_in_bounds"):
        profiles.offer(profile=profile, subject=SubjectFactory.create(), lengths=[60], prices={Place.ONLINE: 5999})
    assert not Service.objects.exists()


def test_places_are_where_somebody_travels_to_and_their_own(ana):
    profile = profiles.begin_to_teach(person=ana, headline="Piano", bio="")
    for name in ("Park Slope", "Astoria Heights", "Dumbo East"):
        NeighborhoodFactory.create(name=name)
    profiles.set_places(profile=profile, served=["park-slope", "dumbo-east"], own="astoria-heights")
    assert [area.slug for area in catalogue.served_by(instructor_id=ana.pk)] == ["dumbo-east", "park-slope"]
    assert InstructorProfile.objects.get(place_neighborhood__slug="astoria-heights").pk == ana.pk
    profiles.set_places(profile=profile, served=[], own=None)
    assert catalogue.served_by(instructor_id=ana.pk) == []
    assert InstructorProfile.objects.get().place_neighborhood is None


# Going public


def test_the_first_hundred_are_founders(db, noon, monkeypatch):
    assert policy.FOUNDING_INSTRUCTORS == 100
    monkeypatch.setattr(policy, "FOUNDING_INSTRUCTORS", 3)
    for name in ("First", "Second", "Third", "Fourth"):
        profiles.go_live(profile=begin(name, "X"), now=noon)
    founders = InstructorProfile.objects.filter(founding=True).order_by("pk")
    assert [founder.user.first_name for founder in founders] == ["First", "Second", "Third"]


def test_a_founder_is_one_for_life(ana_teaches_piano, noon, monkeypatch):
    monkeypatch.setattr(policy, "FOUNDING_INSTRUCTORS", 1)
    profile = InstructorProfile.objects.get(pk=ana_teaches_piano.instructor_id)
    profiles.go_live(profile=profile, now=noon + timedelta(days=30))  # back after a pause
    assert InstructorProfile.objects.get(pk=profile.pk).founding


# Shown


def test_a_public_profile_is_found_by_its_slug(ana_teaches_piano):
    assert profiles.public(slug="ana-r").pk == ana_teaches_piano.instructor_id


@pytest.mark.parametrize("slug", ["ana", "ANA-R", "", "nobody"])
def test_what_nobody_is_called_is_not_found(ana_teaches_piano, slug):
    with pytest.raises(NotFound):
        profiles.public(slug=slug)


def test_who_may_not_sign_in_is_not_shown(ana_teaches_piano, ana):
    ana.is_active = False
    ana.save()
    assert list(profiles.listed()) == []
    with pytest.raises(NotFound):
        profiles.public(slug="ana-r")


def test_public_profiles_are_listed_by_name(ana_teaches_piano, stranger_teaches_guitar, sam, noon):
    bea = UserFactory.create(first_name="Bea", last_name="Adams")
    teaching(bea, now=noon)
    begin("Aaron", "Notyet")
    assert [profile.user.first_name for profile in profiles.listed()] == ["Ana", "Bea", "Noor"]


def test_a_service_that_is_given_no_more_is_not_shown(ana_teaches_piano):
    assert len(profiles.public(slug="ana-r").services.all()) == 1
    Service.objects.update(active=False)
    assert len(profiles.public(slug="ana-r").services.all()) == 0


@pytest.mark.parametrize(
    ("lengths", "shown"), [([30, 60, 90], 60), ([30, 90], 30), ([45, 90], 45), ([90], 90), ([45, 75], 45)]
)
def test_an_hour_is_shown_first_or_what_is_closest_to_it(lengths, shown):
    assert profiles.usual_length(service=Service(lengths=lengths)) == shown


# The catalogue, and one service


def test_a_service_is_shown_while_it_is_given(ana_teaches_piano, ana):
    assert catalogue.shown(service_id=ana_teaches_piano.pk).pk == ana_teaches_piano.pk
    for hide in (
        lambda: Service.objects.update(active=False),
        lambda: (Service.objects.update(active=True), InstructorProfile.objects.update(live_since=None)),
        lambda: (InstructorProfile.objects.update(live_since=NOON), type(ana).objects.update(is_active=False)),
    ):
        hide()
        with pytest.raises(NotFound):
            catalogue.shown(service_id=ana_teaches_piano.pk)


@pytest.mark.parametrize("pk", [0, -1, 10**30])
def test_a_service_that_is_none_is_not_found(db, pk):
    with pytest.raises(NotFound):
        catalogue.shown(service_id=pk)


def test_the_catalogue_has_every_subject_of_the_city(db):
    tree = catalogue.tree()
    subjects = [subject for top in tree for group in top.subcategories.all() for subject in group.subjects.all()]
    assert (len(tree), len(subjects)) == (7, 224)
    assert "piano" in {subject.slug for subject in subjects}
    assert catalogue.subject(slug="piano").name == "Piano"
    with pytest.raises(NotFound):
        catalogue.subject(slug="alchemy")


def test_neighborhoods_are_listed_by_name_with_their_borough(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = [(area.name, area.borough.name) for area in catalogue.neighborhoods()]
    assert len(found) == 197
    assert found == sorted(found)
    assert ("Park Slope", "Brooklyn") in found
