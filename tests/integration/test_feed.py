"""The calendar feed: an address that nobody guesses, read by a program that shares no code with what writes it."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath
from typing import Any

import pytest
import vobject

from bookings.models import Booking, CalendarFeed, Status
from bookings.services import calendar_file, feed
from bookings.services.cancelling import cancel_lesson
from instainstru.core.errors import NotFound
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from instructors.models import InstructorProfile
from tests.factories import NeighborhoodFactory, UserFactory, teaching
from tests.fixtures import NOON, TOMORROW, WHOLE_DAYS, book, put_into

SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
DAY = timedelta(days=1)


def parts_of(address: str) -> tuple[uuid.UUID, str]:
    """Number and secret of an address."""
    name = PurePath(address).stem
    return uuid.UUID(name[:36]), name[37:]


def opened(address: str, *, now: datetime = NOON) -> str:
    """The feed as text."""
    number, secret = parts_of(address)
    return feed.read(number=number, secret=secret, now=now).decode()


def events_in(text: str) -> dict[str, Any]:
    """The events as vobject reads them, by the lesson's reference."""
    calendar = vobject.readOne(text)
    return {event.uid.value.partition("@")[0]: event for event in calendar.contents.get("vevent", [])}


@pytest.fixture
def sams(sam):
    """Where Sam's calendar is."""
    return feed.create(person=sam, now=NOON).url


# What is in it


def test_lessons_taken_and_taught_are_in_it_and_nobody_elses(
    ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger
):
    taught = book(sam, ana_teaches_piano, at="15:00")
    taken = book(ana, stranger_teaches_guitar, at="18:00")
    others = book(sam, stranger_teaches_guitar, at="10:00")
    found = events_in(opened(feed.create(person=ana, now=NOON).url))
    assert set(found) == {taught.reference, taken.reference}
    assert others.reference not in found
    assert found[taught.reference].summary.value == "Piano for Sam S."
    assert found[taken.reference].summary.value == "Guitar with Noor S."


def test_an_event_says_what_the_single_file_says(ana_teaches_piano, sam, sams):
    booking = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    told = Booking.objects.told().get(pk=booking.pk)
    [single] = events_in(calendar_file.calendar_file(booking=told, viewer=sam, now=NOON).decode()).values()
    [fed] = events_in(opened(sams)).values()
    assert fed.serialize() == single.serialize()
    assert fed.uid.value == f"{booking.reference}@instainstru"
    assert (fed.status.value, fed.sequence.value) == ("CONFIRMED", "0")
    assert fed.dtstart.value == booking.span.start
    assert fed.location.value == "1 Main Street, Park Slope"


def test_it_asks_to_be_looked_at_again_and_is_a_calendar_of_its_own(sams):
    text = opened(sams)
    assert "METHOD:PUBLISH" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text
    assert "X-PUBLISHED-TTL:PT1H" in text
    assert events_in(text) == {}


@pytest.mark.parametrize(
    ("day", "at", "minutes", "start", "end"),
    [
        (SPRING, "01:30", 60, "20270314T063000Z", "20270314T073000Z"),
        (SPRING, "03:00", 60, "20270314T070000Z", "20270314T080000Z"),
        (AUTUMN, "00:30", 30, "20271107T043000Z", "20271107T050000Z"),
        (AUTUMN, "01:30", 30, "20271107T053000Z", "20271107T060000Z"),
        (AUTUMN, "01:30", 60, "20271107T053000Z", "20271107T063000Z"),  # 1:30 to 1:30
        (AUTUMN, "01:00", 180, "20271107T050000Z", "20271107T080000Z"),
        (AUTUMN, "02:00", 60, "20271107T070000Z", "20271107T080000Z"),
    ],
)
def test_both_nights_of_the_clocks_are_right(day, at, minutes, start, end, ana, sam):
    now = datetime.combine(day - 10 * DAY, NOON.time(), NEW_YORK)
    service = teaching(ana, now=now, week=WHOLE_DAYS, overnight_guard=False, lengths=(30, 60, 180))
    book(sam, service, at=at, day=day, minutes=minutes, now=now)
    for person in (sam, ana):
        [event] = events_in(opened(feed.create(person=person, now=now).url, now=now)).values()
        edges = [edge.value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for edge in (event.dtstart, event.dtend)]
        assert edges == [start, end]


def test_the_clock_in_the_feed_is_right_before_and_after_each_change(ana_teaches_piano, sam, sams):
    book(sam, ana_teaches_piano, at="15:00")
    zone = vobject.readOne(opened(sams)).vtimezone.tzinfo
    for day in (SPRING, AUTUMN):
        for hours in (-30, -6, 12, 36):
            local = datetime.combine(day, datetime.min.time()) + timedelta(hours=hours)
            assert local.replace(tzinfo=zone).utcoffset() == local.replace(tzinfo=NEW_YORK).utcoffset()


def test_a_cancelled_lesson_stays_for_a_month_as_cancelled(ana_teaches_piano, sam, sams):
    gone, kept = book(sam, ana_teaches_piano, at="15:00"), book(sam, ana_teaches_piano, at="18:00")
    before = events_in(opened(sams))[gone.reference].uid.value
    cancel_lesson(reference=gone.reference, by=sam, now=NOON)
    found = events_in(opened(sams, now=NOON + 30 * DAY))
    event = found[gone.reference]
    assert (event.uid.value, event.status.value, event.sequence.value) == (before, "CANCELLED", "1")
    assert found[kept.reference].status.value == "CONFIRMED"
    assert set(events_in(opened(sams, now=NOON + 30 * DAY + timedelta(seconds=1)))) == {kept.reference}


def test_lessons_of_ninety_days_back_are_in_it(ana_teaches_piano, sam, sams):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    put_into(lesson, Status.COMPLETED)
    until = lesson.span.end + 90 * DAY
    found = events_in(opened(sams, now=until - timedelta(seconds=1)))
    assert found[lesson.reference].status.value == "CONFIRMED"
    assert events_in(opened(sams, now=until)) == {}


def test_the_door_is_in_it_for_whom_the_page_shows_it(ana_teaches_piano, ana, sam, sams):
    lesson = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    anas = feed.create(person=ana, now=NOON).url
    assert "1 Main Street" in opened(anas)
    put_into(lesson, Status.COMPLETED)
    assert "1 Main Street" not in opened(anas)
    assert "1 Main Street" in opened(sams)


def test_it_says_nobodys_surname_or_mail_nor_a_private_note(ana_teaches_piano, ana, sam, sams):
    book(sam, ana_teaches_piano, at="15:00")
    Booking.objects.update(private_note="Talks too much", notes="")
    for address in (sams, feed.create(person=ana, now=NOON).url):
        assert not re.search(r"Ruiz|Student|@example|Talks", opened(address))


def test_it_costs_the_same_however_many_lessons(ana_teaches_piano, sam, sams, django_assert_num_queries):
    InstructorProfile.objects.update(place_neighborhood=NeighborhoodFactory.create(name="Park Slope"))
    for at in ("10:00", "13:00", "16:00"):
        book(sam, ana_teaches_piano, at=at, place=Place.INSTRUCTOR)
    number, secret = parts_of(sams)
    with django_assert_num_queries(4):  # whose, two for what they may, the lessons
        assert feed.read(number=number, secret=secret, now=NOON).count(b"BEGIN:VEVENT") == 3


# Who opens it


def test_an_address_is_shown_again_and_made_once(sam, sams):
    assert feed.create(person=sam, now=NOON + DAY).url == sams
    shown = feed.address(person=sam)
    assert shown is not None
    assert (shown.url, shown.created_at) == (sams, NOON)


def test_the_table_alone_opens_nothing(sam, sams):
    number = CalendarFeed.objects.get().number
    assert str(number) in sams
    assert parts_of(sams)[1] not in str(vars(CalendarFeed.objects.get()))
    with pytest.raises(NotFound):
        feed.read(number=number, secret=number.hex * 2, now=NOON)


def tampered(secret: str) -> list[str]:
    return ["", "0" * 64, secret[:-1], secret + "0", secret.upper(), secret[::-1], "é", secret[:-1] + "g"]


def test_a_secret_that_is_not_the_numbers_own_opens_nothing(sams, stranger):
    number, secret = parts_of(sams)
    other, others = parts_of(feed.create(person=stranger, now=NOON).url)
    for asked, wrong in [(number, others), (other, secret), *[(number, one) for one in tampered(secret)]]:
        with pytest.raises(NotFound):
            feed.read(number=asked, secret=wrong, now=NOON)


def test_a_forged_address_never_reaches_the_database(sams, django_assert_num_queries):
    number, _ = parts_of(sams)
    with django_assert_num_queries(0), pytest.raises(NotFound):
        feed.read(number=number, secret="0" * 64, now=NOON)


def test_another_sites_key_makes_another_address(sams, sam, settings):
    settings.SECRET_KEY = "another"
    with pytest.raises(NotFound):
        opened(sams)


def test_a_renewed_address_replaces_the_old_at_once(sam, sams):
    new = feed.renew(person=sam, now=NOON + DAY)
    assert new.url != sams
    assert new.created_at == NOON + DAY
    with pytest.raises(NotFound):
        opened(sams)
    assert opened(new.url)
    assert CalendarFeed.objects.count() == 1


def test_a_revoked_address_opens_nothing_and_the_next_is_another(sam, sams):
    feed.revoke(person=sam)
    feed.revoke(person=sam)  # nothing to take away
    assert feed.address(person=sam) is None
    with pytest.raises(NotFound):
        opened(sams)
    assert feed.create(person=sam, now=NOON).url != sams


def test_who_renews_without_an_address_has_one():
    person = UserFactory.create()
    assert opened(feed.renew(person=person, now=NOON).url)


def test_a_person_who_may_not_come_in_has_no_feed(sam, sams):
    sam.is_active = False
    sam.save()
    with pytest.raises(NotFound):
        opened(sams)
    sam.is_active = True
    sam.save()
    assert opened(sams)
    sam.groups.clear()
    with pytest.raises(NotFound):
        opened(sams)


def test_a_lesson_whose_tie_is_gone_is_gone(ana_teaches_piano, sam, sams):
    lesson = book(sam, ana_teaches_piano, at="15:00", day=TOMORROW)
    assert set(events_in(opened(sams))) == {lesson.reference}
    sam.bookingtie_set.all().delete()
    assert events_in(opened(sams)) == {}
