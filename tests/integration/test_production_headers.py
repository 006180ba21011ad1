"""What a browser is told in production, by each kind of answer: gunicorn with production's settings behind a proxy."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie

import pytest

from instainstru.servers.folder import REPOSITORY
from tests.integration.test_production import COMPLETE
from tests.support.site import HOST, serving

BY_PROXY = {"Host": COMPLETE["ALLOWED_HOSTS"], "X-Forwarded-Proto": "https"}
# A page, a form, a way elsewhere, what is missing, staff's, JSON, its page, Swagger, a file of ours, a probe.
KINDS = {
    "/": 200,
    "/accounts/login/": 200,
    "/lessons/": 302,
    "/nowhere/": 404,
    "/admin/login/": 302,
    "/api/catalog/": 200,
    "/api/bookings/": 401,
    "/api/nowhere/": 404,
    "/api/docs/": 200,
    "/static/css/site.css": 200,
    "/robots.txt": 200,
    "/health/lite": 200,
}
CSP = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self)"
    ),
}


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the site as production runs it, its static files collected."""
    folder = tmp_path_factory.mktemp("production")
    environ = COMPLETE | {"STATIC_ROOT": str(folder / "static"), "RATE_LIMITS": "on"}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=REPOSITORY, env=os.environ | environ, check=True, capture_output=True)
    with serving(folder, settings=environ, headers=BY_PROXY) as port:
        yield port


def ask(port: int, path: str, **headers: str) -> tuple[int, HTTPMessage]:
    """The status and headers of an answer."""
    connection = HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request("GET", path, headers=BY_PROXY | headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", KINDS)
def test_each_kind_of_answer_protects_its_browser(site, path):
    status, headers = ask(site, path)
    assert status == KINDS[path]
    assert {name: headers[name] for name in ALWAYS} == ALWAYS
    told = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    told = {name: re.sub(r" ?'nonce-[^']+'", "", sources) for name, sources in told.items()}
    assert told == CSP | ({"style-src": "'self' 'unsafe-inline'"} if path == "/api/docs/" else {})
    assert "Server" not in headers or "gunicorn" in headers["Server"]
    assert "X-Powered-By" not in headers


@pytest.mark.django_db(transaction=True)
def test_cookies_belong_to_this_host_and_to_tls(site):
    _, headers = ask(site, "/accounts/login/")
    cookies = SimpleCookie(", ".join(headers.get_all("Set-Cookie", [])))
    assert set(cookies) == {"__Host-csrftoken"}
    for morsel in cookies.values():
        assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"]) == (True, True, "/", "")
        assert morsel["samesite"] == "Lax"


@pytest.mark.django_db(transaction=True)
def test_without_tls_one_is_sent_to_it_but_for_probes(site):
    status, headers = ask(site, "/lessons/", **{"X-Forwarded-Proto": "http"})
    assert (status, headers["Location"]) == (301, "https://instainstru.example/lessons/")
    assert ask(site, "/health/lite", **{"X-Forwarded-Proto": "http"})[0] == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/api/catalog/", "/api/bookings/", "/api", "/api/nowhere/"])
def test_a_program_without_tls_is_refused_and_not_led_on(site, path):
    """A redirect would be followed, and nobody would notice that the token had gone in clear."""
    status, headers = ask(site, path, **{"X-Forwarded-Proto": "http"})
    assert (status, headers["Location"]) == (403, None)


@pytest.mark.django_db(transaction=True)
def test_another_name_of_the_host_is_refused(site):
    assert ask(site, "/", Host="evil.example")[0] == 400
