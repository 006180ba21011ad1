"""What the two people of a lesson are told, worded here and posted whole."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bookings.models import Booking, Side
from instainstru.core.money import Step, dollars, refund_ladder
from instainstru.core.policy import Place
from instainstru.core.services.outbox import Letter
from instainstru.core.time import NEW_YORK


def when(booking: Booking) -> str:
    """Start and end as New York's clock says them."""
    start, end = (edge.astimezone(NEW_YORK) for edge in (booking.span.start, booking.span.end))
    return f"{start:%A, %B %-d, %Y}, {start:%-I:%M %p} to {end:%-I:%M %p} (New York time)"


def _where(booking: Booking, *, for_instructor: bool) -> str:
    if booking.place == Place.STUDENT and booking.neighborhood is not None:
        whose = "the student's place" if for_instructor else "your place"
        return f"at {whose}: {booking.address}, {booking.neighborhood.name}"
    if booking.place == Place.INSTRUCTOR:
        return "at your place" if for_instructor else "at the instructor's place"
    return "online"


def _rung(step: Step) -> str:
    until = step.until.astimezone(NEW_YORK)
    back = f"{dollars(step.refund_cents)} back" if step.refund_cents else f"{dollars(step.credit_cents)} as credit"
    return f"  until {until:%a %b %-d, %-I:%M %p}: {back}"


def _address(booking: Booking) -> str:
    return f"{settings.SITE_ADDRESS}{reverse('bookings:lesson', args=[booking.reference])}"


def _letter(booking: Booking, what: str, *, for_instructor: bool, subject: str, lines: list[str]) -> Letter:
    person = booking.instructor.user if for_instructor else booking.student
    side = "instructor" if for_instructor else "student"
    body = "\n".join([f"Hello {person.first_name},", "", *lines, "", _address(booking), "", "InstaInstru"])
    return Letter(f"{what}:{booking.reference}:{side}", person.email, subject, body + "\n", booking.reference)


def confirmed(booking: Booking) -> list[Letter]:
    """To both sides: a lesson is booked."""
    instructor, student = booking.instructor.user.public_name, booking.student.first_name
    name = booking.service_name
    ladder = refund_ladder(price_cents=booking.price_cents, fee_cents=booking.fee_cents, starts_at=booking.span.start)
    to_student = [
        f"{name} with {instructor} is booked.",
        "",
        f"When: {when(booking)}",
        f"Where: {_where(booking, for_instructor=False)}",
        f"Price: {dollars(booking.price_cents)} and {dollars(booking.fee_cents)} booking protection,"
        f" {dollars(booking.total_cents)} in all. No card is charged yet.",
        "",
        "If you cancel:",
        *[_rung(step) for step in ladder if step.until > booking.created_at],
        "",
        "The lesson and how to cancel it:",
    ]
    to_instructor = [
        f"{student} has booked {name} with you.",
        "",
        f"When: {when(booking)}",
        f"Where: {_where(booking, for_instructor=True)}",
        *([f"Notes: {booking.notes}"] if booking.notes else []),
        "",
        "The lesson:",
    ]
    return [
        _letter(
            booking, "confirmed", for_instructor=False, subject=f"Booked: {name}, {when(booking)}", lines=to_student
        ),
        _letter(
            booking,
            "confirmed",
            for_instructor=True,
            subject=f"New lesson: {name}, {when(booking)}",
            lines=to_instructor,
        ),
    ]


def reminder_key(reference: str, hours: int) -> str:
    """The key of the student's reminder, so many hours before a lesson."""
    return f"reminder-{hours}h:{reference}:student"


def reminder(booking: Booking, *, hours: int, now: datetime) -> list[Letter]:
    """To both sides, so many hours before: a lesson is near, where it is, and to the student what cancelling costs."""
    name = booking.service_name
    ladder = refund_ladder(price_cents=booking.price_cents, fee_cents=booking.fee_cents, starts_at=booking.span.start)
    rungs = [_rung(step) for step in ladder if step.until > now]
    people = {False: booking.instructor.user.public_name, True: booking.student.first_name}
    return [
        _letter(
            booking,
            f"reminder-{hours}h",
            for_instructor=for_instructor,
            subject=f"Soon: {name}, {when(booking)}",
            lines=[
                _sentence(f"Your lesson {name} with {other} is near"),
                "",
                f"When: {when(booking)}",
                f"Where: {_where(booking, for_instructor=for_instructor)}",
                *([f"Notes: {booking.notes}"] if for_instructor and booking.notes else []),
                *(["", "If you cancel:", *rungs] if not for_instructor else []),
                "",
                "The lesson:",
            ],
        )
        for for_instructor, other in people.items()
    ]


def _canceller(booking: Booking, reader: Side, *, by: Side, through_staff: bool) -> tuple[str, str]:
    """Who has cancelled, in the reader's eyes, and for whom."""
    other = booking.student.first_name if by is Side.STUDENT else booking.instructor.user.public_name
    if through_staff:
        return "The InstaInstru team has", " for you" if reader is by else f" for {other}"
    return ("You have" if reader is by else f"{other} has"), ""


def _sentence(words: str) -> str:
    """Words with one full stop: names may end in one, as in Ana R."""
    return f"{words.rstrip('.')}."


def cancelled(booking: Booking, *, by: Side, through_staff: bool) -> list[Letter]:
    """To both sides: a lesson will not take place, and who gets what. Staff may have done it for the side `by`."""
    name = booking.service_name
    what = f"{name} on {when(booking)}"
    back = []
    if booking.refund_cents:
        back.append(f"You get {dollars(booking.refund_cents)} back.")
    if booking.credit_cents:
        back.append(f"You get {dollars(booking.credit_cents)} as credit for a later lesson.")
    paid = f"You are paid {dollars(booking.instructor_cents or 0)} for it." if booking.instructor_cents else ""
    to_student, for_student = _canceller(booking, Side.STUDENT, by=by, through_staff=through_staff)
    to_instructor, for_instructor = _canceller(booking, Side.INSTRUCTOR, by=by, through_staff=through_staff)
    return [
        _letter(
            booking,
            "cancelled",
            for_instructor=False,
            subject=f"Cancelled: {what}",
            lines=[_sentence(f"{to_student} cancelled {what}{for_student}"), *back],
        ),
        _letter(
            booking,
            "cancelled",
            for_instructor=True,
            subject=f"Cancelled: {what}",
            lines=[
                _sentence(f"{to_instructor} cancelled {what}{for_instructor}"),
                *([paid] if paid else []),
                "The time is free again.",
            ],
        ),
    ]
