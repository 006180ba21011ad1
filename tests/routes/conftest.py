"""What route tests share: browsers signed in as somebody, and a world with one of everything."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking
from instainstru.core.time import Span
from instructors.models import Service, TimeOff
from instructors.services import time_off
from tests.fixtures import NOON, book

Visit = Callable[..., Client]


@pytest.fixture
def visit() -> Visit:
    """A browser without JavaScript, signed in as a person or as nobody."""

    def browser_of(person: User | None = None, **options: Any) -> Client:
        client = Client(**options)
        if person is not None:
            client.force_login(person)
        return client

    return browser_of


@dataclass(frozen=True)
class World:
    """One of everything: Ana's piano, Sam's lesson with her tomorrow at 3 PM, her time off in ten days."""

    service: Service
    lesson: Booking
    time_off: TimeOff
    people: dict[str, User | None]

    def address(self, pattern: str) -> str:
        """An address with what this world has in its holes."""
        return pattern.format(
            service=self.service.pk,
            reference=self.lesson.reference,
            time_off=self.time_off.pk,
            time="date=2027-03-02&start=18:00&minutes=60&place=online",
        )


@pytest.fixture
def world(ana_teaches_piano: Service, ana: User, sam: User, stranger: User, stella: User) -> World:
    """The cast, with one of everything."""
    lesson = book(sam, ana_teaches_piano, at="15:00")
    off = time_off.add(
        instructor_id=ana.pk,
        span=Span(NOON + timedelta(days=10), NOON + timedelta(days=11)),
        reason="Holidays",
        now=NOON,
    )
    people = {"guest": None, "sam": sam, "stranger": stranger, "ana": ana, "stella": stella}
    return World(ana_teaches_piano, lesson, off.time_off, people)
