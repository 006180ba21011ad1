"""Staff about profiles and reviews: words, photo, suspension at every way in, verification, hidden reviews."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import people
from bookings.models import Booking, Status
from bookings.services import again
from instainstru.core.errors import Invalid, NotFound, NotSo
from instainstru.core.models import OutboxMessage
from instructors.models import FreeSpan, InstructorProfile, Offer, Review
from instructors.repositories.browse import tallies
from instructors.repositories.words import alike
from instructors.services import (
    catalogue,
    favorites,
    moderation,
    offers,
    photos,
    profiles,
    reviews,
    search,
    setup,
    sitemaps,
    suggesting,
    verification,
)
from instructors.services.catalogue import NotOffered
from instructors.services.search import Wish
from instructors.services.setup import Suspended
from tests.factories import UserFactory
from tests.fixtures import NOON, book
from tests.integration.test_photos import face
from tests.integration.test_reviews import review

WHY = "Your page offers to be paid elsewhere."


def profile_of(service) -> InstructorProfile:
    return InstructorProfile.objects.select_related("user").get(pk=service.instructor_id)


def suspend(service, because=WHY) -> None:
    moderation.suspend(instructor_id=service.instructor_id, because=because, now=NOON)


def restore(service) -> None:
    moderation.restore(instructor_id=service.instructor_id, now=NOON)


def letter(what: str) -> OutboxMessage:
    return OutboxMessage.objects.get(key__startswith=f"{what}:")


def found() -> list[str]:
    return [one.slug for one in search.search(wish=Wish(subject="piano"), cursor="", limit=10, now=NOON).found]


# Suspension


def test_suspended_is_off_every_public_list(ana_teaches_piano, stranger_teaches_guitar, sam):
    favorites.add(person_id=sam.pk, slug="ana-r", now=NOON)

    def everywhere() -> list[bool]:
        [line] = favorites.listed(person_id=sam.pk, page=1, now=NOON).lines
        slugs = [slug for part in sitemaps.parts() for slug, _ in sitemaps.instructors(part=part)]
        return [
            "ana-r" in found(),
            "ana-r" in {one.slug for one in profiles.listed()},
            "ana-r" in slugs,
            any(one.slug == "ana-r" for one in suggesting.suggest(typed="ana")),
            max(tally.instructors for tally in tallies()) == 2,  # what the catalogue's pages count
            bool(search.soonest(within=timedelta(days=1), limit=5, now=NOON)) and Offer.objects.count() == 6,
            line.live and line.bookable is not None,
        ]

    assert all(everywhere())
    suspend(ana_teaches_piano)
    assert not any(everywhere())
    assert FreeSpan.objects.filter(
        instructor=ana_teaches_piano.instructor_id
    ).exists()  # kept for the day they are back
    restore(ana_teaches_piano)
    assert all(everywhere())


def test_suspended_cannot_be_looked_at_or_booked(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    ways = {
        "page": lambda: profiles.shown(slug="ana-r"),
        "api": lambda: profiles.public(slug="ana-r"),
        "service": lambda: catalogue.shown(service_id=ana_teaches_piano.pk),
        "favorite": lambda: favorites.add(person_id=sam.pk, slug="ana-r", now=NOON),
    }
    suspend(ana_teaches_piano)
    for way in ways.values():
        with pytest.raises(NotFound):
            way()
    with pytest.raises((NotFound, NotOffered)):
        book(sam, ana_teaches_piano, at="18:00")
    with pytest.raises(NotOffered):
        again.next_start(booking=Booking.objects.told().get(pk=lesson.pk), student=sam, now=NOON)
    assert Booking.objects.get().status == Status.CONFIRMED  # what is booked stands
    restore(ana_teaches_piano)
    for way in ways.values():
        way()
    book(sam, ana_teaches_piano, at="18:00")


def test_a_suspended_name_is_a_word_like_any_other(ana_teaches_piano):
    """Who asks for Ana means Ana while she is here; afterwards the word may be a slip."""
    assert "ana" not in alike(["ana"], ["anna"])
    suspend(ana_teaches_piano)
    assert alike(["ana"], ["anna"]) == {"ana": ["anna"]}


def test_the_instructor_is_told_why_by_letter(ana_teaches_piano, ana):
    suspend(ana_teaches_piano, because=f"  {WHY}\u202e ")
    told = letter("suspended")
    assert (told.recipient, told.subject) == (ana.email, "Your profile is suspended")
    assert f"Why: {WHY}\n" in told.body
    assert profile_of(ana_teaches_piano).suspended_because == WHY
    restore(ana_teaches_piano)
    assert "Students can find and book you again." in letter("restored").body
    kept = profile_of(ana_teaches_piano)
    assert (kept.suspended_at, kept.suspended_because) == (None, "")


@pytest.mark.parametrize("because", ["", "   ", "\u202e", "x" * 201])
def test_a_suspension_says_why(because, ana_teaches_piano):
    with pytest.raises(Invalid) as refused:
        suspend(ana_teaches_piano, because=because)
    assert set(refused.value.fields or ()) == {"because"}
    assert found() == ["ana-r"]
    assert not OutboxMessage.objects.exists()


def test_twice_is_once(ana_teaches_piano):
    with pytest.raises(NotSo):
        restore(ana_teaches_piano)
    suspend(ana_teaches_piano)
    with pytest.raises(NotSo):
        suspend(ana_teaches_piano, because="Another reason")
    assert profile_of(ana_teaches_piano).suspended_because == WHY
    assert OutboxMessage.objects.count() == 1


def test_who_is_suspended_does_not_go_live(ana_teaches_piano, ana):
    suspend(ana_teaches_piano)
    InstructorProfile.objects.update(live_since=None)
    with pytest.raises(Suspended):
        setup.go_live(instructor_id=ana.pk, now=NOON)
    restore(ana_teaches_piano)
    assert "You can go on setting it up." in letter("restored").body


def test_who_changes_something_while_suspended_stays_off(ana_teaches_piano):
    suspend(ana_teaches_piano)
    setup.change(instructor_id=ana_teaches_piano.instructor_id, changes=setup.Changes(headline="Piano, anew"), now=NOON)
    offers.publish_all()
    assert not Offer.objects.exists()


def test_nobody_is_not_found(ana_teaches_piano, sam):
    for act in (
        lambda: moderation.suspend(instructor_id=sam.pk, because=WHY, now=NOON),
        lambda: moderation.restore(instructor_id=sam.pk, now=NOON),
        lambda: moderation.reword(instructor_id=sam.pk, headline="H", bio="B", because=WHY, now=NOON),
        lambda: moderation.remove_photo(instructor_id=sam.pk, because=WHY, now=NOON),
        lambda: verification.verify(instructor_id=sam.pk, now=NOON),
        lambda: verification.withdraw(instructor_id=sam.pk, now=NOON),
        lambda: photos.take_off(instructor_id=sam.pk),
        lambda: reviews.hide(review_id=1, now=NOON),
        lambda: reviews.show(review_id=10**30),
    ):
        with pytest.raises(NotFound):
            act()


# Words and photo


def test_words_are_changed_in_search_at_once_and_the_instructor_is_told_why(ana_teaches_piano):
    moderation.reword(
        instructor_id=ana_teaches_piano.instructor_id, headline="Harpsichord", bio="I teach.", because=WHY, now=NOON
    )
    assert profile_of(ana_teaches_piano).headline == "Harpsichord"
    assert [one.slug for one in search.search(wish=Wish(rest="harpsichord"), cursor="", limit=5, now=NOON).found]
    assert f"Why: {WHY}" in letter("reworded").body


def test_words_that_cannot_be_are_refused(ana_teaches_piano):
    old = profile_of(ana_teaches_piano)
    asked = {"instructor_id": old.pk, "headline": "Fine", "bio": "Fine", "because": WHY, "now": NOON}
    for wrong, field in (({"headline": "\u202e"}, "headline"), ({"bio": " "}, "bio"), ({"because": ""}, "because")):
        with pytest.raises(Invalid) as refused:
            moderation.reword(**asked | wrong)
        assert set(refused.value.fields or ()) == {field}
    with pytest.raises(NotSo):
        moderation.reword(**asked | {"headline": old.headline, "bio": old.bio})
    assert profile_of(ana_teaches_piano).headline == old.headline
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_removed_with_its_files_and_counts_no_more(ana_teaches_piano, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    me = ana_teaches_piano.instructor_id

    def points() -> set[int]:
        return set(Offer.objects.values_list("complete_points", flat=True))

    offers.publish(instructor_ids=[me])
    without = points()
    photos.put(instructor_id=me, content=face())
    assert min(points()) > max(without)
    assert default_storage.listdir("photos")[1]
    moderation.remove_photo(instructor_id=me, because=WHY, now=NOON)
    assert (profile_of(ana_teaches_piano).photo.name, points()) == ("", without)
    assert default_storage.listdir("photos")[1] == []
    assert f"Why: {WHY}" in letter("photo-removed").body
    assert found() == ["ana-r"]  # still live
    with pytest.raises(NotSo):
        moderation.remove_photo(instructor_id=me, because=WHY, now=NOON)


# Verification


def test_who_is_verified_is_shown_so_and_told(ana_teaches_piano, django_assert_num_queries):
    def badge() -> bool:
        return search.search(wish=Wish(subject="piano"), cursor="", limit=5, now=NOON).found[0].verified

    assert not badge()
    verification.verify(instructor_id=ana_teaches_piano.instructor_id, now=NOON)
    assert badge()
    assert profile_of(ana_teaches_piano).verified_at == NOON
    assert letter("verified").subject == "You are verified"
    with pytest.raises(NotSo):
        verification.verify(instructor_id=ana_teaches_piano.instructor_id, now=NOON)
    verification.withdraw(instructor_id=ana_teaches_piano.instructor_id, now=NOON)
    assert not badge()
    assert letter("unverified").subject == "You are not verified any more"
    with pytest.raises(NotSo):
        verification.withdraw(instructor_id=ana_teaches_piano.instructor_id, now=NOON)


def test_another_name_is_not_the_one_that_was_checked(ana, ana_teaches_piano):
    verification.verify(instructor_id=ana.pk, now=NOON)
    people.rename(person=ana, first_name="Ana", last_name="Ruiz", now=NOON)
    assert profile_of(ana_teaches_piano).verified_at == NOON
    people.rename(person=ana, first_name="Anna", last_name="Rivera", now=NOON)
    assert profile_of(ana_teaches_piano).verified_at is None
    assert letter("unverified").subject == "You are not verified any more"


# Reviews


@pytest.fixture
def four_reviews(ana_teaches_piano) -> list[Review]:
    """5, 5, 4 and 1 star for Ana, known to search."""
    written = [review(ana_teaches_piano, stars, days_ago=number) for number, stars in enumerate([5, 5, 4, 1])]
    offers.publish(instructor_ids=[ana_teaches_piano.instructor_id])
    return written


def known(service) -> tuple[int, int, float | None, float | None]:
    """Count and sum of stars, and the rating of the profile and of search."""
    profile = profile_of(service)
    [rating] = set(Offer.objects.filter(instructor=profile).values_list("rating", flat=True))
    return profile.reviews_count, profile.stars_sum, profile.rating, rating


def test_a_hidden_review_is_not_read_and_does_not_count(ana_teaches_piano, four_reviews):
    before = known(ana_teaches_piano)
    assert before == (4, 15, 4.06, 4.06)
    reviews.hide(review_id=four_reviews[3].pk, now=NOON)
    assert known(ana_teaches_piano) == (3, 14, 4.44, 4.44)
    page = reviews.latest(instructor=profile_of(ana_teaches_piano), page=1)
    assert [one.stars for one in page.reviews] == [5, 5, 4]
    assert page.histogram == [(5, 2), (4, 1), (3, 0), (2, 0), (1, 0)]
    reviews.show(review_id=four_reviews[3].pk)
    assert known(ana_teaches_piano) == before
    assert len(reviews.latest(instructor=profile_of(ana_teaches_piano), page=1).reviews) == 4


def test_below_three_no_number_is_shown(ana_teaches_piano, four_reviews):
    for one in four_reviews[:2]:
        reviews.hide(review_id=one.pk, now=NOON)
    assert known(ana_teaches_piano) == (2, 5, None, None)


def test_a_review_is_hidden_once_and_shown_once(ana_teaches_piano, four_reviews):
    with pytest.raises(NotSo):
        reviews.show(review_id=four_reviews[0].pk)
    reviews.hide(review_id=four_reviews[0].pk, now=NOON)
    with pytest.raises(NotSo):
        reviews.hide(review_id=four_reviews[0].pk, now=NOON)
    assert known(ana_teaches_piano)[:2] == (3, 10)


def test_hiding_costs_the_same_however_many_reviews_there_are(ana_teaches_piano, four_reviews):
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            reviews.hide(review_id=Review.objects.filter(hidden_at=None).latest("pk").pk, now=NOON)
        costs.append(len(asked))
        for number in range(30):
            review(ana_teaches_piano, 5, days_ago=number, student=UserFactory.create())
    assert costs[0] == costs[1]


def test_a_sitemap_does_not_know_a_hidden_review(ana_teaches_piano, four_reviews):
    InstructorProfile.objects.update(live_since=NOON - timedelta(days=30))

    def changed():
        [(_, last)] = sitemaps.instructors(part=ana_teaches_piano.instructor_id // 5_000)
        return last

    assert changed() == NOON
    reviews.hide(review_id=four_reviews[0].pk, now=NOON)
    assert changed() == NOON - timedelta(days=1)
