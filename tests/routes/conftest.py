"""What route tests share: browsers signed in as somebody, and a world with one of everything."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import PurePath
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.test.client import ClientHandler
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from accounts.services import tokens
from bookings.models import Booking
from bookings.services import feed
from instainstru.core import policy
from instainstru.core.time import Span
from instructors.models import Service, TimeOff
from instructors.services import time_off
from tests.factories import PASSWORD, SubjectFactory, UserFactory, teaching
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
        """An address with what this world has in its holes; what it has not, nobody has."""
        return pattern.format_map(defaultdict(lambda: "1", self.holes))

    @property
    def holes(self) -> dict[str, object]:
        """What stands for whom in addresses."""
        return {
            "service": self.service.pk,
            "reference": self.lesson.reference,
            "time_off": self.time_off.pk,
            "feed": self.feed,
            "part": self.service.instructor_id // policy.SITEMAP_SIZE,
            "time": "date=2027-03-02&start=18:00&minutes=60&place=online",
        }


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


# What a browser hands over of a passkey: a key of nobody's, under the number 1.
_KEY = AttestedCredentialData.create(Aaguid.NONE, b"1", ES256.from_ctap1(b"\x04" + bytes(64)))
_MADE = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 0, bytes(_KEY))
CREDENTIAL = {
    "id": websafe_encode(b"1"),
    "rawId": websafe_encode(b"1"),
    "response": {
        "clientDataJSON": websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": ""}'),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", _MADE, {}))),
    },
    "type": "public-key",
}


@dataclass(frozen=True)
class Walk:
    """The world twice: what Ana and Sam have, Iris and Noor have, too. Sue and Omar are staff."""

    people: Mapping[str, User | None]
    holes: Mapping[str, object]
    of_others: Mapping[str, object]
    browsers: Callable[..., Client]

    def address(self, pattern: str, *, others: bool = False) -> str:
        """An address with Ana's and Sam's things in its holes, or those of Iris and Noor."""
        return pattern.format_map(self.of_others if others else self.holes)

    def person(self, name: str) -> User:
        """Somebody who has signed up."""
        person = self.people[name]
        assert person is not None
        return person


@pytest.fixture
def walk(
    world: World,
    visit: Visit,
    sam: User,
    stranger: User,
    ana: User,
    sue: User,
    omar: User,
    noon: datetime,
    settings: Any,
) -> Walk:
    """The world twice, with a browser for each person. All have the same password, and their addresses are verified."""
    settings.ACCOUNT_RATE_LIMITS = False  # a walk is a hurry
    iris = UserFactory.create(first_name="Iris", last_name="Other", email="iris@example.com")
    guitar = teaching(iris, now=noon, subject="Guitar")
    SubjectFactory.create(name="Drums")
    people = {"guest": None, "sam": sam, "noor": stranger, "ana": ana, "iris": iris, "sue": sue, "omar": omar}
    known = [person for person in people.values() if person]
    User.objects.update(password=make_password(PASSWORD))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in known
    )
    off = time_off.add(
        instructor_id=iris.pk, span=Span(NOON + timedelta(days=10), NOON + timedelta(days=11)), reason="", now=noon
    )
    holes = world.holes | _own(ana)
    of_others = holes | {
        "service": guitar.pk,
        "reference": book(stranger, guitar, at="15:00").reference,
        "time_off": off.time_off.pk,
        **_own(iris),
    }
    return Walk(people, holes, of_others, _browsers(people, visit))


def _own(person: User) -> dict[str, object]:
    """An app for codes, recovery codes, a passkey, another device and a token, as addresses name them."""
    TOTP.activate(person, "A" * 32)
    RecoveryCodes.activate(person)
    kind = Authenticator.Type.WEBAUTHN
    passkey = Authenticator.objects.create(user=person, type=kind, data={"name": "Laptop", "credential": CREDENTIAL})
    device = UserSession.objects.create(
        user=person, ip="192.0.2.1", session_key=f"elsewhere-{person.pk}", user_agent=""
    )
    tokens.issue(person=person, now=datetime.now(UTC))
    return {"passkey": passkey.pk, "device": device.pk, "token": ApiToken.objects.get(user=person).pk}


def _browsers(people: Mapping[str, User | None], visit: Visit) -> Callable[..., Client]:
    """A new browser for somebody, each signed in once for all; `sure`: who has just given the password once more."""

    def signed_in(person: User | None, *, sure: bool) -> SimpleCookie:
        client = visit(User.objects.get(pk=person.pk) if person else None)
        if sure:
            assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
        return client.cookies

    known: dict[tuple[str, bool], SimpleCookie] = {}

    def browser_of(name: str, *, sure: bool = False) -> Client:
        if (name, sure) not in known:
            known[name, sure] = signed_in(people[name], sure=sure)
        client = visit(raise_request_exception=False)  # a 500 is an answer, too: a wrong one
        client.cookies = SimpleCookie({key: morsel.value for key, morsel in known[name, sure].items()})
        return client

    return browser_of
