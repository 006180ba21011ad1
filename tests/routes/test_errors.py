"""When something is wrong, pages help and the API explains: each in its own words, with the request's number."""

import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, ProgrammingError
from django.http import Http404
from psycopg import OperationalError as PsycopgError
from psycopg.errors import AdminShutdown, LockNotAvailable, QueryCanceled, UndefinedColumn
from psycopg_pool import PoolTimeout

from instainstru.core.errors import Busy, Invalid, NotAllowed, NotFound, Stale
from instructors.services.calendar import TimeTaken

RAISED = [
    (SuspiciousOperation("x"), 400, "That did not work."),
    (Invalid("This cannot be."), 400, "That did not work."),
    (PermissionDenied(), 403, "Not yours to open."),
    (NotAllowed(), 403, "Not yours to open."),
    (Http404(), 404, "No such stop."),
    (NotFound(), 404, "No such stop."),
    (TimeTaken(nearest=[]), 409, "It changed a moment ago."),
    (RuntimeError("broken"), 500, "Signal failure on our side."),
    (OperationalError("the database is away"), 500, "Signal failure on our side."),
    (Busy(), 503, "Very busy right now."),
]


@pytest.fixture
def failing(visit, monkeypatch, caplog):
    """A browser at a site whose list of instructors raises something."""
    caplog.set_level(logging.CRITICAL)

    def at(raised, person=None):
        def fail(**_):
            raise raised

        monkeypatch.setattr("instructors.services.search.soon", fail)
        monkeypatch.setattr("instructors.services.profiles.public", fail)
        monkeypatch.setattr("instructors.services.profiles.shown", fail)
        return visit(person, raise_request_exception=False)

    return at


@pytest.mark.parametrize(("raised", "status", "heading"), RAISED, ids=lambda value: str(value)[:30])
def test_a_page_that_fails_says_what_to_do(raised, status, heading, sam, failing):
    for person in (None, sam):
        answer = failing(raised, person).get("/instructors/ana-r/")
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("text/html")
        assert heading in answer.text
        assert "What to do" in answer.text
        assert answer["X-Request-ID"] in answer.text
        assert answer["Cache-Control"] == "no-store"
        assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
        assert "broken" not in answer.text
        assert "database" not in answer.text


@pytest.mark.parametrize(("raised", "status", "heading"), RAISED, ids=lambda value: str(value)[:30])
def test_an_operation_that_fails_says_it_in_json(raised, status, heading, sam, failing):
    answer = failing(raised).get("/api/instructors/ana-r/")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    error = answer.json()["error"]
    assert set(error) - {"nearest_times"} == {"code", "message", "request_id"}
    assert error["request_id"] == answer["X-Request-ID"]
    assert answer["Cache-Control"] == "no-store"
    assert "broken" not in answer.text
    assert (answer.get("Retry-After") == "1") == (status == 503)


def test_codes_of_failures(failing, subtests):
    for raised, code in (
        (SuspiciousOperation("x"), "invalid"),
        (PermissionDenied(), "not_allowed"),
        (Http404(), "not_found"),
        (TimeTaken(nearest=[]), "time_taken"),
        (Stale(), "stale"),
        (RuntimeError("x"), "failed"),
        (Busy(), "busy"),
    ):
        with subtests.test(code):
            assert failing(raised).get("/api/instructors/ana-r/").json()["error"]["code"] == code


def test_the_page_of_a_failure_needs_no_database(failing, sam, django_assert_num_queries):
    browser = failing(RuntimeError("broken"))
    with django_assert_num_queries(0):
        answer = browser.get("/instructors/ana-r/")
    assert answer.status_code == 500
    assert "/lessons/" in answer.text


def test_a_refusal_too_large_needs_no_database(visit, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = visit().post("/lessons/", {"x": "x" * 2_000_000})
    assert answer.status_code == 413


def test_an_unknown_page_is_404_for_everybody(sam, visit):
    for person in (None, sam):
        for address in ("/nowhere/", "/lessons/LS-1/extra/", "/static/nothing.css", "/favicon.ico", "/wp-login.php"):
            answer = visit(person).get(address)
            assert answer.status_code == 404
            assert "No such stop." in answer.text


def test_a_page_address_without_its_slash_is_led_to_it(ana_teaches_piano, visit):
    answer = visit().get("/instructors/ana-r?minutes=90")
    assert (answer.status_code, answer["Location"]) == (301, "/instructors/ana-r/?minutes=90")


def test_another_host_is_refused(visit, db):
    guest = visit(raise_request_exception=False)
    page = guest.get("/", headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert "evil.example" not in page.text
    said = guest.get("/api/", headers={"Host": "evil.example"})
    assert said.status_code == 400
    assert said.json()["error"]["code"] == "invalid"


def test_an_accept_that_nobody_can_meet_is_406_in_json(db, api):
    answer = api().get("/api/catalog/", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.json()["error"]["code"] == "not_acceptable"


def test_a_wrong_method_says_which_are_right(db, api, visit):
    answer = api().delete("/api/catalog/")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    page = visit().post("/", {})
    assert (page.status_code, page["Allow"]) == (405, "GET, HEAD")


# A database that pauses


def cut(cause: Exception) -> OperationalError:
    """As Django wraps what PostgreSQL, or the pool, says."""
    failed = OperationalError("the database is away")
    failed.__cause__ = cause
    return failed


PAUSES = [QueryCanceled(), LockNotAvailable(), AdminShutdown(), PoolTimeout(), PsycopgError("connection refused")]


@pytest.mark.parametrize("cause", PAUSES, ids=lambda cause: type(cause).__name__)
def test_a_database_that_pauses_is_503_and_says_when_to_come_back(cause, sam, failing, django_assert_num_queries):
    browser = failing(cut(cause))
    with django_assert_num_queries(0):
        page = browser.get("/instructors/ana-r/")
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "1", "no-store")
    assert "Our database is pausing." in page.text
    said = browser.get("/api/instructors/ana-r/")
    assert (said.status_code, said["Retry-After"], said.json()["error"]["code"]) == (503, "1", "busy")


@pytest.mark.parametrize("path", ["/lessons/", "/api/bookings/"])
def test_it_may_pause_before_any_page_is_asked(path, sam, visit, monkeypatch):
    """In the middleware, which no view's answer covers."""

    def fail(*_: object) -> None:
        raise cut(AdminShutdown())

    browser = visit(sam, raise_request_exception=False)
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", fail)
    answer = browser.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "Our database is pausing." in answer.text


def test_who_is_told_that_many_are_booking_is_told_when_to_come_back(failing):
    assert failing(Busy()).get("/instructors/ana-r/")["Retry-After"] == "1"


def test_a_mistake_in_a_statement_is_no_pause(failing):
    failed = ProgrammingError("no such column")
    failed.__cause__ = UndefinedColumn()
    assert failing(failed).get("/instructors/ana-r/").status_code == 500
