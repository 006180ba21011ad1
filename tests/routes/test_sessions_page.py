"""The devices that one is signed in on, and signing them out."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.templatetags.devices import device
from tests.factories import PASSWORD
from tests.routes.html import Page

DEVICES = "/accounts/sessions/"
CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Safari/604.1"


def on(visit, person, user_agent, address="203.0.113.7"):
    """A browser of somebody, signed in from somewhere."""
    if not person.password:
        person.set_password(PASSWORD)
        person.save()
    browser = visit(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/lessons/").status_code == 200


def row(browser):
    """The number of the session of a browser."""
    return UserSession.objects.get(session_key=browser.cookies["sessionid"].value).pk


@pytest.fixture
def laptop(visit, sam):
    return on(visit, sam, CHROME)


@pytest.fixture
def phone(visit, sam):
    return on(visit, sam, IPHONE, "2001:db8::1")


def test_the_list_says_which_devices_from_where_and_which_is_this(laptop, phone):
    page = Page(laptop.get(DEVICES))
    assert "Chrome on Mac This one" in page.text
    assert "Safari on iPhone" in page.text
    assert "203.0.113.7" in page.text
    assert "2001:db8::1" in page.text
    assert "sessionid" not in page.text
    for browser in (laptop, phone):  # the list is no key to what it lists
        assert browser.cookies["sessionid"].value not in laptop.get(DEVICES).text


def test_one_device_is_signed_out_and_really_out(laptop, phone):
    answer = laptop.post(f"{DEVICES}{row(phone)}/end/")
    assert (answer.status_code, answer["Location"]) == (303, DEVICES)
    assert not is_in(phone)
    assert is_in(laptop)
    assert "iPhone" not in laptop.get(DEVICES).text


def test_all_others_are_signed_out_and_this_one_stays(laptop, phone, visit, sam):
    third = on(visit, sam, "curl/8.0")
    assert laptop.post(DEVICES)["Location"] == DEVICES
    assert [is_in(browser) for browser in (laptop, phone, third)] == [True, False, False]
    assert "Sign out all others" not in laptop.get(DEVICES).text


def test_nobody_signs_out_somebody_else(laptop, visit, stranger):
    theirs = on(visit, stranger, CHROME)
    assert laptop.post(f"{DEVICES}{row(theirs)}/end/").status_code == 404
    assert is_in(theirs)
    laptop.post(DEVICES)
    assert is_in(theirs)
    assert "Noor" not in laptop.get(DEVICES).text


@pytest.mark.parametrize("number", ["0", "999999", str(2**63), "x"])
def test_a_device_that_is_not_there_is_not_found(number, laptop):
    assert laptop.post(f"{DEVICES}{number}/end/").status_code == 404


def test_looking_signs_nobody_out(laptop, phone):
    assert laptop.get(f"{DEVICES}{row(phone)}/end/").status_code == 405
    assert is_in(phone)


def test_what_a_browser_calls_itself_is_shown_as_text(visit, sam):
    browser = on(visit, sam, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get(DEVICES).text
    assert "&lt;script&gt;" in browser.get(DEVICES).text


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Mac"),
        (IPHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/130.0 Mobile Safari/604.1", "Chrome on iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("x" * 500, "x" * 60),
        ("", "A browser that does not say which"),
    ],
)
def test_devices_are_said_in_words(user_agent, words):
    assert device(user_agent) == words
