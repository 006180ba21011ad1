"""Limits as people and programs meet them: what counts as what, for whom, and how a refusal helps."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from instainstru.core import api as core_api
from instainstru.core import policy
from instainstru.core.limits import RATES, Bucket, Rate
from instainstru.core.repositories.limits import OwnMemory
from instainstru.core.services import limits
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
WAYS_IN = {
    "account_login",
    "account_signup",
    "account_reauthenticate",
    "account_email",
    "account_confirm_email",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_from_key",
    "account_tokens",
    "account_close",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "api-token",
    "api-close",
}
SEARCHES = {"instructors:list", "instructors:facets", "instructors:suggest", "api-search", "api-suggest"}
UNCOUNTED = {"health", "health-lite", "metrics", "instructors:photo"}


@pytest.fixture(autouse=True)
def _limited(settings, monkeypatch):
    """Here requests are limited."""
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits.shared, "away_until", 0.0)
    monkeypatch.setattr(limits, "own", OwnMemory(policy.LIMITS_REMEMBERED))


@pytest.fixture
def few(monkeypatch):
    """Three a minute of every bucket."""
    for bucket in RATES:
        monkeypatch.setitem(RATES, bucket, Rate(a_minute=3, at_once=3))


def left(answer):
    """How many more may come, by the answer."""
    return int(answer["RateLimit-Remaining"])


def routes(patterns=None, prefix=""):
    """Every route of the site: its name, and its view."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            inside = f"{one.namespace}:" if one.namespace else ""
            yield from routes(one.url_patterns, prefix + inside)
        else:
            yield f"{prefix}{one.name}", one.callback


def declared(view):
    """The bucket that a route names."""
    operation = getattr(view, "cls", None)
    return getattr(operation or view, "bucket", None)


# What counts as what


@pytest.mark.parametrize(
    ("bucket", "names"), [(Bucket.AUTH, WAYS_IN), (Bucket.SEARCH, SEARCHES), (Bucket.UNCOUNTED, UNCOUNTED)]
)
def test_these_routes_are_counted_so_and_no_others(bucket, names):
    assert {name for name, view in routes() if declared(view) is bucket} == names


def test_every_other_route_is_reading_or_writing():
    named = {declared(view) for _, view in routes()}
    assert named == {None, Bucket.AUTH, Bucket.SEARCH, Bucket.UNCOUNTED}


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/", "600"),
        ("/instructors/", "240"),
        ("/instructors/search/facets/", "240"),
        ("/api/instructors/search", "240"),
        ("/instructors/ana-r/", "600"),
        ("/api/instructors/ana-r/free-times?place=online", "600"),
        ("/api/bookings/", "600"),
        ("/ops/performance", "600"),
        ("/admin/", "600"),
        (LOGIN, "600"),
    ],
)
def test_an_answer_says_how_many_a_minute_has_room_for(address, limit, world, visit):
    answer = visit().get(address)
    assert answer["RateLimit-Limit"] == limit
    assert left(answer) == int(limit) - 1
    assert answer["RateLimit-Reset"] == "60"


def test_what_is_sent_is_writing_and_a_try_at_a_way_in_is_counted_as_such(world, visit, sam):
    assert visit(sam).post("/favorites/ana-r/add/")["RateLimit-Limit"] == "120"
    tried = visit().post(LOGIN, {"login": "x@example.com", "password": "x"})
    assert (tried["RateLimit-Limit"], left(tried)) == ("10", 4)


def test_a_form_without_its_key_counts_too(db, visit):
    answer = visit(strict=True).post(LOGIN, {"login": "x@example.com", "password": "x"})
    assert (answer.status_code, left(answer)) == (403, 4)


def test_looking_for_what_is_not_there_is_reading(few, db, visit):
    guest = visit()
    addresses = ("/wp-login.php", "/api/nowhere/", "/instructors/nobody/", "/.env")
    assert [guest.get(address).status_code for address in addresses] == [404, 404, 404, 429]


def test_what_watches_the_site_and_files_that_are_kept_are_not_counted(few, world, visit):
    guest = visit()
    for address in ("/health/lite", "/metrics/prometheus", f"/photos/{'0' * 32}.webp"):
        for _ in range(5):
            answer = guest.get(address)
            assert answer.status_code != 429
            assert "RateLimit-Limit" not in answer


def test_an_answer_that_others_may_be_shown_says_nothing_of_who_asked(world, visit, sam):
    for address in ("/suggest?q=pia", "/api/catalog/", "/api/suggest?q=pia", "/llms.txt", "/api/schema/"):
        answer = visit(sam).get(address)
        assert "public" in answer["Cache-Control"]
        assert not [name for name in answer.headers if name.startswith("RateLimit")], address


def test_a_page_that_is_the_same_for_everybody_stays_so_for_who_is_signed_in(few, world, visit, sam):
    """Counting asks whose the session is: neither the cache's key nor the database may notice."""
    browser = visit(sam)
    browser.get("/llms.txt")
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/llms.txt")
    assert "Cookie" not in answer.get("Vary", "")
    assert not [query for query in asked.captured_queries if "user" in query["sql"] or "session" in query["sql"]]
    assert left(browser.get("/")) == 0  # it was counted for the person


# For whom


def test_a_person_is_counted_on_all_devices_and_by_token_and_two_people_apart(few, world, visit, api, sam, stranger):
    assert left(visit(sam).get("/lessons/")) == 2
    assert left(visit(sam, REMOTE_ADDR="203.0.113.9").get("/lessons/")) == 1
    assert left(api(sam).get("/api/bookings/")) == 0
    assert visit(sam).get("/lessons/").status_code == 429
    assert api(sam).get("/api/bookings/").status_code == 429
    assert visit(stranger).get("/lessons/").status_code == 200
    assert visit().get("/").status_code == 200  # the address has not asked yet


def test_guests_are_counted_by_their_address_and_ipv6_by_its_network(few, db, visit):
    near, also_near, far = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
    assert left(visit(REMOTE_ADDR=near).get(LOGIN)) == 2
    assert left(visit(REMOTE_ADDR=also_near).get(LOGIN)) == 1
    assert left(visit(REMOTE_ADDR=far).get(LOGIN)) == 2
    assert left(visit(REMOTE_ADDR="203.0.113.9").get(LOGIN)) == 2


def test_a_forged_address_or_session_is_no_way_around(few, db, visit):
    for number in range(3):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        guest = visit()
        guest.cookies["sessionid"] = f"{number}" * 32
        assert guest.get(LOGIN, headers=headers).status_code == 200
    assert visit().get(LOGIN, headers={"X-Forwarded-For": "203.0.113.77"}).status_code == 429


def test_behind_our_proxy_each_visitor_is_counted_alone(few, db, visit, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(9):
        headers = {"X-Forwarded-For": f"198.51.100.66, 203.0.113.{number}"}
        assert left(visit().get(LOGIN, headers=headers)) == 2


def test_wrong_tokens_are_counted_for_the_address_that_they_come_from(few, world, visit):
    guest = visit()
    wrong = [{"Authorization": f"Bearer guess-{number}"} for number in range(4)]
    said = [guest.get("/api/bookings/", headers=headers) for headers in wrong]
    assert [answer.status_code for answer in said] == [401, 401, 401, 429]
    assert guest.get("/metrics/prometheus", headers=wrong[0]).status_code == 429
    assert visit(REMOTE_ADDR="203.0.113.9").get("/api/bookings/", headers=wrong[0]).status_code == 401


def test_a_request_is_counted_once(few, world, visit, api, sam):
    assert [left(visit(sam).get(address)) for address in ("/lessons/", "/api/bookings/")] == [2, 1]
    assert left(api(sam).get("/api/bookings/")) == 0


def test_the_test_clock_moves_no_limit(few, db, settings):
    settings.MIDDLEWARE = ["instainstru.test_clock.TestClockMiddleware", *settings.MIDDLEWARE]
    browser = Client()
    said = [
        browser.get("/llms.txt", headers={"X-Test-Now": f"20{year}-03-01T10:00:00-05:00"}) for year in range(27, 31)
    ]
    assert [answer.status_code for answer in said] == [200, 200, 200, 429]


def test_switched_off_nothing_is_counted(few, db, visit, settings):
    settings.RATE_LIMITS = False
    answers = [visit().get(LOGIN) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit-Limit" not in answers[0]


# A refusal


def test_a_page_refused_says_when_to_come_back_and_asks_no_database(few, world, visit):
    guest = visit()
    for _ in range(3):
        guest.get("/instructors/ana-r/")
    with CaptureQueriesContext(connection) as asked:
        refused = guest.get("/instructors/ana-r/")
    assert asked.captured_queries == []
    assert (refused.status_code, refused["Cache-Control"]) == (429, "no-store")
    assert re.search(r"That was too often, and nothing was changed. Try again in (\d+) seconds.", refused.text)
    assert 55 <= int(refused["Retry-After"]) <= 60
    assert left(refused) == 0
    assert int(refused["RateLimit-Reset"]) >= int(refused["Retry-After"])
    assert "What to do" in refused.text
    assert refused["X-Request-ID"] in refused.text


def test_the_fourth_try_to_sign_in_is_refused_and_not_looked_at(few, sam, visit):
    sam.set_password(PASSWORD)
    sam.save()
    guest = visit()
    for _ in range(3):
        assert guest.post(LOGIN, {"login": sam.email, "password": "wrong"}).status_code == 422
    assert guest.post(LOGIN, {"login": sam.email, "password": PASSWORD}).status_code == 429
    assert guest.get("/lessons/").status_code == 302  # not signed in
    assert visit(REMOTE_ADDR="203.0.113.9").post(LOGIN, {"login": sam.email, "password": PASSWORD}).status_code == 302


def test_the_api_refuses_in_its_one_shape(few, world, api, sam):
    mine = api(sam)
    body = {"service": world.service.pk}
    said = [mine.post("/api/bookings/", body) for _ in range(4)]
    assert [answer.status_code for answer in said] == [400, 400, 400, 429]
    refused = said[-1]
    error = refused.json()["error"]
    assert error == {
        "code": "too_often",
        "message": f"That was too often, and nothing was changed. Try again in {refused['Retry-After']} seconds.",
        "request_id": refused["X-Request-ID"],
    }
    assert refused["Cache-Control"] == "no-store"
    assert left(refused) == 0
    assert mine.get("/api/bookings/").status_code == 200  # reading goes on


def test_the_schema_refuses_as_the_api_does(few, db, visit):
    guest = visit()
    said = [guest.get("/api/schema/") for _ in range(4)][-1]
    assert (said.status_code, said.json()["error"]["code"]) == (429, "too_often")
    assert int(said["Retry-After"]) >= 1


def test_htmx_keeps_the_page_and_says_it_in_the_live_region(few, world, visit):
    guest = visit()
    said = [guest.get("/instructors/?what=piano", headers={"HX-Request": "true"}) for _ in range(4)][-1]
    assert said.status_code == 429
    assert said.text.startswith('<p class="alert">That was too often')
    assert (said["HX-Retarget"], said["HX-Reselect"]) == ("#live", ".alert")
    assert int(said["Retry-After"]) >= 1
    assert 'id="live"' in guest.get("/instructors/ana-r/").text


def test_a_limit_of_allauths_own_says_when_to_come_back_too(db, visit, settings):
    """It is looser than ours and names no time: its sentence, and a minute."""
    settings.RATE_LIMITS = False
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    guest = visit()
    said = [guest.post("/accounts/signup/", {}) for _ in range(2)][-1]
    assert (said.status_code, said["Retry-After"]) == (429, "60")
    assert "too many tries" in said.text


def test_fifty_presses_at_once_are_no_abuse(world, visit, sam):
    browser = visit(sam)
    assert 429 not in {browser.post("/favorites/ana-r/add/").status_code for _ in range(50)}


def test_every_operation_of_the_api_counts_itself():
    """Else the middleware would count a token's person as an address."""
    own = [view.cls for name, view in routes() if getattr(view, "cls", None) and name not in {"api-schema", "api-docs"}]
    assert all(issubclass(cls, core_api.Operation) for cls in own)
