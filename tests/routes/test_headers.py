"""What every answer declares: how long it may be kept, and what a browser may run."""

import re

import pytest

from tests.factories import PASSWORD, NeighborhoodFactory
from tests.routes.test_table import TABLE

FOR_ONE = ("no-store", "private")
PAGES = sorted({row[1] for row in TABLE if row[0] == "GET" and not row[1].startswith("/api/")})
OPERATIONS = sorted({row[1] for row in TABLE if row[0] == "GET" and row[1].startswith("/api/")})
HTML = {"Accept": "text/html"}


def directives(answer):
    """An answer's Content-Security-Policy, by directive."""
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {part[0]: set(part[1:]) for part in parts}


PUBLIC = {
    "/suggest?q=pia",
    "/sitemap.xml",
    "/sitemap-static.xml",
    "/sitemap-subjects.xml",
    "/sitemap-boroughs.xml",
    "/sitemap-instructors-{part}.xml",
    "/robots.txt",
    "/llms.txt",
    "/api/suggest?q=pia",
    "/api/",
    "/api/docs/",
    "/api/schema/",
    "/api/instructors/",
    "/api/instructors/ana-r/",
    "/api/neighborhoods/",
    "/api/catalog/",
}


def test_every_get_declares_how_long_it_may_be_kept(world, sessions):
    """Whatever the answer: a page, a way to another, a refusal. Only what is the same for everybody is public."""
    for pattern in (*PAGES, *OPERATIONS, "/nowhere/", "/api/nowhere/", "/admin/", "/admin/login/"):
        for name in ("guest", "sam", "ana"):
            answer = sessions(name).get(world.address(pattern))
            kept = answer.get("Cache-Control")
            assert kept, f"{name} at {pattern}: {answer.status_code}"
            if pattern in PUBLIC:
                assert kept.startswith("public, max-age="), f"{name} at {pattern}"
            else:
                assert any(word in kept for word in FOR_ONE), f"{name} at {pattern}"
                assert "public" not in kept, f"{name} at {pattern}"


def test_free_times_are_never_kept(world, visit):
    answer = visit().get("/api/instructors/ana-r/free-times", {"place": "online"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/api/bookings/", "/api/instructors/nobody/", "/api/nowhere", "/api/schema/"])
def test_a_refusal_of_the_api_is_not_kept(address, visit, db):
    answer = visit().get(address, headers={"Accept": "text/html" if "schema" in address else "application/json"})
    assert answer.status_code >= 400
    assert answer["Cache-Control"] == "no-store"


def test_a_page_of_the_api_made_for_a_person_is_not_shared(world, visit):
    """The browsable page says who is signed in; the JSON of the same address is for everybody."""
    sam = visit(world.people["sam"])
    page = sam.get("/api/instructors/", headers=HTML)
    assert "public" not in page["Cache-Control"]
    assert "public" in sam.get("/api/instructors/")["Cache-Control"]
    assert "Accept" in page["Vary"]


@pytest.mark.parametrize("name", ["guest", "ana", "stella"])
def test_pages_run_no_script_and_wear_no_style_but_our_own(name, world, sessions):
    for pattern in (*PAGES, "/nowhere/", "/admin/", "/admin/bookings/booking/"):
        policy = directives(sessions(name).get(world.address(pattern)))
        assert policy["default-src"] == {"'self'"}
        assert "'unsafe-inline'" not in policy["script-src"] | policy["style-src"]
        assert "'unsafe-eval'" not in policy["script-src"]
        assert policy["style-src"] == {"'self'"}
        assert policy["script-src"] - {"'self'"} <= {source for source in policy["script-src"] if "nonce-" in source}
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
        assert policy["form-action"] == {"'self'"}


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_pages_of_the_api_may_bring_styles_and_never_scripts(accept, world, sessions):
    for pattern in OPERATIONS:
        policy = directives(sessions("ana").get(world.address(pattern), headers={"Accept": accept}))
        assert policy["style-src"] <= {"'self'", "'unsafe-inline'"}
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & policy["script-src"]
        assert policy["default-src"] == {"'self'"}


def test_each_page_has_a_nonce_of_its_own_on_every_script(world, visit):
    pages = [visit(world.people["sam"]).get(world.address("/lessons/{reference}/")) for _ in range(2)]
    nonces = [re.findall(r"'nonce-([^']+)'", page["Content-Security-Policy"]) for page in pages]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{nonce[0]}"' in script for script in scripts)


def test_no_page_has_a_style_or_handler_in_its_markup(world, sessions):
    for pattern in PAGES:
        for name in ("sam", "ana"):
            text = sessions(name).get(world.address(pattern)).text
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), f"{name} at {pattern}"


def test_every_answer_has_a_number_and_repeats_a_well_formed_one(world, visit):
    guest = visit()
    assert re.fullmatch("[0-9a-f]{32}", guest.get("/")["X-Request-ID"])
    refused = guest.get("/api/bookings/", headers={"X-Request-ID": "proxy-12345678"})
    assert refused["X-Request-ID"] == "proxy-12345678"
    assert refused.json()["error"]["request_id"] == "proxy-12345678"
    for ill in ("short", "<script>alert(1)</script>", "x" * 65, "line\tbreak"):
        assert guest.get("/api/bookings/", headers={"X-Request-ID": ill})["X-Request-ID"] != ill


ON_EVERYTHING = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_answer_protects_its_browser(world, sessions):
    """Whatever the kind of answer; those of production are asked of gunicorn (tests/integration)."""
    for pattern in (*PAGES, *OPERATIONS, "/nowhere/", "/api/nowhere/", "/admin/"):
        for name in ("guest", "ana"):
            answer = sessions(name).get(world.address(pattern))
            assert {header: answer.get(header) for header in ON_EVERYTHING} == ON_EVERYTHING, f"{name} at {pattern}"
            assert "camera=()" in answer["Permissions-Policy"], f"{name} at {pattern}"


def test_a_form_key_and_a_session_are_out_of_reach_for_scripts(sessions, visit):
    browser = visit()
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": "sam@example.com", "password": PASSWORD})
    for name in ("sessionid", "csrftoken"):
        assert browser.cookies[name]["httponly"]
        assert browser.cookies[name]["samesite"] == "Lax"


def test_the_next_page_of_a_list_is_an_absolute_address(visit, db):
    for number in range(3):
        NeighborhoodFactory(name=f"Aa{number}")
    first = visit().get("/api/neighborhoods", {"page_size": 2}).json()
    assert len(first["results"]) == 2
    assert first["next"] == "http://testserver/api/neighborhoods?page=2&page_size=2"
    assert visit().get(first["next"]).json()["results"][0]["name"] == "Aa2"
