"""What others count on from a person whose account staff look at: the lessons that stand."""

from datetime import datetime

from accounts.services.standing import StandingStep
from bookings.models import Booking
from bookings.repositories import leaving as repository
from bookings.services import letters


class Standing(StandingStep):
    """Lessons stand whatever becomes of an account; who would not have them held cancels them."""

    def counted_on(self, *, person_id: int, now: datetime) -> list[str]:
        """Each lesson that is to come: which, when, and on which side. Nobody's name, and no place."""
        return [_said(lesson, person_id) for lesson in repository.open_lessons(person_id, now=now)]


def _said(lesson: Booking, person_id: int) -> str:
    side = "taught" if lesson.instructor_id == person_id else "taken"
    return f"{lesson.service_name}, {side}, {letters.when(lesson)}: {lesson.reference}"
