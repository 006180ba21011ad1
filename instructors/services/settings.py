"""What an instructor sets about their calendar: the time kept free after a lesson, and the overnight guard."""

from datetime import datetime

from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.measure import measure_operation
from instructors.models import InstructorProfile
from instructors.repositories import profiles as repository
from instructors.services import calendar, offers


@measure_operation
def read(*, instructor_id: int) -> InstructorProfile:
    """The profile that holds an instructor's settings. Raises NotFound for who does not teach."""
    profile = repository.teaching_side(instructor_id)
    if profile is None:
        raise NotFound
    return profile


@measure_operation
@under_lock
def save(*, instructor_id: int, buffer_minutes: int, overnight_guard: bool, now: datetime) -> InstructorProfile:
    """Set the minutes kept free after a lesson and the overnight guard, for bookings from now on.

    What is booked keeps the padding that it was booked with. Free time is worked out anew for all days that are kept,
    and search knows the guard when this returns. Raises Invalid for minutes out of bounds, NotFound for who does not
    teach.
    """
    if not 0 <= buffer_minutes <= policy.LARGEST_BUFFER_MINUTES:
        raise Invalid.field("buffer_minutes", f"Choose from 0 to {policy.LARGEST_BUFFER_MINUTES} minutes.")
    calendar.lock(person_ids=[instructor_id])
    profile = read(instructor_id=instructor_id)
    repository.record_settings(profile, buffer_minutes=buffer_minutes, overnight_guard=overnight_guard)
    calendar.rewrite_coming(instructor_id=instructor_id, now=now)
    offers.publish(instructor_ids=[instructor_id])
    return profile
