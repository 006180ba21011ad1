"""Second factors in a browser: an app's codes with and without JavaScript, and passkeys on a made-up device."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_every_page import RULES, SMALL, WIDER
from tests.factories import PASSWORD

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without-javascript"])
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def known(sam, live_server):
    """Sam, whose password is known and whose address is confirmed."""
    sam.set_password(PASSWORD)
    sam.save()
    EmailAddress.objects.create(user=sam, email=sam.email, verified=True, primary=True)
    return sam


def code_of(secret):
    """What an app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def press(page, name):
    """Press a button of the page itself."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def say_the_password(page):
    """Answer whether it is really them, where that is asked."""
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form[action='/accounts/reauthenticate/'] button[type=submit]").click()


def sign_in(page, person):
    """The first step."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form[action='/accounts/login/'] button[type=submit]").click()


def with_device(page):
    """Give a page's browser a device that keeps passkeys and knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return devtools, made["authenticatorId"]


@WITH_AND_WITHOUT
def test_an_app_is_set_up_and_then_asked_for(scripts, known, new_page):
    page = new_page(known, java_script_enabled=scripts)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set up an app").click()
    say_the_password(page)
    secret = page.locator(".secret").inner_text().strip()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0  # the policy of the browser lets it
    page.get_by_label("Code from the app").fill(code_of(secret))
    press(page, "Turn on codes")
    expect(page.locator(".secrets li")).to_have_count(10)
    recovery = page.locator(".secrets li").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your codes").click()
    assert recovery in download.value.path().read_text()

    other = new_page(java_script_enabled=scripts)
    sign_in(other, known)
    expect(other.get_by_role("heading", level=1)).to_have_text("One more step")
    other.get_by_label("Code").fill("000")
    press(other, "Sign in")
    expect(other.get_by_role("alert")).to_contain_text("That did not work")
    other.get_by_label("Code").fill(recovery)
    press(other, "Sign in")
    press(other, "Trust it for 30 days")
    expect(other).to_have_url("/")
    other.context.clear_cookies(name="sessionid")
    sign_in(other, known)
    expect(other).to_have_url("/")  # trusted: not asked again


def test_a_passkey_is_added_signs_in_alone_and_is_removed(known, new_page):
    page = new_page(known)
    devtools, device = with_device(page)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    say_the_password(page)
    page.get_by_label("Name").fill("Phone")
    press(page, "Add this passkey")
    expect(page.locator(".secrets li")).to_have_count(10)  # for the day the passkey is lost
    [credential] = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert credential["isResidentCredential"]

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/lessons/")
    press(page, "Use a passkey")
    expect(page).to_have_url("/lessons/")  # neither password nor second step

    page.goto("/accounts/2fa/passkeys/")
    page.get_by_role("link", name="Rename Phone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_role("link", name="Use a passkey").click()
    press(page, "Use a passkey")
    page.get_by_label("Name").fill("Old phone")
    press(page, "Save the name")
    page.get_by_role("link", name="Remove Old phone").click()
    press(page, "Remove it")
    expect(page.get_by_text("You have none.")).to_be_visible()
    assert not Authenticator.objects.exists()  # the recovery codes went with it


def test_a_passkey_is_the_second_step_of_who_types_the_password(known, new_page):
    page = new_page(known)
    with_device(page)
    page.goto("/accounts/2fa/passkeys/add/")
    say_the_password(page)
    press(page, "Add this passkey")
    expect(page.locator(".secrets li")).to_have_count(10)
    page.context.clear_cookies()
    sign_in(page, known)
    press(page, "Use a passkey")
    press(page, "Ask every time")
    expect(page).to_have_url("/")
    page.goto("/lessons/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def test_the_same_device_is_not_added_twice(known, new_page):
    page = new_page(known)
    with_device(page)
    page.goto("/accounts/2fa/passkeys/add/")
    say_the_password(page)
    press(page, "Add this passkey")
    expect(page.locator(".secrets li")).to_have_count(10)
    page.goto("/accounts/2fa/passkeys/add/")
    press(page, "Add this passkey")
    expect(page.get_by_role("alert")).to_contain_text("has a passkey for your account already")


def test_a_passkey_of_nobody_here_is_said_kindly(known, new_page):
    """The device keeps one for an account that has forgotten it."""
    page = new_page(known)
    with_device(page)
    page.goto("/accounts/2fa/passkeys/add/")
    say_the_password(page)
    press(page, "Add this passkey")
    expect(page.locator(".secrets li")).to_have_count(10)
    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    press(page, "Use a passkey")
    expect(page.locator("#live")).to_contain_text("That did not work")


def test_without_javascript_nothing_is_offered_that_needs_it(known, new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    TOTP.activate(known, generate_totp_secret())
    sign_in(page, known)
    expect(page.get_by_label("Code")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)


def look_at(page):
    """What every page must be: for everybody, by day and by night, on a small phone and for a thumb."""
    for scheme, rules in (("light", RULES), ("dark", ["color-contrast"])):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": rules})
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.evaluate(WIDER)
    assert page.evaluate(SMALL) == []


def test_pages_behind_the_question_who_it_is_are_for_everybody(known, new_page, subtests):
    """Those that open without it are walked with all others."""
    page = new_page(known, viewport={"width": 320, "height": 640})
    with_device(page)
    page.goto("/accounts/2fa/passkeys/add/")
    say_the_password(page)
    look_at(page)
    press(page, "Add this passkey")
    expect(page.locator(".secrets li")).to_have_count(10)
    key = Authenticator.objects.get(type="webauthn").pk
    for address in (
        *("/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"),
        *("/accounts/2fa/passkeys/", f"/accounts/2fa/passkeys/{key}/edit/", f"/accounts/2fa/passkeys/{key}/remove/"),
        *("/accounts/2fa/reauthenticate/", "/accounts/2fa/passkeys/reauthenticate/", "/accounts/2fa/totp/activate/"),
    ):
        with subtests.test(address):
            page.goto(address)
            look_at(page)
    page.get_by_label("Code from the app").fill("000")
    press(page, "Turn on codes")
    page.get_by_role("alert").wait_for()
    look_at(page)
    TOTP.activate(known, generate_totp_secret())
    page.goto("/accounts/2fa/totp/deactivate/")
    look_at(page)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    look_at(page)
    sign_in(page, known)
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    look_at(page)
    press(page, "Use a passkey")
    expect(page.get_by_role("button", name="Ask every time")).to_be_visible()
    look_at(page)
