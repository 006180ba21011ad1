"""The clock for checks: a header sets now, where it is switched on, and nowhere else."""

import pytest
from django.conf import settings as conf
from django.test import Client

from tests.fixtures import book

CLOCK = "instainstru.test_clock.TestClockMiddleware"
SPRING = "2027-03-13T10:00:00-05:00"


@pytest.fixture
def clocked(settings):
    """A browser at a site with TEST_CLOCK=1."""
    settings.MIDDLEWARE = [CLOCK, *[name for name in conf.MIDDLEWARE if name != CLOCK]]
    return Client()


def at(clocked, instant, address="/api/instructors/ana-r/free-times?place=online&days=1"):
    return clocked.get(address, headers={"X-Test-Now": instant})


def test_the_header_sets_now_for_one_request(clocked, ana_teaches_piano):
    assert at(clocked, SPRING).json()["times"][0] == "2027-03-13T11:00:00-05:00"
    plain = clocked.get("/api/instructors/ana-r/free-times?place=online&days=1").json()["times"]
    assert plain[0] == "2027-03-01T13:00:00-05:00"  # the test's own clock again


def test_it_counts_on_pages_too(clocked, ana_teaches_piano):
    assert "Saturday 13 March, 11:00 AM" in at(clocked, SPRING, "/").text
    assert "Saturday 13 March" in at(clocked, SPRING, "/instructors/ana-r/").text


def test_free_time_is_rolled_forward_as_the_nights_would_have(clocked, ana_teaches_piano):
    found = at(clocked, "2028-01-03T10:00:00-05:00").json()["times"]
    assert found[0] == "2028-01-03T11:00:00-05:00"
    late = at(clocked, "2028-01-03T10:00:00-05:00", "/api/instructors/ana-r/free-times?place=online&from=2028-04-02")
    assert late.json()["times"][-1].startswith("2028-04-02")  # today + 90


def test_refunds_go_by_it(clocked, ana_teaches_piano, sam):
    lesson = book(sam, ana_teaches_piano, at="18:00")
    clocked.force_login(sam)
    address = f"/api/bookings/{lesson.reference}/cancel/"
    answer = clocked.post(
        address, {}, content_type="application/json", headers={"X-Test-Now": "2027-03-02T17:59:00-05:00"}
    )
    assert (answer.json()["refund_cents"], answer.json()["credit_cents"]) == (0, 3000)
    assert answer.json()["cancelled_at"] == "2027-03-02T17:59:00-05:00"


@pytest.mark.parametrize(
    "nonsense",
    ["", "now", "2027-03-13", "2027-03-13T10:00:00", "10:00", "2027-13-13T10:00:00-05:00", "0001-01-01T00:00:00+14:00"],
)
def test_a_header_that_names_no_instant_is_400(nonsense, clocked, ana_teaches_piano):
    answer = at(clocked, nonsense)
    assert answer.status_code == 400
    assert "X-Test-Now" in answer.text


def test_without_the_switch_the_header_is_nothing(ana_teaches_piano, visit):
    """The clock is not even installed: a test run does not set TEST_CLOCK."""
    assert CLOCK not in conf.MIDDLEWARE
    assert at(visit(), SPRING).json() == visit().get("/api/instructors/ana-r/free-times?place=online&days=1").json()
