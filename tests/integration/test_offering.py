"""One's own services: added, changed, paused, resumed and taken away; in search at once, booked lessons untouched."""

import pytest

from accounts.permissions import PermissionName
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.permissions import may
from instainstru.core.policy import Audience, Level, Place
from instructors.models import InstructorProfile, Offer, Service, ServicePlace
from instructors.services import catalogue, offering, profiles, search, setup
from instructors.services.catalogue import NotOffered
from instructors.services.offering import Terms
from instructors.services.search import Wish
from tests.fixtures import NOON, book


def add(person_id: int, subject: str = "guitar", **terms) -> Service:
    """Somebody offers something, online unless told otherwise."""
    return offering.add(
        instructor_id=person_id, subject=subject, terms=Terms(**{"prices": {Place.ONLINE: 7000}, **terms})
    )


def change(service: Service, **terms) -> Service:
    """Its instructor changes a service."""
    return offering.change(instructor_id=service.instructor_id, service_id=service.pk, terms=Terms(**terms))


def remove(service: Service) -> None:
    """Its instructor takes a service away."""
    offering.remove(instructor_id=service.instructor_id, service_id=service.pk, now=NOON)


def found(subject: str) -> list[str]:
    """Who search finds for a subject."""
    return [one.slug for one in search.search(wish=Wish(subject=subject), cursor="", limit=5, now=NOON).found]


# Adding


def test_a_new_service_is_as_usual_for_its_subject_where_nothing_is_said(ana):
    setup.begin_to_teach(person=ana)
    service = add(ana.pk, subject="early-reading")
    assert (service.name, service.lengths, service.description) == ("Early Reading", [60], "")
    assert (service.levels, service.ages) == (Level.values, ["toddler", "kids"])
    assert (service.active, service.retired_at) == (True, None)
    assert may(type(ana).objects.get(pk=ana.pk), PermissionName.MANAGE_SERVICES, service)


def test_all_its_terms_are_kept_each_once_and_in_order(ana):
    setup.begin_to_teach(person=ana)
    service = add(
        ana.pk,
        description="From the first chord on.",
        levels=["advanced", "beginner", "beginner"],
        ages=["adults", "kids"],
        lengths=[60, 30, 60],
        prices={Place.STUDENT: 9000, Place.ONLINE: 7000},
        active=False,
    )
    assert (service.levels, service.ages) == ([Level.BEGINNER, Level.ADVANCED], [Audience.KIDS, Audience.ADULTS])
    assert (service.lengths, service.description, service.active) == ([30, 60], "From the first chord on.", False)
    prices = {price.place: price.hourly_cents for price in service.places.all()}
    assert prices == {Place.STUDENT: 9000, Place.ONLINE: 7000}


@pytest.mark.parametrize(
    ("field", "sentence", "terms"),
    [
        ("places", "At least $60 an hour online.", {"prices": {Place.ONLINE: 5999}}),
        ("places", "At least $80 an hour in person.", {"prices": {Place.STUDENT: 7999}}),
        ("places", "At least $80 an hour in person.", {"prices": {Place.INSTRUCTOR: 7999}}),
        ("places", "At most $1,000 an hour.", {"prices": {Place.ONLINE: 100_001}}),
        ("places", "Give a price for at least one place.", {"prices": {}}),
        ("places", "Give a price for at least one place.", {"prices": None}),
        ("places", "Ice Skating is not taught online.", {"subject": "ice-skating"}),
        ("levels", "Choose at least one of: beginner, intermediate, advanced.", {"levels": []}),
        ("ages", "Choose at least one of: toddler, kids, teens, adults.", {"ages": ["elders"]}),
        ("subject", "The catalog has no such subject. Use its slug, such as piano.", {"subject": "alchemy"}),
    ],
)
def test_terms_that_cannot_be_are_refused_in_words(ana, field, sentence, terms):
    setup.begin_to_teach(person=ana)
    with pytest.raises(Invalid) as refused:
        add(ana.pk, **terms)
    assert refused.value.fields == {field: [sentence]}
    assert not Service.objects.exists()


@pytest.mark.parametrize("length", [15, 31, 255])
def test_lengths_are_half_an_hour_to_four_in_quarters(ana, length):
    setup.begin_to_teach(person=ana)
    with pytest.raises(Invalid, match=r"Choose at least one of: 30, 45, .*, 240"):
        add(ana.pk, lengths=[60, length])


def test_a_subject_is_offered_once(ana_teaches_piano, ana):
    with pytest.raises(Invalid) as refused:
        add(ana.pk, subject="piano")
    assert refused.value.fields == {"subject": ["You offer Piano already. Change that service instead."]}


def test_what_is_offered_already_is_not_proposed(ana_teaches_piano, ana):
    left = dict(offering.subjects_left(instructor_id=ana.pk))
    assert len(left) == 7
    assert ("guitar", "Guitar") in left["Music"]
    assert "piano" not in [slug for slug, _ in left["Music"]]
    assert left["Music"] == sorted(left["Music"], key=lambda one: one[1])


# Searched and booked


def test_a_new_service_is_found_at_once(ana_teaches_piano, ana):
    assert found("guitar") == []
    add(ana.pk)
    assert found("guitar") == ["ana-r"]


def test_a_paused_service_is_gone_from_search_and_page_and_back_when_resumed(ana_teaches_piano, sam):
    assert change(ana_teaches_piano, active=False).active is False
    assert found("piano") == []
    assert profiles.shown(slug="ana-r").services == []
    with pytest.raises(NotOffered):
        book(sam, ana_teaches_piano, at="15:00")
    with pytest.raises(NotFound):
        catalogue.shown(service_id=ana_teaches_piano.pk)
    change(ana_teaches_piano, active=True)
    assert found("piano") == ["ana-r"]
    assert book(sam, ana_teaches_piano, at="15:00").status == "CONFIRMED"


def test_a_new_price_is_in_search_at_once_and_booked_lessons_keep_theirs(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    change(ana_teaches_piano, prices={Place.ONLINE: 12_000}, lengths=[60])
    [offer] = Offer.objects.all()
    assert (offer.place, offer.hourly_cents, offer.lengths) == (Place.ONLINE, 12_000, [60])
    lesson.refresh_from_db()
    assert (lesson.hourly_cents, lesson.price_cents) == (6000, 6000)
    assert book(sam, ana_teaches_piano, at="18:00").price_cents == 12_000
    with pytest.raises(NotOffered):
        book(sam, ana_teaches_piano, at="12:00", place=Place.STUDENT)


def test_what_is_not_named_stays(ana_teaches_piano):
    before = set(ServicePlace.objects.values_list("pk", flat=True))
    changed = change(ana_teaches_piano, description="With joy.", ages=["adults"])
    assert (changed.description, changed.ages, changed.lengths) == ("With joy.", ["adults"], [30, 45, 60, 90])
    assert set(ServicePlace.objects.values_list("pk", flat=True)) == before
    assert Offer.objects.filter(ages=["adults"]).count() == 3


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (Place.STUDENT, "Lessons at the student's place need the neighborhoods that you travel to."),
        (Place.INSTRUCTOR, "Lessons at your own place need its neighborhood."),
    ],
)
def test_who_is_live_says_where_before_offering_it(ana_teaches_piano, ana, place, sentence):
    change(ana_teaches_piano, prices={Place.ONLINE: 6000})
    profile = InstructorProfile.objects.get()
    profile.neighborhoods.clear()
    InstructorProfile.objects.update(place_neighborhood=None)
    with pytest.raises(Invalid) as refused:
        add(ana.pk, prices={place: 9000})
    assert refused.value.fields == {"places": [sentence]}
    assert not Service.objects.filter(subject__slug="guitar").exists()


# Taken away


def test_a_service_without_lessons_is_deleted(ana_teaches_piano):
    remove(ana_teaches_piano)
    assert not Service.objects.exists()
    assert not Offer.objects.exists()


def test_a_service_with_lessons_is_retired_and_its_lessons_stand(ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    remove(ana_teaches_piano)
    retired = Service.objects.get()
    assert (retired.active, retired.retired_at) == (False, NOON)
    lesson.refresh_from_db()
    assert (lesson.service_id, lesson.status) == (retired.pk, "CONFIRMED")
    assert found("piano") == []
    assert profiles.shown(slug="ana-r").services == []
    with pytest.raises(NotOffered):
        book(sam, ana_teaches_piano, at="18:00")


def test_what_is_retired_is_not_listed_nor_brought_back(ana_teaches_piano, ana, sam):
    book(sam, ana_teaches_piano, at="15:00")
    remove(ana_teaches_piano)
    assert list(offering.own(instructor_id=ana.pk)) == []
    for again in (lambda: change(ana_teaches_piano, active=True), lambda: remove(ana_teaches_piano)):
        with pytest.raises(NotFound):
            again()
    assert Service.objects.get().active is False


def test_the_subject_of_a_retired_service_is_offered_anew(ana_teaches_piano, ana, sam):
    book(sam, ana_teaches_piano, at="15:00")
    remove(ana_teaches_piano)
    anew = add(ana.pk, subject="piano", prices={Place.ONLINE: 8000})
    assert anew.pk != ana_teaches_piano.pk
    assert found("piano") == ["ana-r"]
    assert book(sam, anew, at="18:00").price_cents == 8000


def test_another_instructors_service_is_not_there(ana_teaches_piano, stranger_teaches_guitar):
    theirs = {"instructor_id": stranger_teaches_guitar.instructor_id, "service_id": ana_teaches_piano.pk}
    with pytest.raises(NotFound):
        offering.one(**theirs)
    with pytest.raises(NotFound):
        offering.change(**theirs, terms=Terms(active=False))
    with pytest.raises(NotFound):
        offering.remove(**theirs, now=NOON)
    ana_teaches_piano.refresh_from_db()
    assert ana_teaches_piano.active
