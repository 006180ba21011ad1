"""Private calendar addresses."""

import uuid
from datetime import datetime

from accounts.models import User
from bookings.models import CalendarFeed


def of(*, person_id: int) -> CalendarFeed | None:
    """A person's calendar address, if they have one."""
    return CalendarFeed.objects.filter(person=person_id).first()


def owner(*, number: uuid.UUID) -> User | None:
    """Whose calendar address it is; None for one that is not, or not any more."""
    return User.objects.filter(calendar_feed__number=number).first()


def keep(*, person_id: int, now: datetime) -> CalendarFeed:
    """The calendar address that a person has, or a new one."""
    return CalendarFeed.objects.get_or_create(person_id=person_id, defaults={"created_at": now})[0]


def put(*, person_id: int, now: datetime) -> CalendarFeed:
    """A new calendar address in the place of the one that a person had."""
    new = {"number": uuid.uuid4(), "created_at": now}
    return CalendarFeed.objects.update_or_create(person_id=person_id, defaults=new)[0]


def forget(*, person_id: int) -> None:
    """Delete a person's calendar address."""
    CalendarFeed.objects.filter(person=person_id).delete()
