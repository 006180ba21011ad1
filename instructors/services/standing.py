"""Whether an instructor may sign in has changed: search follows."""

from accounts.services.standing import StandingStep
from instructors.repositories import profiles as repository
from instructors.services import calendar, offers


class Standing(StandingStep):
    """Who may not sign in is not found."""

    def follow(self, *, person_id: int) -> None:
        """Publish who teaches as they are now."""
        if repository.teaching_side(person_id):
            calendar.lock(person_ids=[person_id])
            offers.publish(instructor_ids=[person_id])
