"""The ways back into one's account, and out of an old address: as quick, and without JavaScript."""

import re

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from accounts.models import User
from instainstru.core.models import OutboxMessage
from tests.factories import PASSWORD

FRESH = "Tulip-7-harbour"
BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without-javascript"])


@pytest.fixture
def known(live_server, sam, settings):
    """Sam, whose password is known; links in letters lead to this site."""
    settings.SITE_ADDRESS = live_server.url
    sam.set_password(PASSWORD)
    sam.save()
    EmailAddress.objects.create(user=sam, email=sam.email, verified=True, primary=True)
    return sam


def sign_in(page: Page, person: User, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def link_in(kind: str) -> str:
    """The way in that the latest letter of a kind carries."""
    message = OutboxMessage.objects.filter(key__startswith=f"{kind}:").latest("id")
    found: list[str] = re.findall(r"http://\S+", message.body)
    return found[0]


@BOTH_WAYS
def test_a_forgotten_password_is_replaced(scripts, known, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(known.email)
    page.get_by_role("button", name="Send a link").click()
    expect(page.get_by_role("heading", name="Look into your mail.")).to_be_visible()
    page.goto(link_in("password_reset_key"))
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("alert")).to_contain_text("too short")
    page.get_by_label("New password").fill(FRESH)
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("heading", name="You have a new password.")).to_be_visible()
    sign_in(page, known, FRESH)
    page.goto(link_in("password_reset_key"))
    expect(page.get_by_role("heading", name="This link is not good any more.")).to_be_visible()


@BOTH_WAYS
def test_an_address_is_changed(scripts, known, new_page):
    page = new_page(java_script_enabled=scripts)
    sign_in(page, known, PASSWORD)
    page.get_by_role("link", name="Account", exact=True).click()
    page.get_by_role("link", name="Change your e-mail").click()
    page.get_by_label("New e-mail").fill("samuel@example.com")
    page.get_by_role("button", name="Send a link to the new address").click()
    page.get_by_label("Password").fill(PASSWORD)  # whoever found this browser open does not know it
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Changing to")).to_be_visible()
    expect(page.get_by_text("sam@example.com", exact=True)).to_be_visible()
    page.goto(link_in("email_confirmation"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("samuel@example.com is confirmed.")).to_be_visible()
    known.refresh_from_db()
    assert known.email == "samuel@example.com"


@BOTH_WAYS
def test_a_name_and_a_password_are_changed(scripts, known, new_page):
    page = new_page(java_script_enabled=scripts)
    sign_in(page, known, PASSWORD)
    page.goto("/accounts/")
    page.get_by_label("First name").fill("Samuel")
    page.get_by_role("button", name="Save your name").click()
    expect(page.get_by_role("heading", name="Samuel Student")).to_be_visible()
    page.get_by_role("link", name="Change your password").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill(FRESH)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    sign_in(new_page(java_script_enabled=scripts), known, FRESH)
