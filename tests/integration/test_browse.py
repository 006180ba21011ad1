"""What is taught and where, counted; what is kept of it until it changes."""

from datetime import datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.db import transaction

from instainstru.core.errors import Invalid, NotFound
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import Sort
from instructors.services import browse, reference_data, search, suggesting
from instructors.services.kept import Part, changed, kept
from instructors.services.search import Wish
from tests.factories import UserFactory, teaching
from tests.fixtures import TOMORROW

THREE_HOURS = timedelta(hours=3)


@pytest.fixture
def city(noon):
    """Ana teaches piano everywhere in Park Slope, Bo piano online only, Cy guitar in Astoria."""
    return {
        "Ana": teaching(UserFactory.create(first_name="Ana"), now=noon),
        "Bo": teaching(UserFactory.create(first_name="Bo"), now=noon, prices={Place.ONLINE: 9000}, lengths=(60,)),
        "Cy": teaching(UserFactory.create(first_name="Cy"), now=noon, subject="Guitar", serves=("Astoria",)),
    }


def test_counts_are_of_people_and_prices_the_lowest(city):
    directory = browse.directory()
    piano, music = directory.subjects["piano"]
    assert (piano.name, piano.instructors, piano.from_cents) == ("Piano", 2, 6000)
    assert (music.slug, music.instructors, directory.instructors) == ("music", 3, 3)
    assert [line.slug for line in music.most_taught] == ["piano", "guitar"]
    violin, _ = directory.subjects["violin"]
    assert (violin.instructors, violin.from_cents) == (0, 0)


def test_in_person_counts_by_borough_leave_out_online(city):
    counts = {one.slug: one.instructors for one in browse.by_borough(category="music", subject="piano")}
    assert counts == {"brooklyn": 1}
    assert browse.by_borough(category="music", subject="violin") == []
    assert browse.by_borough(category="nothing") == []


def test_a_directory_knows_names(db):
    directory = browse.directory()
    found = directory.subject_named("  jazz   PIANO ")
    assert found is not None
    assert found.slug == "jazz-piano"
    assert directory.subject_named("jazz") is None
    assert directory.areas["brooklyn"] == "Brooklyn"
    assert directory.areas["park-slope"] == "Park Slope"
    assert len(directory.boroughs) == 5


def test_lines_that_do_not_exist_are_not_found(db):
    assert browse.category(slug="music").name == "Music"
    assert browse.subject(slug="piano", category="music")[0].name == "Piano"
    for slug, category in (("nothing", "music"), ("piano", "dance")):
        with pytest.raises(NotFound):
            browse.subject(slug=slug, category=category)
    with pytest.raises(NotFound):
        browse.category(slug="nothing")


def test_a_warm_directory_costs_no_statement(city, django_assert_num_queries):
    browse.directory()
    browse.by_borough(category="music")
    with django_assert_num_queries(0):
        browse.directory()
        browse.by_borough(category="dance")


def test_what_is_kept_goes_when_its_part_changes(db, django_capture_on_commit_callbacks):
    made: list[str] = []

    def make() -> str:
        made.append("made")
        return f"made {len(made)} times"

    def asked() -> str:
        return kept("thing", Part.CATALOGUE, Part.OFFERS, work_out=make)

    assert [asked(), asked()] == ["made 1 times"] * 2
    for number, part in enumerate(Part, start=2):
        with django_capture_on_commit_callbacks(execute=True):
            changed(part)
            assert asked() == f"made {number - 1} times"  # not before the change is committed
        assert asked() == f"made {number} times"
    cache.clear()
    assert asked() == "made 4 times"


def test_a_change_that_is_taken_back_lets_nothing_go(transactional_db):
    first = kept("thing", Part.OFFERS, work_out=lambda: "first")
    with transaction.atomic():
        changed(Part.OFFERS)
        transaction.set_rollback(True)
    assert kept("thing", Part.OFFERS, work_out=lambda: "second") == first


def test_loading_the_catalogue_and_places_lets_names_go(db, django_capture_on_commit_callbacks):
    for load in (reference_data.load_catalogue, reference_data.load_places):
        kept("thing", Part.CATALOGUE, work_out=lambda: "before")
        with django_capture_on_commit_callbacks(execute=True):
            load()
        assert kept("thing", Part.CATALOGUE, work_out=lambda: "after") == "after"
        cache.clear()


def test_soon_is_within_the_hours_or_else_the_first_after(city, noon):
    soon = search.soon(within=THREE_HOURS, limit=6, now=noon)
    assert soon.within
    assert {one.first_name for one in soon.found} == {"Ana", "Bo", "Cy"}
    night = datetime(2027, 3, 1, 23, tzinfo=NEW_YORK)
    later = search.soon(within=THREE_HOURS, limit=2, now=night)
    assert not later.within
    assert [one.starts for one in later.found] == [[datetime(2027, 3, 2, 9, tzinfo=NEW_YORK)]] * 2


def test_nobody_is_soon_where_nobody_teaches(db, noon):
    assert search.soon(within=THREE_HOURS, limit=6, now=noon).found == []


def test_loosening_counts_what_each_filter_less_would_give(city, noon):
    wish = Wish(subject="piano", borough="queens", place=Place.STUDENT, max_price_cents=9000, sort=Sort.PRICE)
    assert search.search(wish=wish, cursor="", limit=9, now=noon).count == 0
    ways = {one.without: one.count for one in search.loosen(wish=wish, now=noon)}
    assert ways == {"place": 2, "where": 1}  # online is everywhere
    wish = Wish(subject="piano", date_from=TOMORROW, date_to=TOMORROW, after=time(20, 15), minutes=90)
    assert [one.without for one in search.loosen(wish=wish, now=noon)] == ["clock"]


def test_each_way_gives_as_many_as_it_says(city, noon):
    wish = Wish(category="music", neighborhoods=("astoria",), place=Place.STUDENT, max_price_cents=100)
    for way in search.loosen(wish=wish, now=noon):
        assert search.search(wish=way.wish, cursor="", limit=9, now=noon).count == way.count


def test_loosening_costs_one_statement_and_then_none_for_a_minute(city, noon, django_assert_num_queries):
    wish = Wish(subject="piano", minutes=75, place=Place.ONLINE)
    search.search(wish=wish, cursor="", limit=9, now=noon)
    with django_assert_num_queries(1):
        search.loosen(wish=wish, now=noon)
    with django_assert_num_queries(0):
        search.loosen(wish=wish, now=noon)


def test_loosening_names_what_does_not_exist(db, noon):
    with pytest.raises(Invalid):
        search.loosen(wish=Wish(subject="nothing", minutes=75), now=noon)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("paino", "piano"), ("gutiar", "guitar"), ("pia", "piano"), ("keybo", "piano"), ("fiddle", "violin")],
)
def test_slips_of_the_finger_are_understood(db, typed, first):
    assert suggesting.suggest(typed=typed)[0].slug == first
