"""Who may do what, written out: every address, every method, every kind of person."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts.permissions import PermissionName
from tests.factories import PASSWORD
from tests.routes.conftest import World

PEOPLE = ("guest", "sam", "stranger", "ana", "stella")

# Sam has a lesson with Ana; the stranger has nothing; Stella is support and operations.
# fmt: off
TABLE: tuple[tuple[str, str, int, int, int, int, int], ...] = (
    # method   address                             guest  sam  str.  ana  stella
    ("GET",    "/",                                  200, 200, 200, 200, 200),
    ("GET",    "/instructors/",                      200, 200, 200, 200, 200),
    ("GET",    "/instructors/?q=piano+tomorrow+after+5", 200, 200, 200, 200, 200),
    ("GET",    "/instructors/search/facets/?service=piano", 302, 302, 302, 302, 302),  # for htmx: others see the page
    ("GET",    "/how-we-rank/",                      200, 200, 200, 200, 200),
    ("GET",    "/suggest?q=pia",                     200, 200, 200, 200, 200),
    ("GET",    "/subjects/",                         200, 200, 200, 200, 200),
    ("GET",    "/subjects/music/",                   200, 200, 200, 200, 200),
    ("GET",    "/subjects/music/piano/",             200, 200, 200, 200, 200),
    ("GET",    "/subjects/music/piano/brooklyn/",    200, 200, 200, 200, 200),
    ("GET",    "/instructors/ana-r/",                200, 200, 200, 200, 200),
    ("GET",    "/favorites/",                        302, 200, 200, 200, 200),
    ("POST",   "/favorites/ana-r/add/",              302, 303, 303, 303, 303),
    ("POST",   "/favorites/ana-r/remove/",           302, 303, 303, 303, 303),
    ("POST",   "/recent-searches/clear/",            303, 303, 303, 303, 303),
    ("GET",    "/sitemap.xml",                       200, 200, 200, 200, 200),
    ("GET",    "/sitemap-static.xml",                200, 200, 200, 200, 200),
    ("GET",    "/sitemap-subjects.xml",              200, 200, 200, 200, 200),
    ("GET",    "/sitemap-boroughs.xml",              200, 200, 200, 200, 200),
    ("GET",    "/sitemap-instructors-{part}.xml",    200, 200, 200, 200, 200),
    ("GET",    "/robots.txt",                        200, 200, 200, 200, 200),
    ("GET",    "/llms.txt",                          200, 200, 200, 200, 200),
    ("GET",    "/book/{service}/?{time}",            302, 200, 200, 400, 403),
    ("POST",   "/book/{service}/",                   302, 303, 303, 400, 403),
    ("GET",    "/lessons/",                          302, 200, 200, 200, 200),
    ("GET",    "/lessons/{reference}/",              302, 200, 404, 200, 200),
    ("GET",    "/lessons/{reference}/booked/",       302, 200, 404, 200, 200),
    ("POST",   "/lessons/{reference}/cancel/",       302, 303, 404, 303, 403),
    ("GET",    "/lessons/{reference}/again/",        302, 302, 404, 403, 403),
    ("GET",    "/lessons/{reference}/lesson.ics",    302, 200, 404, 200, 200),
    ("POST",   "/lessons/{reference}/complete/",     302, 403, 404, 409, 403),  # it is not over yet
    ("POST",   "/lessons/{reference}/note/",         302, 403, 404, 303, 403),
    ("GET",    "/lessons/feed/",                     302, 200, 200, 200, 200),
    ("POST",   "/lessons/feed/",                     302, 303, 303, 303, 303),
    ("POST",   "/lessons/feed/renew/",               302, 303, 303, 303, 303),
    ("POST",   "/lessons/feed/revoke/",              302, 303, 303, 303, 303),
    ("GET",    "/calendar/{feed}.ics",               200, 200, 200, 200, 200),
    ("GET",    "/teaching/",                         302, 403, 403, 200, 403),
    ("GET",    "/teaching/calendar/",                302, 403, 403, 200, 403),
    ("GET",    "/teaching/past/",                    302, 403, 403, 200, 403),
    ("GET",    "/teaching/earnings/",                302, 403, 403, 200, 403),
    ("GET",    "/teaching/earnings/2027-03.csv",     302, 403, 403, 200, 403),
    ("GET",    "/teaching/hours/",                   302, 403, 403, 200, 403),
    ("POST",   "/teaching/hours/",                   302, 403, 403, 303, 403),
    ("GET",    "/photos/00000000000000000000000000000000.webp", 404, 404, 404, 404, 404),  # nobody's
    ("GET",    "/teaching/services/",                302, 403, 403, 200, 403),
    ("GET",    "/teaching/services/new/",            302, 403, 403, 200, 403),
    ("POST",   "/teaching/services/new/",            302, 403, 403, 303, 403),
    ("GET",    "/teaching/services/{service}/",      302, 403, 403, 200, 403),
    ("POST",   "/teaching/services/{service}/",      302, 403, 403, 303, 403),
    ("POST",   "/teaching/services/{service}/pause/", 302, 403, 403, 303, 403),
    ("POST",   "/teaching/services/{service}/resume/", 302, 403, 403, 303, 403),
    ("POST",   "/teaching/services/{service}/delete/", 302, 403, 403, 303, 403),
    ("GET",    "/teaching/setup/",                   302, 200, 200, 200, 200),
    ("POST",   "/teaching/setup/",                   302, 303, 303, 303, 303),
    ("GET",    "/teaching/setup/profile/",           302, 403, 403, 200, 403),
    ("POST",   "/teaching/setup/profile/",           302, 403, 403, 303, 403),
    ("GET",    "/teaching/setup/photo/",             302, 403, 403, 200, 403),
    ("POST",   "/teaching/setup/photo/",             302, 403, 403, 422, 403),  # without a file
    ("POST",   "/teaching/setup/photo/remove/",      302, 403, 403, 409, 403),  # she is live
    ("GET",    "/teaching/setup/places/",            302, 403, 403, 200, 403),
    ("POST",   "/teaching/setup/places/",            302, 403, 403, 303, 403),
    ("POST",   "/teaching/setup/live/",              302, 403, 403, 303, 403),
    ("GET",    "/teaching/settings/",                302, 403, 403, 200, 403),
    ("POST",   "/teaching/settings/",                302, 403, 403, 303, 403),
    ("GET",    "/teaching/week/",                    302, 403, 403, 302, 403),
    ("GET",    "/teaching/weeks/2027-03-01/",        302, 403, 403, 200, 403),
    ("POST",   "/teaching/weeks/2027-03-01/",        302, 403, 403, 303, 403),
    ("GET",    "/teaching/weeks/2027-03-01/apply/",  302, 403, 403, 200, 403),
    ("POST",   "/teaching/weeks/2027-03-01/apply/",  302, 403, 403, 303, 403),
    ("GET",    "/teaching/time-off/",                302, 403, 403, 200, 403),
    ("POST",   "/teaching/time-off/",                302, 403, 403, 303, 403),
    ("POST",   "/teaching/time-off/{time_off}/delete/", 302, 403, 403, 303, 403),
    ("GET",    "/accounts/login/",                   200, 302, 302, 302, 302),
    ("POST",   "/accounts/login/",                   302, 302, 302, 302, 302),
    ("GET",    "/accounts/signup/",                  200, 302, 302, 302, 302),
    ("POST",   "/accounts/signup/",                  302, 302, 302, 302, 302),
    ("GET",    "/accounts/logout/",                  302, 200, 200, 200, 200),
    ("POST",   "/accounts/logout/",                  302, 302, 302, 302, 302),
    ("GET",    "/accounts/inactive/",                200, 200, 200, 200, 200),
    ("GET",    "/health",                            503, 503, 503, 503, 503),  # no worker gives a sign of life here
    ("GET",    "/health/lite",                       200, 200, 200, 200, 200),
    ("GET",    "/ops/performance",                   401, 403, 403, 403, 200),
    ("GET",    "/metrics/prometheus",                401, 403, 403, 403, 200),
    ("GET",    "/ops/policies/",                     302, 403, 403, 403, 200),

    ("GET",    "/api/",                              200, 200, 200, 200, 200),
    ("GET",    "/api/schema/",                       200, 200, 200, 200, 200),
    ("GET",    "/api/docs/",                         200, 200, 200, 200, 200),
    ("POST",   "/api/auth/token/",                   200, 200, 200, 200, 200),
    ("GET",    "/api/instructors/",                  200, 200, 200, 200, 200),
    ("GET",    "/api/instructors/search?service=piano", 200, 200, 200, 200, 200),
    ("GET",    "/api/instructors/search?q=piano+tomorrow", 200, 200, 200, 200, 200),
    ("GET",    "/api/suggest?q=pia",                 200, 200, 200, 200, 200),
    ("GET",    "/api/instructors/ana-r/",            200, 200, 200, 200, 200),
    ("GET",    "/api/instructors/ana-r/free-times?place=online", 200, 200, 200, 200, 200),
    ("GET",    "/api/neighborhoods/",                200, 200, 200, 200, 200),
    ("GET",    "/api/catalog/",                      200, 200, 200, 200, 200),
    ("GET",    "/api/bookings/",                     401, 200, 200, 200, 200),
    ("POST",   "/api/bookings/",                     401, 201, 201, 400, 403),
    ("GET",    "/api/bookings/{reference}/",         401, 200, 404, 200, 200),
    ("POST",   "/api/bookings/{reference}/cancel/",  401, 200, 404, 200, 403),
    ("POST",   "/api/bookings/{reference}/complete/", 401, 403, 404, 409, 403),
    ("GET",    "/api/me/lessons/",                   401, 403, 403, 200, 403),
    ("GET",    "/api/me/earnings/",                  401, 403, 403, 200, 403),
    ("GET",    "/api/me/availability/hours/",        401, 403, 403, 200, 403),
    ("PUT",    "/api/me/availability/hours/",        401, 403, 403, 200, 403),
    ("GET",    "/api/me/availability/weeks/2027-03-01/", 401, 403, 403, 200, 403),
    ("PUT",    "/api/me/availability/weeks/2027-03-01/", 401, 403, 403, 200, 403),
    ("POST",   "/api/me/availability/weeks/2027-03-01/copy/", 401, 403, 403, 200, 403),
    ("POST",   "/api/me/availability/weeks/2027-03-01/apply/", 401, 403, 403, 200, 403),
    ("GET",    "/api/me/instructor-profile/",        401, 403, 403, 200, 403),
    ("PATCH",  "/api/me/instructor-profile/",        401, 403, 403, 200, 403),
    ("GET",    "/api/me/services/",                  401, 403, 403, 200, 403),
    ("POST",   "/api/me/services/",                  401, 403, 403, 201, 403),
    ("GET",    "/api/me/services/{service}/",        401, 403, 403, 200, 403),
    ("PATCH",  "/api/me/services/{service}/",        401, 403, 403, 200, 403),
    ("DELETE", "/api/me/services/{service}/",        401, 403, 403, 204, 403),
    ("GET",    "/api/me/time-off/",                  401, 403, 403, 200, 403),
    ("POST",   "/api/me/time-off/",                  401, 403, 403, 201, 403),
    ("DELETE", "/api/me/time-off/{time_off}/",       401, 403, 403, 204, 403),
    ("GET",    "/api/redis/stats",                   401, 403, 403, 403, 200),
    ("GET",    "/api/database/pool-status",          401, 403, 403, 403, 200),
)

# Whoever comes: no permission is asked here. Everything else names the permissions that it asks for.
PUBLIC = {
    "instructors:home": {"GET"},
    "instructors:list": {"GET"},
    "instructors:suggest": {"GET"},
    "instructors:facets": {"GET"},
    "instructors:how_we_rank": {"GET"},
    "instructors:subjects": {"GET"},
    "instructors:category": {"GET"},
    "instructors:subject": {"GET"},
    "instructors:borough": {"GET"},
    "instructors:clear_recent": {"POST"},
    "instructors:sitemap": {"GET"},
    "instructors:sitemap_static": {"GET"},
    "instructors:sitemap_subjects": {"GET"},
    "instructors:sitemap_boroughs": {"GET"},
    "instructors:sitemap_instructors": {"GET"},
    "instructors:robots": {"GET"},
    "instructors:llms": {"GET"},
    "instructors:detail": {"GET"},
    "instructors:photo": {"GET"},
    "bookings:calendar_feed": {"GET"},
    "account_login": {"GET", "POST"},
    "account_signup": {"GET", "POST"},
    "account_logout": {"GET", "POST"},
    "account_inactive": {"GET"},
    "health": {"GET"},
    "health-lite": {"GET"},
    "api-root": {"GET"},
    "api-schema": {"GET"},
    "api-docs": {"GET"},
    "api-token": {"POST"},
    "api-instructors": {"GET"},
    "api-search": {"GET"},
    "api-suggest": {"GET"},
    "api-instructor": {"GET"},
    "api-free-times": {"GET"},
    "api-neighborhoods": {"GET"},
    "api-catalog": {"GET"},
}
# fmt: on

# Views of allauth: they take PUT as POST, and send who is signed in away before they look at the method.
FORM_VIEWS = {"account_login", "account_signup", "account_logout", "account_inactive"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

BOOKING = {"booking_date": "2027-03-02", "start_time": "18:00", "duration_minutes": 60, "place": "online"}
PAGE_BOOKING = {"date": "2027-03-02", "start": "18:00", "minutes": "60", "place": "online", "notes": ""}
OFF = {"starts_at": "2027-04-01T09:00:00-04:00", "ends_at": "2027-04-01T17:00:00-04:00"}
PAGE_APPLY = {"first": "2027-03-08", "last": "2027-03-14"}
APPLY = {"from": "2027-03-08", "to": "2027-03-14"}
SERVICE = {"levels": ["beginner"], "ages": ["adults"], "lengths": [60]}
PAGE_SERVICE = {**SERVICE, "description": "", "price_online": "75"}
API_SERVICE = {**SERVICE, "places": [{"place": "online", "hourly_cents": 7500}]}
EVERY_DAY = {f"day_{weekday}": "09:00-21:00" for weekday in range(7)}
PAGE_OFF = {"starts_at": "2027-04-01T09:00", "ends_at": "2027-04-01T17:00", "reason": ""}
SENT_EMPTY = ("/pause/", "/resume/", "/setup/", "/photo/", "/remove/", "/live/")
NEWCOMER = {"first_name": "New", "last_name": "Comer", "email": "new@example.com", "password1": "Tulip-7-harbour"}


def body_for(method: str, address: str, client: Client, world: World) -> dict[str, Any]:
    """A body that this operation takes."""
    if (
        method in ("GET", "DELETE")
        or address.endswith(
            ("/cancel/", "/complete/", "/feed/", "/renew/", "/revoke/", "/delete/", "/logout/", "/clear/", *SENT_EMPTY)
        )
        or address.startswith("/favorites/")
    ):
        return {}
    if address.endswith("/note/"):
        return {"note": "Scales"}
    if address.startswith("/book/"):
        return PAGE_BOOKING
    if address in ("/teaching/hours/", "/teaching/weeks/2027-03-01/"):
        form = client.get(address).context
        return {"version": form["form"]["version"].value() if form and "form" in form else "", **EVERY_DAY}
    if address == "/teaching/weeks/2027-03-01/apply/":
        form = client.get(address, PAGE_APPLY).context
        return {field.name: field.value() for field in form["confirm"]} if form and "confirm" in form else PAGE_APPLY
    if address == "/api/me/availability/hours/":
        return {"version": client.get(address).json().get("version", ""), "days": []}
    if address.startswith("/api/me/availability/weeks/"):
        version = client.get("/api/me/availability/weeks/2027-03-01/").json().get("version", "")
        days: dict[str, Any] = {"days": []} if method == "PUT" else {}
        return {"version": version, **days} | (APPLY if address.endswith("/apply/") else {})
    sent: dict[str, dict[str, Any]] = {
        "/teaching/services/new/": {"subject": "guitar", **PAGE_SERVICE},
        f"/teaching/services/{world.service.pk}/": PAGE_SERVICE,
        "/teaching/setup/profile/": {"headline": "Piano", "bio": "I teach."},
        "/teaching/setup/places/": {"neighborhoods": ["park-slope"], "place_neighborhood": "park-slope"},
        "/api/me/instructor-profile/": {"headline": "Piano", "buffer_minutes": 30},
        "/api/me/services/": {"subject": "guitar", **API_SERVICE},
        f"/api/me/services/{world.service.pk}/": API_SERVICE,
        "/teaching/settings/": {"buffer_minutes": "30"},
        "/teaching/time-off/": PAGE_OFF,
        "/accounts/login/": {"login": "sam@example.com", "password": PASSWORD},
        "/accounts/signup/": NEWCOMER,
        "/api/auth/token/": {"email": "sam@example.com", "password": PASSWORD},
        "/api/bookings/": {"service": world.service.pk, **BOOKING},
        "/api/me/time-off/": OFF,
    }
    return sent[address]


def ask(client: Client, method: str, address: str, body: dict[str, Any] | None = None) -> Any:
    """Send a request as a form, or under /api/ as JSON, and undo what it did."""
    with transaction.atomic():
        if not body:
            answer = client.generic(method, address, content_type="application/json" if method != "GET" else "")
        elif address.startswith("/api/"):
            answer = client.generic(method, address, json.dumps(body), content_type="application/json")
        else:
            answer = client.post(address, body)
        transaction.set_rollback(True)
    return answer


def test_everyone_gets_what_the_table_says(world, sessions):
    got = {}
    for method, pattern, *_ in TABLE:
        address = world.address(pattern)
        answers = []
        for name in PEOPLE:
            client = sessions(name)
            answers.append(ask(client, method, address, body_for(method, address, client, world)).status_code)
        got[f"{method} {pattern}"] = dict(zip(PEOPLE, answers, strict=True))
    assert got == {f"{row[0]} {row[1]}": dict(zip(PEOPLE, row[2:], strict=True)) for row in TABLE}


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the site but admin's own, by its full name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from routes(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern


ROUTES = dict(routes(get_resolver()))


def methods_of(name: str, pattern: URLPattern) -> dict[str, Any]:
    """The methods that a route takes, each with the function behind it."""
    if operation := getattr(pattern.callback, "cls", None):
        return {method: getattr(operation, method.lower()) for method in METHODS if hasattr(operation, method.lower())}
    return {method: pattern.callback for at, method in rows_by_route() if at == name}


def rows_by_route() -> set[tuple[str, str]]:
    """Which method of which route has a row."""
    filled = {
        "service": 1,
        "reference": "LS-22222-22222",
        "time_off": 1,
        "time": "x=1",
        "part": 0,
        "feed": f"{UUID(int=0)}-0",
    }
    return {(resolve(row[1].format(**filled).partition("?")[0]).view_name, row[0]) for row in TABLE}


def test_every_route_has_its_rows():
    rows = rows_by_route()
    assert {name for name, _ in rows} == set(ROUTES)
    needed = {(name, method) for name, pattern in ROUTES.items() for method in methods_of(name, pattern)}
    assert needed == rows


def test_every_route_has_a_name_of_its_own():
    assert len(list(routes(get_resolver()))) == len(ROUTES)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_entry_point_is_public_by_name_or_says_whom_it_lets_in(name):
    for method, function in methods_of(name, ROUTES[name]).items():
        names = getattr(function, "required_permissions", None)
        if method in PUBLIC.get(name, ()):
            assert names is None, "it asks for permissions, so it is not public"
        else:
            assert names, f"{method} {name} lets everybody in"
            assert set(names) <= set(PermissionName)


def test_any_other_method_is_405_and_changes_nothing(world, sessions):
    for pattern in {row[1] for row in TABLE}:
        address = world.address(pattern)
        name = resolve(address.partition("?")[0]).view_name
        if name in FORM_VIEWS:
            continue
        for method in sorted(set(METHODS) - set(methods_of(name, ROUTES[name]))):
            for person in ("guest", "ana"):
                answer = ask(sessions(person), method, address)
                assert (method, address, person, answer.status_code) == (method, address, person, 405)
                assert answer["Allow"]


def test_head_is_get_without_its_body(world, sessions):
    for method, pattern, *expected in TABLE:
        if method == "GET":
            address = world.address(pattern)
            got = [sessions(name).head(address) for name in PEOPLE]
            assert (address, [answer.status_code for answer in got]) == (address, expected)
            assert not any(answer.content for answer in got)


def admin_lists() -> list[str]:
    """Admin's index, and the list of each model that it has."""
    return [
        "admin:index",
        *(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry),
    ]


def test_admin_is_for_staff_and_for_every_list_of_theirs(world, visit):
    assert len(admin_lists()) > 5
    for name in admin_lists():
        address = reverse(name)
        got = {person: visit(world.people[person]).get(address).status_code for person in PEOPLE}
        assert (address, got) == (address, {"guest": 302, "sam": 302, "stranger": 302, "ana": 302, "stella": 200})


def test_admin_sends_a_guest_to_the_one_sign_in_page_and_back(world, visit):
    guest = visit()
    answer = guest.get("/admin/bookings/booking/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert answer.status_code == 200


def test_staff_who_lost_their_bundles_see_no_list(world, visit):
    stella = world.people["stella"]
    stella.groups.clear()
    assert visit(stella).get(reverse("admin:index")).status_code == 200
    for name in admin_lists()[1:]:
        assert visit(stella).get(reverse(name)).status_code == 403
