"""A lesson as a calendar's file: the right instants on every night of the year, and no door for whom it is none of."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bookings.models import Booking
from bookings.services import calendar_file, cancelling
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, LocalStart
from instructors.models import InstructorProfile
from tests.factories import NeighborhoodFactory, UserFactory, teaching
from tests.fixtures import NOON, WHOLE_DAYS, book

SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)


def file_of(booking, viewer):
    """The file as text, its folded lines put together again."""
    told = Booking.objects.told().get(pk=booking.pk)
    raw = calendar_file.calendar_file(booking=told, viewer=viewer, now=NOON)
    text = raw.decode()
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "")


def event_of(text) -> Any:
    return icalendar.Calendar.from_ical(text).walk("VEVENT")[0]


def line(text, name):
    """One property of the event as it is written, with its parameters."""
    event = text[text.index("BEGIN:VEVENT") :]
    [found] = re.findall(rf"^({name}[:;].*)\r$", event, re.MULTILINE)
    return found


def instant(written):
    """A DTSTART or DTEND read by hand, by nothing but the rule: a clock time that comes twice is its first pass."""
    if written.endswith("Z"):
        return datetime.strptime(written.split(":")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    [(zone, value)] = re.findall(r"^DT(?:START|END);TZID=([^:]+):(\d{8}T\d{6})$", written)
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def test_an_ordinary_lesson_says_all(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    text = file_of(booking, sam)
    assert line(text, "DTSTART") == "DTSTART;TZID=America/New_York:20270302T150000"
    assert line(text, "DTEND") == "DTEND;TZID=America/New_York:20270302T160000"
    assert line(text, "DTSTAMP") == "DTSTAMP:20270301T170000Z"
    assert line(text, "UID") == f"UID:{booking.reference}@instainstru"
    assert line(text, "SUMMARY") == "SUMMARY:Piano with Ana R."
    assert line(text, "LOCATION") == "LOCATION:Online"
    assert (line(text, "STATUS"), line(text, "SEQUENCE")) == ("STATUS:CONFIRMED", "SEQUENCE:0")
    assert line(text, "URL").endswith(f"/lessons/{booking.reference}/")
    assert "METHOD:PUBLISH" in text
    event = event_of(text)
    assert (event.start, event.end) == (booking.span.start, booking.span.end)


@pytest.mark.parametrize(
    ("day", "at", "minutes", "start", "end"),
    [
        (SPRING, "01:30", 60, "20270314T063000Z", "20270314T073000Z"),  # ends at 3:30, after the gap
        (SPRING, "01:00", 240, "20270314T060000Z", "20270314T100000Z"),
        (SPRING, "03:00", 60, "20270314T070000Z", "20270314T080000Z"),  # the first start after it
        (AUTUMN, "00:30", 30, "20271107T043000Z", "20271107T050000Z"),
        (AUTUMN, "01:30", 30, "20271107T053000Z", "20271107T060000Z"),  # ends as the hour comes again
        (AUTUMN, "01:30", 60, "20271107T053000Z", "20271107T063000Z"),  # 1:30 to 1:30
        (AUTUMN, "00:30", 90, "20271107T043000Z", "20271107T060000Z"),
        (AUTUMN, "01:00", 180, "20271107T050000Z", "20271107T080000Z"),
        (AUTUMN, "02:00", 60, "20271107T070000Z", "20271107T080000Z"),
    ],
)
def test_both_nights_of_the_clocks_are_right(day, at, minutes, start, end, ana, sam):
    now = datetime.combine(day - timedelta(days=10), NOON.time(), NEW_YORK)
    lengths = (30, 60, 90, 180, 240)
    service = teaching(ana, now=now, week=WHOLE_DAYS, overnight_guard=False, lengths=lengths)
    text = file_of(book(sam, service, at=at, day=day, minutes=minutes, now=now), sam)
    asked = [datetime.strptime(edge, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for edge in (start, end)]
    assert [instant(line(text, "DTSTART")), instant(line(text, "DTEND"))] == asked  # by hand
    event = event_of(text)
    assert [event.start.astimezone(UTC), event.end.astimezone(UTC)] == asked  # by the library
    assert asked[1] - asked[0] == timedelta(minutes=minutes)


def test_the_clock_in_the_file_is_new_yorks():
    """Whoever knows no America/New_York reads the rules in the file: held against the zone's data for ten years."""
    rules: Any = icalendar.Timezone.from_ical(calendar_file.NEW_YORKS_CLOCK.to_ical())
    theirs = rules.to_tz(lookup_tzid=False)
    for year, month, hour in product(range(2026, 2036), (1, 3, 7, 11), range(16 * 24)):  # with both changes
        moment = datetime(year, month, 1, tzinfo=UTC) + timedelta(hours=hour)
        assert moment.astimezone(theirs).utcoffset() == moment.astimezone(NEW_YORK).utcoffset(), moment


def test_a_cancelled_lesson_takes_the_place_of_the_same_lesson(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    before = file_of(booking, sam)
    after = file_of(cancelling.cancel_lesson(reference=booking.reference, by=sam, now=NOON), sam)
    assert line(before, "UID") == line(after, "UID")
    assert (line(after, "STATUS"), line(after, "SEQUENCE")) == ("STATUS:CANCELLED", "SEQUENCE:1")


def test_the_door_is_for_the_student_and_while_it_stands_for_the_instructor(ana_teaches_piano, ana, sam, stella):
    booking = book(sam, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    for viewer in (sam, ana):
        assert line(file_of(booking, viewer), "LOCATION") == r"LOCATION:1 Main Street\, Park Slope"
    assert line(file_of(booking, stella), "LOCATION") == "LOCATION:Park Slope"
    cancelling.cancel_lesson(reference=booking.reference, by=sam, now=NOON)
    assert line(file_of(booking, ana), "LOCATION") == "LOCATION:Park Slope"


def test_the_instructors_place_is_a_neighborhood_and_no_door(ana_teaches_piano, ana, sam):
    booking = book(sam, ana_teaches_piano, at="15:00", place=Place.INSTRUCTOR)
    InstructorProfile.objects.update(place_neighborhood=None)
    assert line(file_of(booking, sam), "LOCATION") == "LOCATION:Ana R.’s place"
    InstructorProfile.objects.update(place_neighborhood=NeighborhoodFactory.create(name="Park Slope"))
    assert line(file_of(booking, sam), "LOCATION") == r"LOCATION:Ana R.’s place\, Park Slope"
    assert line(file_of(booking, ana), "LOCATION") == r"LOCATION:Your place\, Park Slope"
    assert line(file_of(booking, ana), "SUMMARY") == "SUMMARY:Piano for Sam S."


def test_a_name_or_address_can_put_nothing_else_into_the_file(ana_teaches_piano):
    """A line break, a semicolon, a quote: text stays text."""
    student = UserFactory.create(first_name='Al\r\nEND:VEVENT;X="', last_name="Évil")
    booking = book(student, ana_teaches_piano, at="15:00", place=Place.STUDENT)
    Booking.objects.filter(pk=booking.pk).update(address="1 Main\r\nATTACH:http://evil.example/, 4;B\\n" + "é" * 120)
    text = file_of(booking, ana_teaches_piano.instructor.user)
    assert text.count("BEGIN:VEVENT") == 1
    assert len(icalendar.Calendar.from_ical(text).walk()) == 5
    event = event_of(text)
    assert "ATTACH" not in event
    assert str(event["LOCATION"]).endswith("é, Park Slope")


def test_it_says_nobodys_surname_or_mail(ana_teaches_piano, ana, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    for viewer in (sam, ana):
        text = file_of(booking, viewer)
        assert not re.search(r"Ruiz|Student|@example", text)


def test_what_the_clock_shows_at_the_end(ana, sam):
    """The end of a lesson in the second pass has no name in New York time."""
    now = datetime.combine(AUTUMN - timedelta(days=10), NOON.time(), NEW_YORK)
    service = teaching(ana, now=now, week=WHOLE_DAYS, overnight_guard=False)
    text = file_of(book(sam, service, at="01:30", day=AUTUMN, now=now), sam)
    assert line(text, "DTSTART") == "DTSTART;TZID=America/New_York:20271107T013000"
    assert line(text, "DTEND") == "DTEND:20271107T063000Z"
    assert LocalStart.at(instant(line(text, "DTEND"))).time.isoformat() == "01:30:00"
