"""A person's list of instructors, and what can be booked with each."""

from datetime import timedelta

import pytest

from instainstru.core import policy
from instainstru.core.errors import NotFound
from instainstru.core.policy import Place
from instructors.models import Favorite, InstructorProfile
from instructors.services import favorites, offers
from tests.factories import UserFactory, offering_of, teaching
from tests.fixtures import NOON, clock_times, off


def like(person, *services, now=NOON):
    """Put instructors on a list, one a minute."""
    for minute, service in enumerate(services):
        favorites.add(person_id=person.pk, slug=service.instructor.slug, now=now + timedelta(minutes=minute))


def listed(person, page=1):
    """A page of a list."""
    return favorites.listed(person_id=person.pk, page=page, now=NOON)


def test_twice_is_once_and_keeps_its_place(ana_teaches_piano, stranger_teaches_guitar, sam):
    like(sam, ana_teaches_piano, stranger_teaches_guitar, ana_teaches_piano)
    assert [line.instructor.slug for line in listed(sam).lines] == ["noor-s", "ana-r"]
    assert Favorite.objects.count() == 2


def test_removing_takes_off_ones_own_and_no_one_elses(ana_teaches_piano, sam, stranger):
    like(sam, ana_teaches_piano)
    like(stranger, ana_teaches_piano)
    for _ in range(2):
        assert favorites.remove(person_id=sam.pk, slug="ana-r").pk == ana_teaches_piano.instructor_id
    assert favorites.slugs(person_id=sam.pk) == frozenset()
    assert favorites.slugs(person_id=stranger.pk) == {"ana-r"}


def test_the_kept_list_follows_each_change(ana_teaches_piano, sam, django_capture_on_commit_callbacks):
    assert favorites.slugs(person_id=sam.pk) == frozenset()
    with django_capture_on_commit_callbacks(execute=True):
        like(sam, ana_teaches_piano)
    assert favorites.slugs(person_id=sam.pk) == {"ana-r"}
    with django_capture_on_commit_callbacks(execute=True):
        favorites.remove(person_id=sam.pk, slug="ana-r")
    assert favorites.slugs(person_id=sam.pk) == frozenset()


def test_who_is_not_there_cannot_be_liked(ana_teaches_piano, sam):
    with pytest.raises(NotFound):
        favorites.add(person_id=sam.pk, slug="nobody", now=NOON)
    with pytest.raises(NotFound):
        favorites.remove(person_id=sam.pk, slug="nobody")
    InstructorProfile.objects.update(live_since=None)
    with pytest.raises(NotFound):
        favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)


def test_each_has_the_next_times_of_the_least_expensive_lesson_that_is_free(ana_teaches_piano, sam):
    like(sam, ana_teaches_piano)
    [line] = listed(sam).lines
    assert line.bookable is not None
    assert (line.bookable.offer.place, line.bookable.minutes) == (Place.ONLINE, 60)
    assert line.bookable.places == [Place.ONLINE, Place.INSTRUCTOR, Place.STUDENT]
    assert clock_times(line.bookable.starts) == ["13:00", "13:15", "13:30", "13:45"]


def test_another_lesson_stands_in_for_one_without_times(ana, sam, noon):
    """Three quarters of an hour a day have no room for an hour."""
    service = teaching(ana, now=noon, week=[[(9 * 60, 9 * 60 + 45)]] * 7, lengths=(60,))
    offering_of(service.instructor, "Guitar", lengths=[45], prices={Place.ONLINE: 9000})
    like(sam, service)
    [line] = listed(sam).lines
    assert line.bookable is not None
    assert (line.bookable.offer.service.name, line.bookable.minutes) == ("Guitar", 45)


def test_who_is_paused_gone_or_booked_out_has_no_times(ana_teaches_piano, stranger_teaches_guitar, sam):
    third = teaching(UserFactory.create(first_name="Cy"), now=NOON, subject="Cello")
    fourth = teaching(UserFactory.create(first_name="Di"), now=NOON, subject="Drums")
    like(sam, ana_teaches_piano, stranger_teaches_guitar, third, fourth)
    InstructorProfile.objects.filter(pk=ana_teaches_piano.instructor_id).update(live_since=None)
    type(sam).objects.filter(pk=stranger_teaches_guitar.instructor_id).update(is_active=False)
    for day in range(policy.FREE_TIME_KEPT_DAYS):
        off(third, "00:00", "24:00", day=NOON.date() + timedelta(days=day))
    offers.publish(instructor_ids=[ana_teaches_piano.instructor_id, stranger_teaches_guitar.instructor_id])
    lines = listed(sam).lines
    assert [(line.live, line.bookable is None) for line in lines] == [
        (True, False),
        (True, True),
        (False, True),
        (False, True),
    ]


def test_a_list_comes_in_pages(sam, noon, monkeypatch):
    monkeypatch.setattr(policy, "RESULTS_A_PAGE", 2)
    services = [teaching(UserFactory.create(first_name=f"Zed{n}"), now=noon) for n in range(3)]
    like(sam, *services)
    first, last, beyond = (listed(sam, page) for page in (1, 2, 99))
    assert [len(found.lines) for found in (first, last, beyond)] == [2, 1, 1]
    assert (first.number, last.number, beyond.number, first.pages) == (1, 2, 2, 2)
    assert [line.instructor.pk for line in (*first.lines, *last.lines)] == [
        service.instructor_id for service in reversed(services)
    ]


def test_an_empty_list_has_one_page(sam):
    assert listed(sam) == favorites.Favorites([], 1, 1)


def test_more_of_them_cost_no_more(sam, noon, django_assert_num_queries):
    for number in range(6):
        like(sam, teaching(UserFactory.create(first_name=f"Zed{number}"), now=noon))
        if number in (0, 5):
            with django_assert_num_queries(4):  # how many, who, what they offer, when
                listed(sam)


def test_who_closes_the_account_leaves_no_list(ana_teaches_piano, sam):
    like(sam, ana_teaches_piano)
    sam.delete()
    assert not Favorite.objects.exists()
