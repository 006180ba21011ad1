"""A beat that was away for hours, or days: each task catches up, and what is called twice is done once."""

from datetime import datetime, timedelta

import pytest

from bookings.models import Booking, Status
from instainstru.celery import app
from instainstru.core import clock
from instainstru.core.models import OutboxMessage
from instainstru.core.time import NEW_YORK
from instructors.models import FreeSpan, InstructorProfile
from tests.fixtures import NOON, book

LESSON = datetime(2027, 3, 4, 15, tzinfo=NEW_YORK)


def beat(now: datetime) -> None:
    """Every entry of the schedule, called once."""
    app.loader.import_default_modules()
    with clock.at(now):
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]]()


def picture() -> object:
    """All that the tasks write, but for when a letter was tried."""
    return (
        list(Booking.objects.order_by("pk").values("status", "completed_at", "commission_cents")),
        list(OutboxMessage.objects.order_by("pk").values("key", "delivered_at", "attempts")),
        list(InstructorProfile.objects.values_list("free_through", flat=True)),
        list(FreeSpan.objects.order_by("instructor", "travel", "starts_at").values()),
    )


@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(hours=5), timedelta(days=2), timedelta(days=40)])
def test_who_was_away_catches_up_without_doubling(ana_teaches_piano, sam, mailoutbox, away: timedelta) -> None:
    book(sam, ana_teaches_piano, at="15:00", day=LESSON.date())
    beat(NOON)
    assert len(mailoutbox) == 2
    now = LESSON - timedelta(hours=2) + away
    beat(now)
    beat(now)  # the sweep stands first in the schedule: what the first call posted leaves with the second
    after = picture()
    beat(now)
    assert picture() == after
    over = away > timedelta(hours=3, minutes=15)
    assert Booking.objects.get().status == (Status.COMPLETED if over else Status.CONFIRMED)
    assert len({sent.extra_headers["X-Outbox-Key"] for sent in mailoutbox}) == len(mailoutbox)
    assert len(mailoutbox) == (2 if over else 4)  # a reminder that came late, while it was of use
    assert InstructorProfile.objects.get().free_through == now.astimezone(NEW_YORK).date() + timedelta(days=92)
