"""What route tests share: browsers signed in as somebody, and a world with one of everything."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import PurePath
from typing import Any

import pytest
from django.test import Client
from django.test.client import ClientHandler
from rest_framework.test import APIClient

from accounts.models import User
from bookings.models import Booking
from bookings.services import feed
from instainstru.core import policy
from instainstru.core.time import Span
from instructors.models import Service, TimeOff
from instructors.services import time_off
from tests.factories import PASSWORD
from tests.fixtures import NOON, book

Visit = Callable[..., Client]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose, and here it is not what is tested."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def site() -> dict[bool, ClientHandler]:
    """The middleware, set up once for all browsers of a run: without and with the check of form keys."""
    return {strict: ClientHandler(enforce_csrf_checks=strict) for strict in (False, True)}


@pytest.fixture
def visit(site: dict[bool, ClientHandler]) -> Visit:
    """A browser without JavaScript, signed in as a person or as nobody."""

    def browser_of(person: User | None = None, *, strict: bool = False, **options: Any) -> Client:
        client = Client(**options)
        client.handler = site[strict]
        if person is not None:
            client.force_login(person)
        return client

    return browser_of


@pytest.fixture
def api(api: Callable[..., APIClient], site: dict[bool, ClientHandler]) -> Callable[..., APIClient]:
    """The same clients as everywhere, on the site that is set up already."""

    def client_of(person: User | None = None) -> APIClient:
        client = api(person)
        client.handler = site[False]
        return client

    return client_of


@dataclass(frozen=True)
class World:
    """One of everything: Ana's piano, Sam's lesson with her tomorrow at 3 PM and his feed, her time off in ten days."""

    service: Service
    lesson: Booking
    time_off: TimeOff
    feed: str
    people: dict[str, User | None]

    def address(self, pattern: str) -> str:
        """An address with what this world has in its holes."""
        return pattern.format(
            service=self.service.pk,
            reference=self.lesson.reference,
            time_off=self.time_off.pk,
            feed=self.feed,
            part=self.service.instructor_id // policy.SITEMAP_SIZE,
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
    address = feed.create(person=sam, now=NOON).url
    return World(ana_teaches_piano, lesson, off.time_off, PurePath(address).stem, people)


@pytest.fixture
def sessions(world: World, visit: Visit) -> Callable[[str], Client]:
    """A new browser for one of the people by name, each signed in once for all. Sam's password is known."""
    sam = world.people["sam"]
    assert sam is not None
    sam.set_password(PASSWORD)
    sam.save()
    cookies = {name: visit(person).cookies for name, person in world.people.items()}

    def browser_of(name: str) -> Client:
        client = visit()
        client.cookies = SimpleCookie({key: morsel.value for key, morsel in cookies[name].items()})
        return client

    return browser_of
