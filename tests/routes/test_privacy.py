"""Others see a first name and an initial; never a surname, an address, an e-mail or a door."""

import re
from io import BytesIO
from itertools import product

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from PIL import Image

from accounts.models import User
from accounts.services import leaving
from instainstru.core import policy
from instainstru.core.models import OutboxMessage
from instainstru.core.policy import Place
from instructors.models import InstructorProfile
from instructors.services import favorites, photos
from tests.factories import UserFactory
from tests.fixtures import NOON, book
from tests.routes.walk.table import TABLE

SECRETS = ("Ruiz", "ana@example.com", "Zabriskie", "zoe@", "1 Main Street")


@pytest.fixture
def zoe(db):
    """A student with a name that stands nowhere else."""
    return UserFactory(first_name="Zoe", last_name="Zabriskie", email="zoe@elsewhere.example")


@pytest.fixture
def lesson(ana_teaches_piano, zoe):
    """Zoe's lesson at her own place."""
    return book(zoe, ana_teaches_piano, at="15:00", place=Place.STUDENT)


# Every route that asks nobody who they are: the table has them all. The feed is its owner's, at a secret address.
PUBLIC = sorted(
    {row[1] for row in TABLE if row[0] == "GET" and not row[-1] and "{feed}" not in row[1]}
    | {"/nowhere/", "/instructors/?q=piano", "/instructors/?sort=price", "/subjects/music/piano/?page=1"}
)
ACCEPTED = ("application/json", "text/html", "*/*")


@pytest.fixture
def portrait(lesson, ana, settings, tmp_path):
    """Ana's photo, which said in its metadata who and where she is when she sent it."""
    settings.MEDIA_ROOT = str(tmp_path)
    sent, said = BytesIO(), Image.Exif()
    said[0x010E], said[0x9286] = "Ana Ruiz", "1 Main Street"
    Image.new("RGB", (400, 400), "navy").save(sent, "JPEG", exif=said, comment=b"Ruiz")
    assert b"Ruiz" in sent.getvalue()
    photos.put(instructor_id=ana.pk, content=sent.getvalue())
    return InstructorProfile.objects.get(pk=ana.pk).portrait


def test_public_pages_and_their_json_name_nobody_in_full(lesson, portrait, stranger, visit, subtests):
    """Neither in the text, with its structured data and metadata, nor in any header."""
    part = lesson.instructor_id // policy.SITEMAP_SIZE
    files = [f"/photos/{name}" for name in (portrait.large, portrait.small)]
    for address in (*(pattern.format(part=part) for pattern in PUBLIC), *files):
        for person, accept in product((None, stranger), ACCEPTED):
            with subtests.test(f"{person} {accept} {address}"):
                answer = visit(person).get(address, headers={"Accept": accept})
                # The schema's worked example is a lesson at 1 Main Street, too.
                example = {b"1 Main Street"} if "schema" in address else set()
                said = answer.content + repr(answer.headers).encode()
                assert [secret for secret in map(str.encode, SECRETS) if secret in said and secret not in example] == []


def test_of_who_has_left_nothing_is_found_anywhere(lesson, ana, zoe, stranger, visit, api, subtests):
    """Nor by those whom they had to do with."""
    addresses = [pattern.format(part=lesson.instructor_id // policy.SITEMAP_SIZE) for pattern in PUBLIC]
    favorites.add(person_id=stranger.pk, slug="ana-r", now=NOON)
    leaving.close(person=ana, by=ana, now=NOON)
    hers = ("/lessons/", f"/lessons/{lesson.reference}/", f"/lessons/{lesson.reference}/lesson.ics", "/favorites/")
    told = ("/api/bookings/", f"/api/bookings/{lesson.reference}/", "/api/me/data/")
    asked = [(visit(), address) for address in addresses]
    asked += [(visit(person), address) for person in (zoe, stranger) for address in hers]
    asked += [(api(person), address) for person in (zoe, stranger) for address in told]
    for browser, address in asked:
        with subtests.test(address):
            text = browser.get(address).text
            if not address.startswith(("/api/schema", "/api/docs")):  # whose worked examples are with an Ana, too
                hers_once = "" if "ana-r" in address else "|ana-r"  # an error repeats what was asked for
                assert re.findall(rf"\bAna\b|Ruiz|ana@{hers_once}", text) == []


def test_the_instructor_learns_the_door_and_no_more_of_the_student(lesson, ana, visit, api):
    seen = [
        *(visit(ana).get(address).text for address in ("/lessons/", f"/lessons/{lesson.reference}/")),
        api(ana).get("/api/bookings/").text,
        api(ana).get(f"/api/bookings/{lesson.reference}/").text,
    ]
    for text in seen:
        assert "Zoe Z." in text
        assert "Zabriskie" not in text
        assert "zoe@" not in text
    assert "1 Main Street" in seen[1]


def test_the_student_learns_no_surname_of_the_instructor(lesson, zoe, visit, api):
    for text in (
        *(visit(zoe).get(address).text for address in ("/lessons/", f"/lessons/{lesson.reference}/")),
        visit(zoe).get(f"/lessons/{lesson.reference}/booked/").text,
        api(zoe).get(f"/api/bookings/{lesson.reference}/").text,
    ):
        assert "Ana R." in text
        assert "Ruiz" not in text
        assert "ana@example.com" not in text


def test_a_conflict_tells_nothing_of_who_took_the_time(lesson, ana_teaches_piano, stranger, visit, api):
    body = {
        "service": ana_teaches_piano.pk,
        "booking_date": "2027-03-02",
        "start_time": "15:00",
        "duration_minutes": 60,
    }
    said = api(stranger).post("/api/bookings/", {**body, "place": "online"}).text
    shown = (
        visit(stranger)
        .post(
            f"/book/{ana_teaches_piano.pk}/",
            {"date": "2027-03-02", "start": "15:00", "minutes": "60", "place": "online"},
        )
        .text
    )
    for text in (said, shown):
        assert not [word for word in ("Zoe", "Zabriskie", lesson.reference, "Main Street") if word in text]


def letters():
    """What was posted, by recipient."""
    return {letter.recipient: letter for letter in OutboxMessage.objects.order_by("id")}


def test_booking_by_page_or_api_writes_to_both_sides_each_in_their_words(
    ana_teaches_piano, zoe, visit, api, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=False):
        visit(zoe).post(
            f"/book/{ana_teaches_piano.pk}/",
            {
                "date": "2027-03-02",
                "start": "18:00",
                "minutes": "60",
                "place": "student_place",
                "neighborhood": "park-slope",
                "address": "1 Main Street",
                "notes": "Ring twice",
            },
        )
    by_page = letters()
    assert set(by_page) == {"zoe@elsewhere.example", "ana@example.com"}
    to_zoe, to_ana = by_page["zoe@elsewhere.example"], by_page["ana@example.com"]
    assert to_zoe.subject == "Booked: Piano, Tuesday, March 2, 2027, 6:00 PM to 7:00 PM (New York time)"
    assert to_ana.subject == "New lesson: Piano, Tuesday, March 2, 2027, 6:00 PM to 7:00 PM (New York time)"
    for said in (
        "Hello Zoe,",
        "with Ana R. is booked",
        "your place: 1 Main Street, Park Slope",
        "$90 and $10.80",
        "$100.80",
    ):
        assert said in to_zoe.body
    for said in ("Hello Ana,", "Zoe has booked Piano with you", "student's place: 1 Main Street", "Notes: Ring twice"):
        assert said in to_ana.body
    assert "$100.80" not in to_ana.body
    for letter in by_page.values():
        assert f"/lessons/{letter.reference}/" in letter.body
        assert "Zabriskie" not in letter.body
        assert "Ruiz" not in letter.body
        assert "@" not in letter.body
    OutboxMessage.objects.all().delete()
    body = {
        "service": ana_teaches_piano.pk,
        "booking_date": "2027-03-02",
        "start_time": "10:00",
        "duration_minutes": 60,
    }
    api(zoe).post("/api/bookings/", {**body, "place": "online"})
    assert set(letters()) == set(by_page)


@pytest.mark.parametrize("who", ["zoe", "ana"])
@pytest.mark.parametrize("way", ["page", "api"])
def test_cancelling_writes_to_both_sides_who_did_it_and_who_gets_what(who, way, lesson, zoe, ana, visit, api):
    OutboxMessage.objects.all().delete()
    person = {"zoe": zoe, "ana": ana}[who]
    if way == "page":
        visit(person).post(f"/lessons/{lesson.reference}/cancel/")
    else:
        api(person).post(f"/api/bookings/{lesson.reference}/cancel/", {})
    posted = letters()
    to_zoe, to_ana = posted["zoe@elsewhere.example"], posted["ana@example.com"]
    assert ("You have cancelled" if who == "zoe" else "Ana R. has cancelled") in to_zoe.body
    assert ("Zoe has cancelled" if who == "zoe" else "You have cancelled") in to_ana.body
    assert "You get $100.80 back." in to_zoe.body
    assert "$" not in to_ana.body
    assert "The time is free again." in to_ana.body
    for letter in posted.values():
        assert letter.subject.startswith("Cancelled: Piano on Tuesday, March 2, 2027")
        assert "Zabriskie" not in letter.body


def test_a_refused_booking_writes_to_nobody(lesson, ana_teaches_piano, stranger, api):
    OutboxMessage.objects.all().delete()
    body = {
        "service": ana_teaches_piano.pk,
        "booking_date": "2027-03-02",
        "start_time": "15:00",
        "duration_minutes": 60,
    }
    assert api(stranger).post("/api/bookings/", {**body, "place": "online"}).status_code == 409
    assert not OutboxMessage.objects.exists()
    assert not mail.outbox


def test_a_subject_cannot_carry_a_second_header(ana_teaches_piano, zoe, visit):
    """A name with a line break would be one; forms and tables have none."""
    User.objects.filter(pk=zoe.pk).update(first_name="Zoe\nBcc: all@example.com")
    zoe.refresh_from_db()
    visit(zoe).post(
        f"/book/{ana_teaches_piano.pk}/", {"date": "2027-03-02", "start": "18:00", "minutes": "60", "place": "online"}
    )
    for letter in OutboxMessage.objects.all():
        message = EmailMessage(letter.subject, letter.body, "a@example.com", [letter.recipient]).message()
        assert message["Bcc"] is None
