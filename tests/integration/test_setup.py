"""How a person begins to teach: step by step, and live once nothing is missing."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.permissions import PermissionName
from instainstru.core import policy
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.permissions import may
from instainstru.core.policy import Place
from instructors.models import DatedHours, InstructorProfile, Offer, WeeklyHours
from instructors.models.profiles import Step
from instructors.services import catalogue, profiles, setup
from instructors.services.setup import Changes, NotComplete
from tests.factories import UserFactory, offering_of, teaching
from tests.fixtures import NOON, free_starts


def begin(first: str, last: str) -> InstructorProfile:
    """Somebody who begins to teach."""
    return setup.begin_to_teach(person=UserFactory.create(first_name=first, last_name=last))


def change(profile: InstructorProfile, **changes) -> InstructorProfile:
    """Somebody changes their profile."""
    setup.change(instructor_id=profile.pk, changes=Changes(**changes), now=NOON)
    return InstructorProfile.objects.get(pk=profile.pk)


def missing(profile: InstructorProfile) -> list[Step]:
    """What somebody's profile lacks."""
    return setup.missing(side=setup.read(instructor_id=profile.pk))


def complete(profile: InstructorProfile, place: Place = Place.ONLINE) -> None:
    """All that going live asks for, but where the lessons are."""
    change(profile, headline="Piano", bio="I teach.")
    InstructorProfile.objects.filter(pk=profile.pk).update(photo="photos/face.webp")
    offering_of(profile, prices={place: 9000})
    WeeklyHours.objects.create(instructor=profile, weekday=0, opens=540, closes=600)


# Beginning


def test_who_begins_to_teach_is_not_public_yet(ana):
    profile = setup.begin_to_teach(person=ana)
    assert (profile.slug, profile.live_since, profile.founding) == ("ana-r", None, False)
    assert (profile.buffer_minutes, profile.overnight_guard) == (15, True)
    assert may(type(ana).objects.get(pk=ana.pk), PermissionName.MANAGE_INSTRUCTOR_PROFILE, profile)
    with pytest.raises(NotFound):
        profiles.public(slug="ana-r")


def test_who_presses_twice_has_begun_once(ana):
    first = setup.begin_to_teach(person=ana)
    change(first, headline="Piano")
    again = setup.begin_to_teach(person=ana)
    assert (again.pk, again.slug, again.headline) == (first.pk, "ana-r", "Piano")
    assert InstructorProfile.objects.count() == 1


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


def test_who_does_not_teach_has_no_teaching_side(sam):
    with pytest.raises(NotFound):
        setup.read(instructor_id=sam.pk)
    with pytest.raises(NotFound):
        setup.change(instructor_id=sam.pk, changes=Changes(headline="Piano"), now=NOON)
    with pytest.raises(NotFound):
        setup.go_live(instructor_id=sam.pk, now=NOON)


# The steps


def test_what_is_missing_is_named_until_it_is_there(ana):
    profile = setup.begin_to_teach(person=ana)
    assert missing(profile) == list(Step)
    change(profile, headline="Piano")
    assert Step.PROFILE in missing(profile)  # what about you?
    change(profile, bio="I teach.")
    assert missing(profile) == [Step.PHOTO, Step.SERVICES, Step.PLACES, Step.HOURS]
    InstructorProfile.objects.update(photo="photos/face.webp")
    service = offering_of(profile)
    assert missing(profile) == [Step.HOURS]  # online is everywhere
    WeeklyHours.objects.create(instructor=profile, weekday=0, opens=540, closes=600)
    assert missing(profile) == []
    type(service).objects.update(active=False)
    assert missing(profile) == [Step.SERVICES, Step.PLACES]


def test_a_day_of_hours_is_hours_and_a_day_off_is_none(ana):
    profile = setup.begin_to_teach(person=ana)
    DatedHours.objects.create(instructor=profile, day=NOON.date())
    assert Step.HOURS in missing(profile)
    DatedHours.objects.create(instructor=profile, day=NOON.date() + timedelta(days=1), opens=540, closes=600)
    assert Step.HOURS not in missing(profile)


@pytest.mark.parametrize(
    ("place", "enough"),
    [(Place.STUDENT, {"neighborhoods": ["park-slope"]}), (Place.INSTRUCTOR, {"place_neighborhood": "park-slope"})],
)
def test_lessons_in_person_need_a_neighborhood(ana, place, enough):
    profile = setup.begin_to_teach(person=ana)
    offering_of(profile, prices={place: 9000})
    other = {"place_neighborhood": "astoria-central"} if place is Place.STUDENT else {"neighborhoods": ["park-slope"]}
    change(profile, **other)
    assert Step.PLACES in missing(profile)
    change(profile, **enough)
    assert Step.PLACES not in missing(profile)


def test_before_a_service_is_there_any_place_will_do(ana):
    profile = setup.begin_to_teach(person=ana)
    assert Step.PLACES in missing(profile)
    change(profile, place_neighborhood="park-slope")
    assert Step.PLACES not in missing(profile)


def test_places_are_where_somebody_travels_to_and_their_own(ana):
    profile = setup.begin_to_teach(person=ana)
    change(profile, neighborhoods=["park-slope", "brooklyn-heights"], place_neighborhood="astoria-central")
    assert [area.slug for area in catalogue.served_by(instructor_id=ana.pk)] == ["brooklyn-heights", "park-slope"]
    assert InstructorProfile.objects.get(place_neighborhood__slug="astoria-central").pk == ana.pk
    change(profile, headline="Piano")
    assert len(catalogue.served_by(instructor_id=ana.pk)) == 2  # what is not named stays
    assert change(profile, neighborhoods=[], place_neighborhood="").place_neighborhood is None
    assert catalogue.served_by(instructor_id=ana.pk) == []


@pytest.mark.parametrize("changes", [{"neighborhoods": ["atlantis"]}, {"place_neighborhood": "atlantis"}])
def test_a_neighborhood_that_is_none_changes_nothing(ana, changes):
    profile = setup.begin_to_teach(person=ana)
    with pytest.raises(Invalid) as refused:
        change(profile, headline="Piano", **changes)
    assert refused.value.fields == {
        next(iter(changes)): ["There is no neighborhood “atlantis”. Use its slug, such as park-slope."]
    }
    assert InstructorProfile.objects.get().headline == ""


def test_settings_change_by_one_and_the_other_stays(ana_teaches_piano):
    profile = ana_teaches_piano.instructor
    assert change(profile, buffer_minutes=60).overnight_guard is True
    changed = change(profile, overnight_guard=False)
    assert (changed.buffer_minutes, changed.overnight_guard) == (60, False)
    assert not Offer.objects.filter(instructor=profile, guard=True).exists()


def test_where_one_travels_to_is_in_search_at_once(ana_teaches_piano):
    change(ana_teaches_piano.instructor, neighborhoods=["astoria-central"])
    [offer] = Offer.objects.filter(place=Place.STUDENT)
    assert offer.neighborhoods == [catalogue.served_by(instructor_id=ana_teaches_piano.instructor_id)[0].pk]


@pytest.mark.parametrize("changes", [{"neighborhoods": []}, {"place_neighborhood": ""}])
def test_a_live_profile_keeps_the_places_that_its_services_need(ana_teaches_piano, changes):
    with pytest.raises(Invalid) as refused:
        change(ana_teaches_piano.instructor, **changes)
    assert list(refused.value.fields or {}) == list(changes)
    assert catalogue.served_by(instructor_id=ana_teaches_piano.instructor_id)


# Going live


def test_who_is_complete_goes_live_and_can_be_booked(ana, noon):
    profile = setup.begin_to_teach(person=ana)
    complete(profile)
    assert not Offer.objects.exists()
    setup.go_live(instructor_id=ana.pk, now=noon)
    assert profiles.public(slug="ana-r").live_since == noon
    assert Offer.objects.filter(instructor=ana.pk).count() == 1
    assert free_starts(profiles.public(slug="ana-r").services.get(), noon.date() + timedelta(days=7)) == ["09:00"]


def test_who_is_not_complete_is_told_what_is_missing(ana, noon):
    profile = setup.begin_to_teach(person=ana)
    complete(profile, Place.STUDENT)
    InstructorProfile.objects.update(photo="")
    with pytest.raises(NotComplete) as refused:
        setup.go_live(instructor_id=ana.pk, now=noon)
    assert refused.value.message == "To go live, finish first: Photo, Where you teach."
    assert refused.value.status == 409
    assert InstructorProfile.objects.get().live_since is None


def test_who_is_live_already_stays_so_since_then(ana_teaches_piano, noon):
    setup.go_live(instructor_id=ana_teaches_piano.instructor_id, now=noon + timedelta(days=1))
    assert InstructorProfile.objects.get().live_since == noon


def test_the_first_hundred_are_founders(db, noon, monkeypatch):
    assert policy.FOUNDING_INSTRUCTORS == 100
    monkeypatch.setattr(policy, "FOUNDING_INSTRUCTORS", 3)
    for name in ("First", "Second", "Third", "Fourth"):
        teaching(UserFactory.create(first_name=name), now=noon)
    founders = InstructorProfile.objects.filter(founding=True).order_by("pk")
    assert [founder.user.first_name for founder in founders] == ["First", "Second", "Third"]


def test_a_founder_is_one_for_life(ana_teaches_piano, noon, monkeypatch):
    monkeypatch.setattr(policy, "FOUNDING_INSTRUCTORS", 1)
    InstructorProfile.objects.update(live_since=None, photo="photos/face.webp")
    setup.go_live(instructor_id=ana_teaches_piano.instructor_id, now=noon + timedelta(days=30))
    assert InstructorProfile.objects.get().founding


@pytest.mark.django_db(transaction=True)
def test_of_many_who_go_live_at_once_no_more_are_founders_than_there_are_places(monkeypatch):
    """Each on a connection of its own, over and over: for one place left."""
    many = 6
    monkeypatch.setattr(policy, "FOUNDING_INSTRUCTORS", 1)
    newcomers = []
    for number in range(many):
        profile = begin(f"New{number}", "Comer")
        complete(profile)
        newcomers.append(profile.pk)
    all_are_ready = threading.Barrier(many)

    def press(pk: int) -> None:
        try:
            all_are_ready.wait(20)
            setup.go_live(instructor_id=pk, now=NOON)
        finally:
            connection.close()

    for _ in range(3):
        InstructorProfile.objects.update(live_since=None, founding=False)
        threads = [threading.Thread(target=press, args=(pk,)) for pk in newcomers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert InstructorProfile.objects.filter(live_since=NOON).count() == many
        assert InstructorProfile.objects.filter(founding=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_people_of_one_name_who_begin_at_once_have_addresses_of_their_own():
    people = [UserFactory.create(first_name="Ana", last_name="Ruiz") for _ in range(4)]
    all_are_ready = threading.Barrier(2 * len(people))

    def press(person) -> None:
        try:
            all_are_ready.wait(20)
            setup.begin_to_teach(person=person)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(person,)) for person in people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    slugs = sorted(InstructorProfile.objects.values_list("slug", flat=True))
    assert slugs == ["ana-r", "ana-r-2", "ana-r-3", "ana-r-4"]
