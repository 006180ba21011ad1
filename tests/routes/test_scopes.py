"""What an API token may do: never more than its person, and of that what its scopes say."""

from datetime import UTC, datetime

import pytest
from django.urls import URLResolver, get_resolver
from rest_framework.permissions import SAFE_METHODS
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from accounts.permissions import BUNDLES, SCOPES, Bundle, Narrowing, PermissionName, Scope
from accounts.services import tokens
from bookings.models import Booking, Status
from instainstru.core.permissions import may
from instructors.services import hours
from tests.factories import UserFactory
from tests.fixtures import NOON
from tests.routes.test_api import asked, error_of

READ, BOOK, TEACH = Scope.READ, Scope.BOOK, Scope.TEACH
# What changes something, and the scopes that let a token do it
CHANGES = {
    ("api-bookings", "POST"): {BOOK},
    ("api-cancel", "POST"): {BOOK, TEACH},  # of one's own, and of one's students
    ("api-complete", "POST"): {BOOK, TEACH},  # BOOK sees the lesson, and is refused by what completes it
    ("api-hours", "PUT"): {TEACH},
    ("api-week", "PUT"): {TEACH},
    ("api-week-copy", "POST"): {TEACH},
    ("api-week-apply", "POST"): {TEACH},
    ("api-own-profile", "PATCH"): {TEACH},
    ("api-own-services", "POST"): {TEACH},
    ("api-own-service", "PATCH"): {TEACH},
    ("api-own-service", "DELETE"): {TEACH},
    ("api-time-offs", "POST"): {TEACH},
    ("api-time-off", "DELETE"): {TEACH},
    ("api-close", "POST"): {READ, BOOK, TEACH},  # it asks for the password, too
}
HOLES = {"reference": "LS-22222-22222", "monday": "2027-03-08", "id": "1", "slug": "nobody"}


def patterns(resolver, namespace=""):
    """Every route below a resolver, with its whole address."""
    for pattern in resolver.url_patterns:
        at = namespace + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, at)
        else:
            yield at, pattern


def operations():
    """(name, method, address, names) of each operation of the API that needs a person."""
    for route, pattern in patterns(get_resolver()):
        operation = getattr(pattern.callback, "cls", None)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            handler = getattr(operation, method.lower(), None)
            if names := getattr(handler, "required_permissions", ()):
                parts = [part.partition(":")[2].rstrip(">") or part for part in route.split("/")]
                address = "/".join(HOLES.get(part, part) for part in parts)
                yield pattern.name, method, f"/{address}", names


OPERATIONS = sorted(operations())


@pytest.fixture
def acting(site):
    """A client that acts by a token of these scopes."""

    def client_of(person: User, *scopes: Scope) -> APIClient:
        issued = tokens.issue(person=person, scopes=scopes, now=datetime.now(UTC))
        client = APIClient()
        client.handler = site[False]
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued.token}")
        return client

    return client_of


@pytest.fixture
def everything(db):
    """Somebody who has every name."""
    return UserFactory.create(email="all@example.com", bundles=[*Bundle])


def test_every_operation_is_known_here():
    unsafe = {(name, method) for name, method, *_ in OPERATIONS if method not in SAFE_METHODS}
    assert unsafe == set(CHANGES)


BY_NAMES = [[READ], [BOOK], [TEACH], [READ, BOOK], [BOOK, TEACH]]


@pytest.mark.parametrize("scopes", BY_NAMES, ids=" ".join)
def test_a_token_does_what_its_scopes_say(everything, acting, subtests, scopes):
    client = acting(everything, *scopes)
    for name, method, address, _ in OPERATIONS:
        needed = {READ} if method in SAFE_METHODS else CHANGES[name, method]
        with subtests.test(f"{method} {name}"):
            answer = client.generic(method, address, "{}", content_type="application/json")
            if needed.intersection(scopes):
                assert answer.status_code != 403 or "scope" not in answer.text
            else:
                message = error_of(answer, 403, "not_allowed")["message"]
                assert message.startswith(f"This token lacks the scope {' or '.join(sorted(needed))}: ")
                assert "API tokens" in message


def test_nobody_gets_by_a_token_what_they_may_not_do_themselves(sam, acting):
    client = acting(sam, *Scope)
    said = error_of(client.get("/api/me/services/"), 403, "not_allowed")["message"]
    assert said == "You may not do this."
    error_of(client.post("/api/me/services/", {}), 403, "not_allowed")


def test_what_guests_may_read_is_open_to_every_token(ana_teaches_piano, sam, acting):
    client = acting(sam, BOOK)
    for address in ("/api/instructors/", "/api/instructors/ana-r/", "/api/instructors/search?service=piano"):
        assert client.get(address).status_code == 200
    assert client.options("/api/bookings/").status_code == 200
    assert client.head("/api/bookings/").status_code == 403


def test_a_token_for_booking_books_and_cancels_and_reads_nothing_else(world, sam, acting):
    client = acting(sam, BOOK)
    booked = client.post("/api/bookings/", asked(world.service))
    assert booked.status_code == 201
    address = f"/api/bookings/{booked.json()['reference']}/"
    error_of(client.get(address), 403, "not_allowed")
    assert client.post(f"{address}cancel/").status_code == 200


def test_a_token_for_reading_changes_nothing(world, sam, acting):
    client, address = acting(sam, READ), f"/api/bookings/{world.lesson.reference}/"
    assert client.get(address).status_code == 200
    error_of(client.post(f"{address}cancel/"), 403, "not_allowed")
    error_of(client.post("/api/bookings/", asked(world.service)), 403, "not_allowed")
    assert Booking.objects.get().status == Status.CONFIRMED


def test_a_token_for_booking_keeps_off_the_lessons_that_its_person_teaches(world, ana, acting):
    address = f"/api/bookings/{world.lesson.reference}/"
    client = acting(ana, READ, BOOK)
    for what in ("cancel", "complete"):
        said = error_of(client.post(f"{address}{what}/"), 403, "not_allowed")["message"]
        assert said.startswith("This token lacks the scope teach: ")
    assert Booking.objects.get().status == Status.CONFIRMED
    assert acting(ana, TEACH).post(f"{address}cancel/").status_code == 200


def test_a_token_for_teaching_keeps_off_the_lessons_that_its_person_takes(world, sam, acting):
    client = acting(sam, TEACH)
    said = error_of(client.post(f"/api/bookings/{world.lesson.reference}/cancel/"), 403, "not_allowed")["message"]
    assert said.startswith("This token lacks the scope book: ")
    error_of(client.post("/api/bookings/", asked(world.service)), 403, "not_allowed")
    assert Booking.objects.count() == 1


def test_anothers_lesson_is_not_there_whatever_the_scopes(world, stranger, acting):
    for scopes in ([READ], [BOOK], [TEACH], [*Scope]):
        answer = acting(stranger, *scopes).post(f"/api/bookings/{world.lesson.reference}/cancel/")
        assert answer.status_code == (403 if scopes == [READ] else 404)


def test_staff_only_read_by_token(world, stella, acting):
    assert acting(stella, READ).get("/api/redis/stats").status_code == 200
    error_of(acting(stella, BOOK, TEACH).get("/api/redis/stats"), 403, "not_allowed")
    assert not any(PermissionName(name) in listed for listed in SCOPES.values() for name in BUNDLES[Bundle.SUPPORT])
    assert not any(PermissionName(name) in listed for listed in SCOPES.values() for name in BUNDLES[Bundle.OPERATIONS])


def test_what_no_scope_lists_is_said_to_be_for_the_site_alone():
    refusal = Narrowing([*Scope], reads=False).refusal([PermissionName.MANAGE_OWN_API_TOKENS])
    assert refusal == "No token may do this: sign in on the site."


def test_even_whom_no_permission_stops_is_stopped_by_the_token(sam, acting):
    User.objects.filter(pk=sam.pk).update(is_superuser=True)
    error_of(acting(sam, BOOK).get("/api/redis/stats"), 403, "not_allowed")
    error_of(acting(sam, READ).put("/api/me/availability/hours/", {}), 403, "not_allowed")


def test_nothing_of_a_tokens_limits_stays_with_its_person(world, sam, acting, visit):
    """One process serves both, one after the other."""
    client, browser = acting(sam, READ), visit(sam)
    address = f"/api/bookings/{world.lesson.reference}/"
    error_of(client.post(f"{address}cancel/"), 403, "not_allowed")
    assert may(User.objects.get(pk=sam.pk), PermissionName.CREATE_BOOKINGS)
    assert User.narrowed_to is None
    assert acting(sam, BOOK).post("/api/bookings/", asked(world.service)).status_code == 201
    error_of(client.post(f"{address}cancel/"), 403, "not_allowed")
    assert browser.post(f"{address}cancel/", content_type="application/json").status_code == 200


def test_a_signed_in_browser_is_not_narrowed(everything, visit, subtests):
    browser = visit(everything)
    for name, method, address, _ in OPERATIONS:
        with subtests.test(f"{method} {name}"):
            answer = browser.generic(method, address, "{}", content_type="application/json")
            assert answer.status_code != 403 or "scope" not in answer.text


def test_a_token_of_before_there_were_scopes_has_them_all(sam):
    ApiToken.objects.create(user=sam, digest="x", expires_at=NOON)
    assert set(ApiToken.objects.get().scopes) == set(Scope)


def test_a_token_for_teaching_saves_hours(ana_teaches_piano, ana, acting):
    version = hours.read(instructor_id=ana.pk).version
    body = {"version": version, "days": [{"weekday": 0, "hours": [["09:00", "12:00"]]}]}
    assert acting(ana, TEACH).put("/api/me/availability/hours/", body).status_code == 200
    error_of(acting(ana, BOOK, READ).put("/api/me/availability/hours/", body), 403, "not_allowed")
