"""A person's lessons as a calendar that other programs keep up to date, at an address that nobody can guess.

The address is a number and its keyed hash: the table alone opens nothing, and who has an address can be shown it again.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.models import CalendarFeed
from bookings.repositories import bookings as booking_repository
from bookings.repositories import feeds as repository
from bookings.services.calendar_file import event, written
from instainstru.core import policy
from instainstru.core.errors import NotFound
from instainstru.core.measure import measure_operation
from instainstru.core.permissions import may

SALT = "bookings.calendar_feed"


@dataclass(frozen=True)
class Address:
    """Where a person's calendar is, since when."""

    url: str
    created_at: datetime


def secret_of(number: uuid.UUID) -> str:
    """What belongs to a number, and only this site can work out."""
    return salted_hmac(SALT, str(number), algorithm="sha256").hexdigest()


@measure_operation
def address(*, person: User) -> Address | None:
    """A person's calendar address, if they have one."""
    found = repository.of(person_id=person.pk)
    return _address(found) if found else None


@measure_operation
def create(*, person: User, now: datetime) -> Address:
    """Give a person a calendar address; who has one keeps it."""
    return _address(repository.keep(person_id=person.pk, now=now))


@measure_operation
def renew(*, person: User, now: datetime) -> Address:
    """Give a person another calendar address. From then on the old one is nobody's."""
    return _address(repository.put(person_id=person.pk, now=now))


@measure_operation
def revoke(*, person: User) -> None:
    """Take a person's calendar address away."""
    repository.forget(person_id=person.pk)


@measure_operation
def read(*, number: uuid.UUID, secret: str, now: datetime) -> bytes:
    """The lessons, taken and taught, of whose address it is: what they are told of each, and no more.

    Raises NotFound alike for an address that never was, was renewed or revoked, and for a person who may not come in.
    """
    genuine = constant_time_compare(secret, secret_of(number))
    person = repository.owner(number=number) if genuine else None
    if person is None or not may(person, PermissionName.VIEW_OWN_BOOKINGS):
        raise NotFound("There is no calendar at this address.")
    lessons = booking_repository.feed_of(
        person_id=person.pk,
        since=now - timedelta(days=policy.FEED_DAYS_BACK),
        cancelled_since=now - timedelta(days=policy.FEED_CANCELLED_DAYS),
    )
    return written(
        [event(lesson, viewer=person, now=now) for lesson in lessons],
        every=timedelta(minutes=policy.FEED_REFRESH_MINUTES),
    )


def _address(feed: CalendarFeed) -> Address:
    path = reverse("bookings:calendar_feed", args=[feed.number, secret_of(feed.number)])
    return Address(settings.SITE_ADDRESS + path, feed.created_at)
