"""Reviews as the public reads them: the latest first, by pages, with how many there are of each number of stars."""

from datetime import timedelta

import pytest
from django.db.models import F

from instructors.models import InstructorProfile, Review
from instructors.services import reviews
from tests.factories import UserFactory
from tests.fixtures import NOON


def review(service, stars, *, days_ago=0, text="Good lesson.", student=None):
    """One student's word, counted as the services that write it will count it."""
    number = Review.objects.count()
    written = Review.objects.create(
        instructor_id=service.instructor_id,
        student=student or UserFactory.create(first_name="Kim", last_name=f"Reader{number}"),
        lesson_reference=f"LS-22222-{number:05}",
        stars=stars,
        text=text,
        created_at=NOON - timedelta(days=days_ago),
    )
    InstructorProfile.objects.filter(pk=service.instructor_id).update(
        reviews_count=F("reviews_count") + 1, stars_sum=F("stars_sum") + stars
    )
    return written


def latest(service, page=1):
    """What the service answers, for the profile as it is now."""
    return reviews.latest(instructor=InstructorProfile.objects.get(pk=service.instructor_id), page=page)


def test_none_are_none_and_cost_nothing(ana_teaches_piano, django_assert_num_queries):
    profile = InstructorProfile.objects.get(pk=ana_teaches_piano.instructor_id)
    with django_assert_num_queries(0):
        found = reviews.latest(instructor=profile, page=1)
    assert (found.reviews, found.pages, found.number) == ([], 1, 1)
    assert found.histogram == [(5, 0), (4, 0), (3, 0), (2, 0), (1, 0)]


def test_the_latest_first_with_the_counts_of_all_in_one_statement(
    ana_teaches_piano, stranger_teaches_guitar, django_assert_num_queries
):
    for number, stars in enumerate([5, 5, 4, 1, 5, 4, 5, 5, 5, 2, 5, 5]):
        review(ana_teaches_piano, stars, days_ago=number)
    review(stranger_teaches_guitar, 3)
    profile = InstructorProfile.objects.get(pk=ana_teaches_piano.instructor_id)
    with django_assert_num_queries(1):
        found = reviews.latest(instructor=profile, page=1)
        assert all(one.student.public_name == "Kim R." for one in found.reviews)
    assert [one.stars for one in found.reviews] == [5, 5, 4, 1, 5, 4, 5, 5, 5, 2]
    assert found.histogram == [(5, 8), (4, 2), (3, 0), (2, 1), (1, 1)]
    assert (found.number, found.pages) == (1, 2)
    second = latest(ana_teaches_piano, 2)
    assert [one.stars for one in second.reviews] == [5, 5]
    assert second.histogram == found.histogram


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (1, 1), (2, 2), (3, 2), (10**9, 2)])
def test_a_page_beyond_the_last_is_the_last(asked, shown, ana_teaches_piano):
    for number in range(11):
        review(ana_teaches_piano, 5, days_ago=number)
    found = latest(ana_teaches_piano, asked)
    assert found.number == shown
    assert len(found.reviews) == {1: 10, 2: 1}[shown]


def test_exactly_a_page_is_one_page(ana_teaches_piano):
    for number in range(10):
        review(ana_teaches_piano, 5, days_ago=number)
    assert latest(ana_teaches_piano).pages == 1


def test_sums_without_rows_are_no_failure(ana_teaches_piano):
    """The sums are kept beside the rows; a page lives with the two apart."""
    InstructorProfile.objects.filter(pk=ana_teaches_piano.instructor_id).update(reviews_count=3, stars_sum=15)
    assert latest(ana_teaches_piano).histogram == [(5, 0), (4, 0), (3, 0), (2, 0), (1, 0)]
