"""Leaving, where lessons are concerned: coming ones are cancelled by the rules, what accounts need of all stays."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.services.leaving import ClosingStep, Consequence, told
from bookings.models import Booking, Side, Status
from bookings.repositories import feeds
from bookings.repositories import leaving as repository
from bookings.services import cancelling, letters
from instainstru.core.errors import Busy, DomainError
from instainstru.core.money import Settlement, dollars
from instainstru.core.services import outbox
from instainstru.core.time import NEW_YORK
from instructors.services import calendar


class UnderWay(DomainError):
    """A lesson has begun and is not over: nobody cancels it any more, and somebody is in it."""

    code, status = "conflict", 409

    @classmethod
    def until(cls, end: datetime) -> "UnderWay":
        """The refusal that says when it is over."""
        clock = f"{end.astimezone(NEW_YORK):%-I:%M %p}"
        return cls(f"A lesson of yours is under way until {clock}. Close the account after it.")


class Closing(ClosingStep):
    """Coming lessons are cancelled by the ladder of the person's side; doors and notes are erased."""

    def announced(self, *, person_id: int, now: datetime, holding: bool) -> list[Consequence]:
        """Each coming lesson and who gets what. Raises UnderWay; with `holding`, Busy while others book with them."""
        coming = repository.open_lessons(person_id, now=now)
        if holding:
            coming = _held(person_id, coming, now=now)
        for lesson in coming:
            if lesson.span.start <= now:
                raise UnderWay.until(lesson.span.end)
        return [_consequence(lesson, person_id, now=now) for lesson in coming]

    def carry_out(self, *, person: User, on_behalf: bool, now: datetime) -> None:
        """Cancel what is to come, by the one service, and erase. Expects the calendars of all its people."""
        for lesson in repository.open_lessons(person.pk, now=now):
            side = _side(lesson, person.pk)
            cancelling.cancel_lesson(
                reference=lesson.reference, by=person, now=now, on_behalf_of=side if on_behalf else None
            )
        outbox.keep_short(references=repository.references_of(person.pk))
        repository.empty_lessons(person.pk)
        feeds.forget(person_id=person.pk)


def _held(person_id: int, coming: list[Booking], *, now: datetime) -> list[Booking]:
    """The coming lessons once the calendars of all their people are ours: nobody books or cancels any of them.

    Raises Busy where somebody has booked before we had them: all are taken in one order, or none.
    """
    people = _people(coming) | {person_id}
    calendar.lock(person_ids=people, also_closed=True)
    coming = repository.open_lessons(person_id, now=now)
    if not _people(coming) <= people:
        raise Busy
    return coming


def _people(lessons: Iterable[Booking]) -> set[int]:
    return {person for lesson in lessons for person in (lesson.student_id, lesson.instructor_id)}


def _side(lesson: Booking, person_id: int) -> Side:
    return Side.INSTRUCTOR if lesson.instructor_id == person_id else Side.STUDENT


def _consequence(lesson: Booking, person_id: int, *, now: datetime) -> Consequence:
    teaches = _side(lesson, person_id) is Side.INSTRUCTOR
    due = cancelling.settlement(booking=lesson, by_instructor=teaches, now=now)
    whom = f"for {lesson.student.public_name}" if teaches else f"with {lesson.instructor.user.public_name}"
    said = _to_instructor(lesson, due) if teaches else _to_student(due)
    return Consequence(f"{lesson.service_name} {whom}, {letters.when(lesson)}", f"Cancelled. {said}")


def _to_student(due: Settlement) -> str:
    if due.refund_cents:
        return f"You get {dollars(due.refund_cents)} back."
    return f"You would get {dollars(due.credit_cents)} as credit for a later lesson: it ends with the account."


def _to_instructor(lesson: Booking, due: Settlement) -> str:
    return f"{lesson.student.public_name} gets {dollars(due.refund_cents)} back. You are paid nothing."


def exported(*, person: User) -> dict[str, Any]:
    """The lessons that a person takes and teaches, with what became of them, and whether they have a calendar feed."""
    lessons = list(repository.lessons_of(person.pk))
    history: dict[int, list[dict[str, Any]]] = {}
    for booking_id, at, status in repository.events_of([lesson.pk for lesson in lessons]):
        steps = history.setdefault(booking_id, [])
        if not steps or steps[-1]["status"] != status:
            steps.append({"at": told(at), "status": status})
    feed = feeds.of(person_id=person.pk)
    return {
        "lessons_taken": [_taken(one, history) for one in lessons if one.student_id == person.pk],
        "lessons_taught": [_taught(one, history) for one in lessons if one.instructor_id == person.pk],
        "calendar_feed": {"since": told(feed.created_at)} if feed else None,
    }


def _taken(lesson: Booking, history: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        **_agreed(lesson, history),
        "instructor": lesson.instructor.user.public_name,
        "address": lesson.address,
        "fee_cents": lesson.fee_cents,
        "total_cents": lesson.total_cents,
        "refund_cents": lesson.refund_cents,
        "credit_cents": lesson.credit_cents,
    }


def _taught(lesson: Booking, history: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    stands = lesson.shows_address_to(lesson.instructor_id)
    return {
        **_agreed(lesson, history),
        "student": lesson.student.public_name,
        "address": lesson.address if stands else "",
        "commission_percent": lesson.commission_percent,
        "commission_cents": lesson.commission_cents,
        "net_cents": lesson.net_cents,
        "cancelled_late_cents": lesson.instructor_cents,
        "completed_at": told(lesson.completed_at),
        "private_note": lesson.private_note,
    }


def _agreed(lesson: Booking, history: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    by = {None: None, lesson.student_id: Side.STUDENT.value, lesson.instructor_id: Side.INSTRUCTOR.value}
    return {
        "reference": lesson.reference,
        "status": Status(lesson.status).value,
        "history": history.get(lesson.pk, []),
        "service": lesson.service_name,
        "starts_at": told(lesson.span.start),
        "ends_at": told(lesson.span.end),
        "duration_minutes": lesson.duration_minutes,
        "place": lesson.place,
        "neighborhood": lesson.neighborhood.slug if lesson.neighborhood else None,
        "notes": lesson.notes,
        "hourly_cents": lesson.hourly_cents,
        "price_cents": lesson.price_cents,
        "booked_at": told(lesson.created_at),
        "cancelled_at": told(lesson.cancelled_at),
        "cancelled_by": by.get(lesson.cancelled_by_id, "staff"),
    }
