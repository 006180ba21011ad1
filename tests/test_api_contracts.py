"""Does the API answer what it declares?

As a command, `python -m tests.test_api_contracts` starts what it needs, walks every operation, names what could not
be provoked, prints `N violations` and exits 1 if N > 0. As tests, it is 0, and an answer broken on purpose is counted.
"""

import sys

import pytest

from tests.contracts import WALKED

# Nothing of Django's may be imported before pytest has set it up: as a command this file comes first.


@pytest.fixture
def world(ana_teaches_piano, ana, sam, stranger, stella, api):
    """The cast, with a lesson that stands, one that was cancelled, one that is over, and time off."""
    from datetime import timedelta

    from bookings.services.cancelling import cancel_lesson
    from instainstru.core.time import Span
    from instructors.services import time_off
    from tests.contracts.provoke import World
    from tests.factories import PASSWORD, UserFactory
    from tests.fixtures import NOON, book

    sam.set_password(PASSWORD)
    sam.save()
    cancelled = book(sam, ana_teaches_piano, at="10:00")
    cancel_lesson(reference=cancelled.reference, by=sam, now=NOON)
    lesson = book(sam, ana_teaches_piano, at="15:00")
    given = book(sam, ana_teaches_piano, at="15:00", day=NOON.date() - timedelta(days=1), now=NOON - timedelta(days=3))
    off = Span(NOON + timedelta(days=10), NOON + timedelta(days=11))
    added = time_off.add(instructor_id=ana.pk, span=off, reason="Holidays", now=NOON)
    people = {"sam": sam, "stranger": stranger, "ana": ana, "stella": stella}
    nobody = UserFactory.create(bundles=[])
    nobody.groups.clear()
    people["nobody"] = nobody  # signed in, and without a single permission
    clients = {"guest": api(), "liar": api()} | {name: api(person) for name, person in people.items()}
    clients["liar"].credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    paths = {
        "slug": "ana-r",
        "reference": lesson.reference,
        "id": added.time_off.pk,
        "cancelled": cancelled.reference,
        "given": given.reference,
        "monday": "2027-03-01",
    }
    return World(clients=clients, service=ana_teaches_piano, lesson=lesson, paths=paths)


@pytest.mark.django_db(transaction=True)  # another connection takes a lock that a test's own transaction would hold
def test_the_api_keeps_its_contract(world, request):
    from tests.contracts.walk import walk

    found = request.config.stash[WALKED] = walk(world)
    assert found.violations == []
    assert found.compared > 5 * found.operations


BREAKAGES = {
    "a field that is not declared": lambda shown: {**shown, "door": "1 Main Street"},
    "a field that is missing": lambda shown: {name: value for name, value in shown.items() if name != "headline"},
    "a field of another type": lambda shown: {**shown, "reviews": "none"},
    "a null that is not declared": lambda shown: {**shown, "bio": None},
    "a field inside that is not declared": lambda shown: {**shown, "services": [{**shown["services"][0], "x": 1}]},
}


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES)
def test_an_answer_broken_on_purpose_is_counted(breakage, world, monkeypatch):
    from instructors.serializers.profiles import PublicProfile
    from tests.contracts.walk import walk

    whole = PublicProfile.to_representation
    monkeypatch.setattr(PublicProfile, "to_representation", lambda self, profile: breakage(whole(self, profile)))
    found = walk(world, only=lambda operation: operation.name == "GET /api/instructors/{slug}/")
    assert len(found.violations) == 1
    assert found.lines()[-1] == "1 violations"


def test_an_error_broken_on_purpose_is_counted(world, monkeypatch):
    from instainstru.core.errors import NotFound
    from tests.contracts.walk import walk

    monkeypatch.setattr(NotFound, "code", "gone")
    found = walk(world, only=lambda operation: operation.name == "GET /api/instructors/{slug}/")
    assert found.violations == ["GET /api/instructors/{slug}/ 404 has the code gone"]


def test_an_example_and_a_status_broken_on_purpose_are_counted(world, monkeypatch):
    from instainstru.core.errors import NotFound
    from tests.contracts import schema
    from tests.contracts.walk import walk

    monkeypatch.setattr(NotFound, "status", 409)
    monkeypatch.setattr(schema.Operation, "examples", lambda self, status=None: [{"slug": 7}] if status else [])
    found = walk(world, only=lambda operation: operation.name == "GET /api/instructors/{slug}/")
    said = "\n".join(found.violations)
    assert "409 is not declared" in said
    assert "200 example $.slug: 7 is not of type 'string'" in said


def main() -> int:
    """Run the walk by itself, without pytest's own words, and say what it found."""

    class Listener:
        """Keeps what pytest would have said."""

        config: pytest.Config
        trouble = ""

        def pytest_configure(self, config: pytest.Config) -> None:
            self.config = config

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            self.trouble += report.longreprtext

        def pytest_collectreport(self, report: pytest.CollectReport) -> None:
            self.trouble += report.longreprtext

    listener = Listener()
    test = f"{__file__}::{test_the_api_keeps_its_contract.__name__}"
    code = int(pytest.main([test, "-p", "no:terminal", "-p", "no:cacheprovider"], plugins=[listener]))
    found = listener.config.stash.get(WALKED, None) if hasattr(listener, "config") else None
    lines = found.lines() if found else [listener.trouble or "The walk did not start."]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(found.violations)) if found else code or 2


if __name__ == "__main__":
    sys.exit(main())
