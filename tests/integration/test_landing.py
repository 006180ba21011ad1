"""Pages to arrive at: a subject in a borough, where somebody teaches it in person."""

from typing import Any

import pytest

from instainstru.core.errors import NotFound
from instainstru.core.policy import Place
from instructors.services import landing
from tests.factories import UserFactory, teaching


@pytest.fixture
def city(noon):
    """Ana and Bo teach piano in Brooklyn, Ana in Queens too; Cy guitar in Brooklyn; Di cello online."""
    people: dict[str, dict[str, Any]] = {
        "Ana": {"serves": ("Park Slope", "Forest Hills")},
        "Bo": {"prices": {Place.STUDENT: 15_000}},
        "Cy": {"subject": "Guitar"},
        "Di": {"subject": "Cello", "prices": {Place.ONLINE: 7000}},
    }
    for name, settings in people.items():
        teaching(UserFactory.create(first_name=name), now=noon, **settings)


def of(subject, borough):
    return landing.of(category="music", subject=subject, borough=borough)


def test_it_counts_people_and_prices_in_person(city):
    found = of("piano", "brooklyn")
    assert (found.here.instructors, found.here.from_cents, found.here.to_cents) == (2, 8000, 15_000)
    assert (found.subject.name, found.category.name, found.here.name) == ("Piano", "Music", "Brooklyn")


def test_it_knows_the_boroughs_beside_it_and_what_else_is_taught_there(city):
    found = of("piano", "brooklyn")
    assert [(one.slug, one.instructors) for one in found.elsewhere] == [("queens", 1)]
    assert [(line.slug, number) for line, number in found.neighbors] == [("guitar", 1)]
    assert [(line.slug, number) for line, number in of("guitar", "brooklyn").neighbors] == [("piano", 2)]
    assert of("piano", "queens").neighbors == []


@pytest.mark.parametrize(
    ("category", "subject", "borough"),
    [
        ("music", "piano", "bronx"),
        ("music", "cello", "brooklyn"),  # online is nowhere in particular
        ("music", "piano", "atlantis"),
        ("music", "nothing", "brooklyn"),
        ("dance", "piano", "brooklyn"),
    ],
)
def test_where_nobody_teaches_there_is_none(city, category, subject, borough):
    with pytest.raises(NotFound):
        landing.of(category=category, subject=subject, borough=borough)


def test_everywhere_lists_each_and_no_more(city):
    assert set(landing.everywhere()) == {
        ("music", "piano", "brooklyn"),
        ("music", "piano", "queens"),
        ("music", "guitar", "brooklyn"),
    }
