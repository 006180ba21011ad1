"""A lesson as a file that calendars take in (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone, vDuration

from accounts.models import User
from bookings.models import Booking, Status
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK, is_second_pass

# New York's clock since 2007, as RFC 5545 itself writes it. A test holds it against the zone's own data.
NEW_YORKS_CLOCK = Timezone.from_ical("""\
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
END:STANDARD
END:VTIMEZONE
""")


@measure_operation
def calendar_file(*, booking: Booking, viewer: User, now: datetime) -> bytes:
    """A lesson for the calendar of one of its people, who may see its address only as on its page."""
    return written([event(booking, viewer=viewer, now=now)])


def event(booking: Booking, *, viewer: User, now: datetime) -> Event:
    """A lesson as an event. Taken in again after a change it replaces itself: the same UID, a higher SEQUENCE."""
    cancelled = booking.status == Status.CANCELLED
    teaches = booking.instructor_id == viewer.pk
    whom = f"for {booking.student.public_name}" if teaches else f"with {booking.instructor.user.public_name}"
    address = settings.SITE_ADDRESS + reverse("bookings:lesson", args=[booking.reference])
    lesson = Event()
    lesson.add("uid", f"{booking.reference}@instainstru")
    lesson.add("dtstamp", now.replace(microsecond=0))
    lesson.add("created", booking.created_at)
    lesson.add("dtstart", _local(booking.span.start))
    lesson.add("dtend", _local(booking.span.end))
    lesson.add("summary", f"{booking.service_name} {whom}")
    lesson.add("location", _where(booking, viewer, teaches=teaches))
    lesson.add("description", f"Reference {booking.reference}\n{address}")
    lesson.add("url", address)
    lesson.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    lesson.add("sequence", 1 if cancelled else 0)
    return lesson


def written(events: Iterable[Event], *, every: timedelta | None = None) -> bytes:
    """A calendar of these events as a file, with New York's clock; `every` asks to look for changes so often."""
    calendar = Calendar()
    calendar.add("prodid", "-//InstaInstru//Lessons//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if every is not None:
        calendar.add("x-wr-calname", "InstaInstru")
        calendar.add("refresh-interval", every, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(every))
    calendar.add_component(NEW_YORKS_CLOCK)
    for one in events:
        calendar.add_component(one)
    return bytes(calendar.to_ical())


def _local(instant: datetime) -> datetime:
    """An instant on New York's clock; in the second pass of the repeated hour in UTC.

    A clock time that comes twice means its first pass to every calendar, so the second has no other name.
    """
    return instant.astimezone(UTC if is_second_pass(instant) else NEW_YORK)


def _where(booking: Booking, viewer: User, *, teaches: bool) -> str:
    """Where to go: the door only to whom the lesson's page shows it."""
    area = booking.neighborhood
    if booking.place == Place.STUDENT and area is not None:
        return f"{booking.address}, {area.name}" if booking.shows_address_to(viewer.pk) else area.name
    if booking.place == Place.INSTRUCTOR:
        own = booking.instructor.place_neighborhood
        whose = "Your place" if teaches else f"{booking.instructor.user.public_name}’s place"
        return f"{whose}, {own.name}" if own else whose
    return "Online"
