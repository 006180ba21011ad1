"""Second factors: setting up, signing in with them, trusting a device, saying again who one is, and what is refused."""

import json
import re
import time
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from fido2 import cbor
from fido2.utils import websafe_encode

from instainstru.core import policy
from instainstru.core.models import OutboxMessage
from tests.factories import PASSWORD
from tests.routes.html import Page

LOGIN, LOGOUT = "/accounts/login/", "/accounts/logout/"
SECURITY, AUTHENTICATE, TRUST = "/accounts/2fa/", "/accounts/2fa/authenticate/", "/accounts/2fa/trust/"
ACTIVATE, DEACTIVATE = "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/deactivate/"
CODES, GENERATE = "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"
DOWNLOAD = "/accounts/2fa/recovery-codes/download/"
PASSKEYS, ADD = "/accounts/2fa/passkeys/", "/accounts/2fa/passkeys/add/"
PASSKEY_LOGIN = "/accounts/2fa/passkeys/login/"
AGAIN, AGAIN_BY_CODE = "/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/"
AGAIN_BY_PASSKEY = "/accounts/2fa/passkeys/reauthenticate/"
SECRET, CODE = r'class="secret">\s*(\w+)', r"<li>(\d{8})</li>"


@pytest.fixture
def clock():
    """Real time, moved by hand: codes depend on it."""
    with time_machine.travel(time.time(), tick=False) as traveller:
        yield traveller


def confirm(person):
    """Their password is known, their address confirmed."""
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    return person


@pytest.fixture
def known(sam, clock):
    """Sam, as `confirm` says, in a time that stands still."""
    return confirm(sam)


def first(pattern, answer):
    """What the pattern's group matches first on a page."""
    found = re.search(pattern, answer.text)
    assert found
    return found[1]


def code_of(secret):
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def sure(visit, known):
    """Sam's browser, just after he said again who he is."""
    browser = visit(known)
    assert browser.post(AGAIN, {"password": PASSWORD}).status_code in (302, 303)
    return browser


@pytest.fixture
def secret(sure, clock, django_capture_on_commit_callbacks):
    """The secret of Sam's app, which he has just set up; the code that he typed for it is over."""
    secret = first(SECRET, sure.get(ACTIVATE))
    with django_capture_on_commit_callbacks(execute=True):
        assert sure.post(ACTIVATE, {"code": code_of(secret)})["Location"] == CODES
    clock.shift(timedelta(seconds=60))
    return secret


def sign_in(browser, person, **more):
    """The first step: e-mail and password."""
    return browser.post(LOGIN, {"login": person.email, "password": PASSWORD} | more)


def is_in(browser):
    """Whether somebody is signed in."""
    return browser.get("/lessons/").status_code == 200


def let_in(browser, person, secret, *, action="skip"):
    """Sign in with a code, and trust the device or not."""
    assert sign_in(browser, person)["Location"] == AUTHENTICATE
    assert browser.post(AUTHENTICATE, {"code": code_of(secret)})["Location"] == TRUST
    return browser.post(TRUST, {"action": action})


def letters():
    """Subjects of the letters that were posted."""
    return list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True))


# Setting up


def test_an_app_is_set_up_by_its_first_code_and_recovery_codes_follow(sure, known, django_capture_on_commit_callbacks):
    page = sure.get(ACTIVATE)
    assert "data:image/svg+xml;base64," in page.text
    secret = first(SECRET, page)
    wrong = sure.post(ACTIVATE, {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert wrong.status_code == 422
    assert secret in wrong.text  # the app that scanned it stays right
    with django_capture_on_commit_callbacks(execute=True):
        assert sure.post(ACTIVATE, {"code": code_of(secret)})["Location"] == CODES
    codes = re.findall(CODE, sure.get(CODES).text)
    assert len(set(codes)) == 10
    download = sure.get(DOWNLOAD)
    assert download["Content-Disposition"].startswith("attachment")
    assert all(code in download.text for code in codes)
    for answer in (download, sure.get(CODES), sure.get(SECURITY), page):
        assert "no-store" in answer["Cache-Control"]
    assert letters() == ["Codes are turned on for your account"]
    security = Page(sure.get(SECURITY)).text
    assert "10 of 10 left" in security
    assert "we ask for a code from the app" in security


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_database(sure, secret):
    codes = re.findall(CODE, sure.get(CODES).text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        kept = cursor.fetchone()[0]
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_a_key_renewed_with_the_old_one_as_fallback_loses_nobody(known, secret, visit, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 50
    browser = visit()
    let_in(browser, known, secret)
    assert is_in(browser)


def test_new_recovery_codes_end_the_old_ones(sure, secret, django_capture_on_commit_callbacks):
    before = set(re.findall(CODE, sure.get(CODES).text))
    with django_capture_on_commit_callbacks(execute=True):
        assert sure.post(GENERATE)["Location"] == CODES
    after = set(re.findall(CODE, sure.get(CODES).text))
    assert len(after) == 10
    assert not before & after
    assert "New recovery codes for your account" in letters()


def test_turning_codes_off_takes_the_recovery_codes_along_and_is_told(sure, secret, known, visit):
    assert sure.get(DEACTIVATE).status_code == 200
    assert Authenticator.objects.count() == 2
    assert sure.post(DEACTIVATE)["Location"] == SECURITY
    assert not Authenticator.objects.exists()
    assert "Codes are turned off for your account" in letters()
    assert sign_in(visit(), known)["Location"] == "/"


def test_who_has_not_confirmed_the_address_is_led_there(known, sure):
    EmailAddress.objects.update(verified=False)
    page = Page(sure.get(SECURITY))
    assert "Confirm your e-mail first" in page.text
    assert "/accounts/email/" in page.links
    assert ACTIVATE not in page.links
    for address in (ACTIVATE, ADD):
        assert sure.get(address)["Location"] == SECURITY


# Signing in


def test_the_password_alone_opens_nothing_any_more(known, secret, visit):
    browser = visit()
    assert sign_in(browser, known)["Location"] == AUTHENTICATE
    assert not is_in(browser)
    assert browser.get(SECURITY).status_code == 302
    browser.post(AUTHENTICATE, {"code": code_of(secret)})
    assert not is_in(browser)  # not before the question of trust is answered
    browser.post(TRUST, {"action": "skip"})
    assert is_in(browser)


def test_the_way_back_survives_the_second_step(known, secret, visit):
    browser = visit()
    sign_in(browser, known, next="/lessons/feed/")
    browser.post(AUTHENTICATE, {"code": code_of(secret)})
    assert browser.post(TRUST, {"action": "skip"})["Location"] == "/lessons/feed/"


def test_a_code_and_a_recovery_code_work_once(known, secret, sure, visit):
    recovery = first(CODE, sure.get(CODES))
    for code in (code_of(secret), recovery):
        browser = visit()
        sign_in(browser, known)
        assert browser.post(AUTHENTICATE, {"code": code})["Location"] == TRUST
        second = visit()
        sign_in(second, known)
        assert second.post(AUTHENTICATE, {"code": code}).status_code == 422
    assert "9 of 10 left" in Page(sure.get(SECURITY)).text


@pytest.mark.parametrize(
    "code",
    ["", "000000x", "a\0b", "٣" * 6, "9" * 5000, "-1"],
    ids=["none", "longer", "nul", "arabic", "long", "negative"],
)
def test_what_is_no_code_is_refused(code, known, secret, visit):
    browser = visit()
    sign_in(browser, known)
    assert browser.post(AUTHENTICATE, {"code": code}).status_code == 422
    assert not is_in(browser)


def test_after_five_wrong_codes_the_right_one_waits(known, secret, visit, clock):
    browser = visit()
    sign_in(browser, known)
    for number in range(5):
        browser.post(AUTHENTICATE, {"code": f"{number}"})
    assert browser.post(AUTHENTICATE, {"code": code_of(secret)}).status_code in (422, 429)
    other = visit(REMOTE_ADDR="203.0.113.9")  # it is counted for the account, wherever the tries come from
    sign_in(other, known)
    assert other.post(AUTHENTICATE, {"code": code_of(secret)}).status_code == 422
    assert not is_in(other)


# Trust


def test_a_trusted_device_is_not_asked_again_for_thirty_days(known, secret, visit, clock):
    browser = visit()
    let_in(browser, known, secret, action="trust")
    cookie = browser.cookies["mfa_trusted"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == policy.TRUSTED_DEVICE_DAYS * 86_400
    browser.post(LOGOUT)
    assert sign_in(browser, known)["Location"] == "/"
    assert sign_in(visit(), known)["Location"] == AUTHENTICATE  # any other device is
    clock.shift(timedelta(days=policy.TRUSTED_DEVICE_DAYS, seconds=1))
    browser.post(LOGOUT)
    assert sign_in(browser, known)["Location"] == AUTHENTICATE


def test_in_production_no_other_host_or_plain_connection_sets_or_sees_trust(known, secret, visit, settings):
    settings.SESSION_COOKIE_SECURE, settings.MFA_TRUST_COOKIE_NAME = True, "__Host-mfa_trusted"
    browser = visit()
    browser.defaults["wsgi.url_scheme"] = "https"
    let_in(browser, known, secret, action="trust")
    cookie = browser.cookies["__Host-mfa_trusted"]
    assert (bool(cookie["secure"]), cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.parametrize("change", ["password", "factors", "codes"])
def test_trust_ends_when_a_way_in_changes(change, known, secret, sure, visit, clock):
    browser = visit()
    let_in(browser, known, secret, action="trust")
    browser.post(LOGOUT)
    if change == "password":
        known.set_password(PASSWORD)  # the same again, hashed anew
        known.save()
    elif change == "codes":
        sure.post(GENERATE)
    else:
        Authenticator.objects.get(type="totp").delete()
        Authenticator.objects.create(user=known, type="totp", data={"secret": "-"})
    assert sign_in(browser, known)["Location"] == AUTHENTICATE


@pytest.mark.parametrize("forged", ["x", "e30:x", "W10", "a" * 5000])
def test_a_forged_trust_is_none(forged, known, secret, visit):
    browser = visit()
    browser.cookies["mfa_trusted"] = forged
    assert sign_in(browser, known)["Location"] == AUTHENTICATE


def test_the_trust_of_one_person_is_not_anothers(known, secret, visit, stranger, clock):
    browser = visit()
    let_in(browser, known, secret, action="trust")
    browser.post(LOGOUT)
    confirm(stranger)
    Authenticator.objects.create(user=stranger, type="totp", data=Authenticator.objects.get(type="totp").data)
    assert sign_in(browser, stranger)["Location"] == AUTHENTICATE


# Saying again who one is

SENSITIVE = (ACTIVATE, ADD)
SENSITIVE_WITH_APP = (DEACTIVATE, CODES, GENERATE, DOWNLOAD)


def test_sensitive_pages_ask_again_who_it_is(known, visit, subtests):
    for address in SENSITIVE:
        with subtests.test(address):
            answer = visit(known).get(address)
            assert (answer.status_code, answer["Location"]) == (302, f"{AGAIN}?next={address.replace('/', '%2F')}")


def test_sensitive_pages_of_an_app_ask_again_who_it_is(known, secret, visit, subtests):
    for address in SENSITIVE_WITH_APP:
        with subtests.test(address):
            answer = visit(known).get(address)
            assert answer.status_code == 302
            assert answer["Location"].startswith(AGAIN)
    for address in (DEACTIVATE, GENERATE):
        visit(known).post(address)
    assert Authenticator.objects.count() == 2


def test_who_said_so_is_asked_again_after_five_minutes(sure, clock):
    assert sure.get(ACTIVATE).status_code == 200
    clock.shift(timedelta(minutes=5, seconds=1))
    assert sure.get(ACTIVATE).status_code == 302


def test_a_code_is_another_way_of_saying_so(known, secret, visit):
    browser = visit(known)
    ways = Page(browser.get(f"{AGAIN_BY_CODE}?next={CODES}"))
    assert any(link.startswith(AGAIN) for link in ways.links)
    assert ways.form(AGAIN_BY_CODE).data["next"] == CODES
    assert browser.post(AGAIN_BY_CODE, {"code": "1", "next": CODES}).status_code == 422
    assert browser.post(AGAIN_BY_CODE, {"code": code_of(secret), "next": CODES})["Location"] == CODES
    assert browser.get(CODES).status_code == 200


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_afterwards(evil, known, secret, visit):
    assert visit(known).post(AGAIN_BY_CODE, {"code": code_of(secret), "next": evil})["Location"] == "/"
    assert visit(known).post(AGAIN, {"password": PASSWORD, "next": evil})["Location"] == "/"


def test_who_has_no_factor_is_led_to_the_password(known, visit):
    for address in (AGAIN_BY_CODE, AGAIN_BY_PASSKEY):
        answer = visit(known).get(address, {"next": "/lessons/"})
        assert answer["Location"] == f"{AGAIN}?next=%2Flessons%2F"


# Passkeys: the ceremonies themselves are in tests/browser

GARBAGE = [
    *(
        "",
        "null",
        "5",
        '"x"',
        "[]",
        "{}",
        "{",
        "NaN",
        '{"id": 5}',
        '{"response": null}',
        '{"response": {"userHandle": 5}}',
    ),
    *('{"id": "\\u0000"}', '{"id": "\\ud800"}', "a\0b", "[" * 8000, '{"a":' * 2000, '{"id": "' + "A" * 500_000 + '"}'),
    json.dumps({"id": "QQ", "rawId": "QQ", "type": "public-key", "response": {"userHandle": "4oKs"}}),
    json.dumps({"id": "QQ", "rawId": "!!", "type": "public-key", "response": {"clientDataJSON": "QQ"}}),
    *(
        json.dumps(
            {
                "id": "QQ",
                "rawId": "QQ",
                "type": "public-key",
                "response": {
                    "userHandle": handle,
                    "clientDataJSON": said,
                    "attestationObject": held,
                    "authenticatorData": held,
                    "signature": "QQ",
                },
            }
        )
        for handle in ("MQ", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk")
        for said in ("e30", "bnVsbA")
        for held in ("oA", "_w", "ogE", "gYGBgYGBgYGBgYGB" * 400, "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA", "A" * 48)
    ),
]


def refused(answer):
    """Said as a bad form or a way back, never a failure, and nobody is in."""
    return answer.status_code in (302, 400, 413, 422)


def test_garbage_for_a_passkey_signs_nobody_in(known, visit, settings, subtests):
    settings.MFA_RATE_LIMITS = False
    for number, garbage in enumerate(GARBAGE):
        with subtests.test(number):
            browser = visit()
            browser.get(PASSKEY_LOGIN, headers={"Accept": "application/json"})
            answer = browser.post(PASSKEY_LOGIN, {"credential": garbage})
            assert refused(answer), garbage[:80]
            assert not is_in(browser)


def test_garbage_for_a_passkey_is_no_second_step_either(known, secret, visit, settings, subtests):
    settings.ACCOUNT_RATE_LIMITS = False
    browser = visit()
    sign_in(browser, known)
    for number, garbage in enumerate(GARBAGE):
        with subtests.test(number):
            browser.get(AUTHENTICATE)
            assert browser.post(AUTHENTICATE, {"credential": garbage}).status_code in (413, 422), garbage[:80]
    assert not is_in(browser)


def test_garbage_adds_no_passkey(sure, settings, subtests):
    settings.ACCOUNT_RATE_LIMITS = False
    for number, garbage in enumerate(GARBAGE):
        with subtests.test(number):
            sure.get(ADD)
            assert sure.post(ADD, {"name": "Phone", "credential": garbage}).status_code in (413, 422), garbage[:80]
    assert not Authenticator.objects.exists()


def made_up(challenge, *, flags=0x45, key=None, **more):
    """What a browser would say of a new passkey, made up: `flags` are of who was there, `key` is its public key."""
    said = {"type": "webauthn.create", "challenge": challenge, "origin": "http://testserver"}
    held = sha256(b"testserver").digest() + bytes([flags]) + bytes(4)
    if flags & 0x40:
        held += (
            bytes(16) + (2).to_bytes(2, "big") + b"id" + cbor.encode(key or {1: 2, 3: -7, -1: 1, -2: b"x", -3: b"y"})
        )
    attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": held})
    response = {
        "clientDataJSON": websafe_encode(json.dumps(said).encode()),
        "attestationObject": websafe_encode(attestation),
    }
    return json.dumps({"id": "aWQ", "rawId": "aWQ", "type": "public-key", "response": response} | more)


def challenge_of(browser):
    """What the page for a new passkey asks."""
    return json.loads(first(r'<script type="application/json">(.*?)</script>', browser.get(ADD)))["publicKey"][
        "challenge"
    ]


@pytest.mark.parametrize(
    "lie",
    [{"flags": 0x05}, {"flags": 0x41}, {"flags": 0x44}, {"note": "a\0b"}, {"note": "\ud800"}, {"note": "x" * 20_000}],
    ids=["no key", "nobody recognised", "nobody there", "NUL", "half a character", "a long letter"],
)
def test_a_made_up_passkey_is_refused(lie, sure):
    assert sure.post(ADD, {"name": "Phone", "credential": made_up(challenge_of(sure), **lie)}).status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("key", [None, {1: 99, 3: -999}, {1: 2}], ids=["not on the curve", "unknown", "half"])
def test_a_key_that_proves_nothing_breaks_no_page_and_lets_nobody_in(key, sure, known, visit):
    made = sure.post(ADD, {"name": "Phone", "credential": made_up(challenge_of(sure), key=key)})
    assert made.status_code in (302, 422)
    for address in (SECURITY, PASSKEYS, ADD, AGAIN):
        assert sure.get(address).status_code == 200
    if made.status_code == 302:
        browser = visit()
        assert sign_in(browser, known)["Location"] == AUTHENTICATE
        asked = json.loads(first(r'<script type="application/json">(.*?)</script>', browser.get(AUTHENTICATE)))
        answer = browser.post(AUTHENTICATE, {"credential": signed_by_nobody(asked["publicKey"]["challenge"])})
        assert answer.status_code == 422
        assert not is_in(browser)


def signed_by_nobody(challenge):
    """An answer to a challenge, with a signature that is none."""
    said = {"type": "webauthn.get", "challenge": challenge, "origin": "http://testserver"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(said).encode()),
        "authenticatorData": websafe_encode(sha256(b"testserver").digest() + bytes([0x05]) + bytes(4)),
        "signature": websafe_encode(b"mine"),
    }
    return json.dumps({"id": "aWQ", "rawId": "aWQ", "type": "public-key", "response": response})


def test_what_a_passkey_is_asked_for_changes_each_time(visit, db):
    options = [
        visit().get(PASSKEY_LOGIN, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
        for _ in range(2)
    ]
    assert options[0]["challenge"] != options[1]["challenge"]
    assert options[0]["userVerification"] == "required"
    assert not options[0].get("allowCredentials")  # nobody is told who has passkeys


def test_a_passkey_is_its_owners_only(known, stranger, visit, sure):
    theirs = Authenticator.objects.create(user=stranger, type="webauthn", data={"name": "Phone", "credential": {}})
    for verb in ("edit", "remove"):
        address = f"{PASSKEYS}{theirs.pk}/{verb}/"
        assert sure.get(address).status_code == 404
        assert sure.post(address, {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Phone"
    for number in (0, 2**63):
        assert sure.get(f"{PASSKEYS}{number}/edit/").status_code == 404


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 61])
def test_a_name_that_cannot_be_kept_is_refused(name, known, sure):
    mine = Authenticator.objects.create(user=known, type="webauthn", data={"name": "Phone", "credential": {}})
    assert sure.post(f"{PASSKEYS}{mine.pk}/edit/", {"name": name}).status_code == 422
    assert sure.post(f"{PASSKEYS}{mine.pk}/edit/", {"name": "<b>Laptop</b> 💻"}).status_code == 302
    assert "&lt;b&gt;Laptop&lt;/b&gt; 💻" in sure.get(PASSKEYS).text


# Guests, and programs


def test_guests_without_a_pending_sign_in_are_led_to_it(visit, db, subtests):
    for address in (AUTHENTICATE, TRUST, PASSKEY_LOGIN):
        for method in ("get", "post"):
            with subtests.test(f"{method} {address}"):
                answer = getattr(visit(), method)(address, {})
                assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    for address in (AGAIN_BY_CODE, AGAIN_BY_PASSKEY, SECURITY, ACTIVATE, CODES):
        with subtests.test(address):
            assert visit().get(address)["Location"].startswith(LOGIN)


def test_pages_that_are_not_there_yet_say_so(sure):
    for address in (CODES, DOWNLOAD, DEACTIVATE):
        assert sure.get(address).status_code == 404


def test_no_token_is_given_for_the_password_alone(known, secret, visit):
    asked = {"email": known.email, "password": PASSWORD}
    answer = visit().post("/api/auth/token/", asked, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "second_factor_required"
    wrong = visit().post("/api/auth/token/", asked | {"password": "wrong"}, content_type="application/json")
    assert wrong.status_code == 401
