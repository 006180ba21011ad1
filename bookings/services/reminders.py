"""Reminding both sides of a lesson, a day and an hour before it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bookings.models import STANDING
from bookings.repositories import bookings as repository
from bookings.repositories import reminders
from bookings.services import letters
from instainstru.core import policy
from instainstru.core.contention import under_lock
from instainstru.core.measure import measure_bulk
from instainstru.core.services import outbox

BATCH = 500


@measure_bulk
def post_due(*, now: datetime) -> int:
    """Post the reminders that are due, and answer of how many lessons that was.

    Each is posted once, however often this runs. One that is late is posted while it is of use: until the next one is
    due, or the lesson starts. Whoever booked later than that has just been told, and gets none.
    """
    leads = [timedelta(hours=hours) for hours in policy.REMINDER_HOURS]
    posted = 0
    for lead, following in zip(leads, [*leads[1:], timedelta()], strict=True):
        soon = reminders.begin_within(after=now + following, until=now + lead, booked_ahead=lead)
        hours = int(lead / timedelta(hours=1))
        posted += sum(_post(reference=reference, hours=hours, now=now) for reference in _not_posted(soon, hours))
    return posted


def _not_posted(references: Sequence[str], hours: int) -> Iterator[str]:
    for start in range(0, len(references), BATCH):
        keys = {letters.reminder_key(reference, hours): reference for reference in references[start : start + BATCH]}
        posted = outbox.posted(keys=list(keys))
        yield from (reference for key, reference in keys.items() if key not in posted)


@under_lock
def _post(*, reference: str, hours: int, now: datetime) -> bool:
    """Whether it still stood: its row is held, so nobody is reminded of what is being cancelled."""
    booking = repository.locked(reference=reference)
    if booking.status not in STANDING:
        return False
    outbox.post(letters=letters.reminder(booking, hours=hours, now=now))
    return True
