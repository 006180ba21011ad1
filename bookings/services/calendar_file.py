"""A lesson as a file that calendars take in (RFC 5545)."""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone

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
    """A lesson for the calendar of one of its people, who may see its address only as on its page.

    Taken in again after a change it replaces what was there: the same UID, a higher SEQUENCE.
    """
    cancelled = booking.status == Status.CANCELLED
    teaches = booking.instructor_id == viewer.pk
    whom = f"for {booking.student.public_name}" if teaches else f"with {booking.instructor.user.public_name}"
    address = settings.SITE_ADDRESS + reverse("bookings:lesson", args=[booking.reference])
    event = Event()
    event.add("uid", f"{booking.reference}@instainstru")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("created", booking.created_at)
    event.add("dtstart", _local(booking.span.start))
    event.add("dtend", _local(booking.span.end))
    event.add("summary", f"{booking.service_name} {whom}")
    event.add("location", _where(booking, viewer, teaches=teaches))
    event.add("description", f"Reference {booking.reference}\n{address}")
    event.add("url", address)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("sequence", 1 if cancelled else 0)
    calendar = Calendar()
    calendar.add("prodid", "-//InstaInstru//Lessons//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(NEW_YORKS_CLOCK)
    calendar.add_component(event)
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
