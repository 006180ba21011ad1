"""Instructors as the public sees them."""

import pytest

from instainstru.core.errors import NotFound
from instructors.models import InstructorProfile, Service
from instructors.services import catalogue, profiles, setup
from tests.factories import UserFactory, teaching
from tests.fixtures import NOON

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
    setup.begin_to_teach(person=UserFactory.create(first_name="Aaron"))
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
