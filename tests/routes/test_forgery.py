"""Requests that somebody was led to send: another site's forms, other methods, ways to other sites.

The rows are those of the table, and the table has a row for each route.
"""

import re
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import get_resolver

from tests.routes.test_bad_input import allowed, let_in, picture, rows, sent
from tests.routes.test_scopes import patterns
from tests.routes.walk.asking import body_for

OURS, KEY = "testserver", "a" * 32
# Asked for without a session: a form of another site sends nothing there that it does not know itself
WITHOUT_SESSION = {"/api/auth/token/"}
ELSEWHERE = (
    *("https://evil.example/", "//evil.example/", "///evil.example/", "http:evil.example", "\\\\evil.example"),
    *("/\\evil.example", "\\/evil.example", "/\t/evil.example", "\t//evil.example", "/\n/evil.example"),
    *(
        "%2f%2fevil.example",
        "https%3a%2f%2fevil.example",
        "http://testserver@evil.example/",
        "//evil.example\\@testserver",
    ),
    *("javascript:alert(1)", "data:text/html,x", "/\r\nX: //evil.example", "http://evil.example#@testserver/"),
)


def unsafe():
    """Every row that may change something."""
    return [row for row in rows("POST", "PUT", "PATCH", "DELETE") if row[1] not in WITHOUT_SESSION]


@pytest.fixture
def forged(walk, visit):
    """What a row answers to a browser that gets on with it, where the keys of forms are asked for, and what changed."""

    def answer_to(row, headers):
        browser = visit(strict=True, raise_request_exception=False)
        browser.cookies = SimpleCookie({name: one.value for name, one in let_in(walk, row).cookies.items()})
        browser.cookies["csrftoken"] = KEY
        body = body_for(row[0], row[1], let_in(walk, row), walk)
        return sent(browser, row[0], walk.address(row[1]), body, look=picture, headers=headers)

    return answer_to


def test_only_the_api_does_without_the_key_of_a_form():
    """It asks for the key itself, from who comes with a session and not with a token."""
    found = dict(patterns(get_resolver()))
    free = {route for route, pattern in found.items() if getattr(pattern.callback, "csrf_exempt", False)}
    assert free <= {route for route, pattern in found.items() if hasattr(pattern.callback, "cls")}


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-CSRFToken": KEY, "Origin": "https://evil.example"}, {"X-CSRFToken": KEY, "Origin": "null"}],
    ids=["no key", "another site", "a site without a name"],
)
def test_nothing_is_changed_without_the_key_of_the_form(headers, walk, forged):
    wrong, before = {}, picture()
    for row in unsafe():
        answer, after = forged(row, headers)
        if answer.status_code != 403 or after != before:
            wrong[row[:2]] = answer.status_code
    assert wrong == {}


def test_with_the_key_the_same_requests_are_let_in(walk, forged):
    """Lest the above refuses everything."""
    headers = {"X-CSRFToken": KEY, "Origin": f"http://{OURS}"}
    answers = {row[:2]: forged(row, headers)[0] for row in unsafe()}
    assert [
        row for row, answer in answers.items() if "CSRF Failed" in answer.text or "form has run out" in answer.text
    ] == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_changes_nothing_whatever_method_it_claims(method, walk):
    wrong, before = {}, picture()
    for row in rows("POST", "PUT", "PATCH", "DELETE"):
        client = let_in(walk, row)
        claims = {"_method": row[0], **body_for(row[0], row[1], client, walk)}
        address = f"{walk.address(row[1])}?{urlencode(claims, doseq=True)}"
        headers = {"X-HTTP-Method-Override": row[0], "X-HTTP-Method": row[0], "X-Method-Override": row[0]}
        with transaction.atomic():
            answer = client.generic(method, address, headers=headers)
            if picture() != before or answer.status_code >= 500:
                wrong[row[:2]] = answer.status_code
            transaction.set_rollback(True)
    assert wrong == {}


def test_a_form_of_one_method_is_not_one_of_another(walk):
    """POST stays POST: what only reads refuses it, and nothing is deleted by a form."""
    wrong, before = {}, picture()
    posted = {row[1] for row in rows("POST")}
    for row in rows("GET"):
        if row[1].partition("?")[0] not in posted:
            headers = {"X-HTTP-Method-Override": "GET"}
            with transaction.atomic():
                address = walk.address(row[1])
                answer = let_in(walk, row).post(address, {"_method": "GET"}, headers=headers)
                if answer.status_code != 405 or picture() != before:
                    wrong[row[1]] = answer.status_code
                transaction.set_rollback(True)
    assert wrong == {}


# Ways elsewhere -------------------------------------------------------------------------------------------------------


def leads_to(way, came_from="/"):
    """Where a browser would go: it drops tabs and line breaks, and takes a backslash for a slash."""
    seen = re.sub(r"^/{2,}", "//", re.sub(r"[\t\r\n]", "", way).strip().replace("\\", "/"))
    target = urlsplit(urljoin(f"http://{OURS}{came_from}", seen))
    return target.hostname if target.scheme in ("http", "https") else target.scheme


def test_all_of_these_ways_but_four_would_lead_elsewhere():
    harmless = {"http:evil.example", "%2f%2fevil.example", "https%3a%2f%2fevil.example", "/\r\nX: //evil.example"}
    assert {way for way in ELSEWHERE if leads_to(way) == OURS} == harmless


def ways_of(answer):
    """Where an answer leads by itself, now and once somebody has signed in, and by its links and forms."""
    for way in filter(None, (answer.get("Location"), answer.get("HX-Redirect"))):
        yield way
        if way.startswith("/accounts/"):
            yield from parse_qs(urlsplit(way).query).get("next", [])
    if answer.get("Content-Type", "").startswith("text/html"):
        yield from (unescape(way) for way in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', answer.text))


LEAD_ON = {"/accounts/login/", "/accounts/signup/", "/accounts/reauthenticate/", "/favorites/ana-r/add/"}


def led(walk, row, name, way):
    """What a row answers to somebody who was led there with a way in query, form and Referer."""
    address = walk.address(row[1])
    address += ("&" if "?" in address else "?") + urlencode({"next": way})
    client = walk.browsers(name, sure=name != "guest" and allowed(row)[1])
    headers = {"Referer": way if way.isprintable() else ""}
    if row[0] == "GET":
        return client.get(address, headers=headers)
    body = body_for(row[0], row[1], client, walk) | {"next": way}
    return sent(client, "POST", address, body, headers=headers)[0]


def test_no_answer_leads_to_another_site(walk):
    """First who leads on at all: by a way of ours. Then the same with ways that only look like one."""
    pages = [row for row in rows("GET", "POST") if not row[1].startswith(("/api/", "/health", "/metrics", "/ops/perf"))]
    ours = "/subjects/?a=1"
    lead_on = [
        (row, name)
        for row in pages
        for name in {"guest", allowed(row)[0]}
        if any(way.partition("#")[0] in (ours, f"http://{OURS}{ours}") for way in ways_of(led(walk, row, name, ours)))
    ]
    assert {row[1] for row, _ in lead_on} >= LEAD_ON
    wrong = {
        (*row[:2], name, evil): way
        for row, name in lead_on
        for evil in ELSEWHERE
        for way in ways_of(led(walk, row, name, evil))
        if leads_to(way, walk.address(row[1])) != OURS
    }
    assert wrong == {}
