"""Staff and their second factor, and help for whoever lost theirs."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.services import lessons
from instainstru.core.errors import NotFound
from instainstru.core.models import OutboxMessage
from instainstru.core.permissions import may
from tests.factories import PASSWORD
from tests.fixtures import book

SECURITY = "/accounts/2fa/"
OPERATIONS = ("/ops/performance", "/api/redis/stats", "/api/database/pool-status", "/metrics/prometheus")


@pytest.fixture
def demanded(settings):
    """As with SITE_MODE=prod."""
    settings.STAFF_SECOND_FACTOR = True


def with_app(person):
    """The same person, read again, with an authenticator app."""
    Authenticator.objects.create(user=person, type="totp", data={"secret": "-"})
    return User.objects.get(pk=person.pk)


def signed_in(person):
    """A browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(person)
    return browser


def admin_addresses():
    """Every address of the admin, with a number where one is wanted."""
    [admin] = [
        part for part in get_resolver().url_patterns if isinstance(part, URLResolver) and part.app_name == "admin"
    ]
    found = []
    for part in admin.url_patterns:
        below = [part] if isinstance(part, URLPattern) else part.url_patterns
        prefix = "" if isinstance(part, URLPattern) else str(part.pattern)
        found += [f"/admin/{prefix}{pattern.pattern}" for pattern in below]
    return sorted({_filled(address) for address in found})


def _filled(address):
    return re.sub(r"<[^>]+>", "1", address.partition("(?P")[0])


def test_staff_without_a_second_factor_are_led_to_it_from_every_address_of_the_admin(stella, demanded, subtests):
    browser = signed_in(stella)
    addresses = admin_addresses()
    assert len(addresses) > 50
    for address in [*addresses, "/admin/logout/", "/admin/nowhere/", "/ops/policies/"]:
        for method in (browser.get, browser.post):
            with subtests.test(f"{method.__name__} {address}"):
                answer = method(address)
                assert (answer.status_code, answer.headers.get("Location")) == (303, SECURITY)
    assert "Staff pages need a second factor" in browser.get(SECURITY).text


def test_staff_with_one_get_in(stella, demanded):
    browser = signed_in(with_app(stella))
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/bookings/booking/").status_code == 200
    assert browser.get("/ops/policies/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(stella, demanded):
    Authenticator.objects.create(user=stella, type="recovery_codes", data={})
    assert signed_in(stella).get("/admin/").status_code == 303


def test_elsewhere_it_is_not_demanded(stella):
    assert django_settings.STAFF_SECOND_FACTOR is False
    assert signed_in(stella).get("/admin/").status_code == 200


def test_others_are_told_what_they_are_always_told(sam, demanded, db):
    assert signed_in(sam).get("/ops/policies/").status_code == 403
    assert signed_in(sam).get("/admin/").status_code in (302, 403)
    assert Client().get("/admin/")["Location"].startswith("/admin/login/")


def test_programs_of_staff_without_one_are_refused_too(stella, omar, demanded, api, subtests):
    for address in OPERATIONS:
        with subtests.test(address):
            assert signed_in(stella).get(address).status_code == 403
            assert api(omar).get(address).status_code == 403


def test_programs_of_staff_with_one_are_let_in(omar, demanded, subtests):
    browser = signed_in(with_app(omar))
    for address in OPERATIONS:
        with subtests.test(address):
            assert browser.get(address).status_code == 200


def test_without_one_staff_see_nothing_that_staff_see(sue, sam, ana_teaches_piano, demanded):
    """Wherever a page asks for a name of staff: there is no way round the admin's door."""
    lesson = book(sam, ana_teaches_piano, at="15:00")
    assert not may(sue, PermissionName.VIEW_ALL_BOOKINGS, lesson)
    assert may(sue, PermissionName.MANAGE_OWN_PROFILE)  # what everybody may, they may
    with pytest.raises(NotFound):
        lessons.seen(reference=lesson.reference, viewer=sue)
    assert lessons.seen(reference=lesson.reference, viewer=with_app(sue)) == lesson


# Whoever lost phone, passkeys and recovery codes


@pytest.fixture
def locked_out(sam):
    """Sam, with an app, and a browser in which somebody is signed in as him."""
    sam.set_password(PASSWORD)
    sam.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": sam.email, "password": PASSWORD})
    Authenticator.objects.create(user=sam, type="totp", data={"secret": "-"})
    Authenticator.objects.create(user=sam, type="recovery_codes", data={})
    return browser


def reset(email):
    """Run the operator's command; answers what it says."""
    said = StringIO()
    call_command("reset_second_factor", email, stdout=said)
    return said.getvalue()


def test_the_operator_removes_a_lost_factor_and_the_person_is_told(sam, locked_out, django_capture_on_commit_callbacks):
    assert locked_out.get("/lessons/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert reset("SAM@example.com").startswith("SAM@example.com: 2 removed")
    assert not Authenticator.objects.filter(user=sam).exists()
    assert not UserSession.objects.filter(user=sam).exists()
    assert locked_out.get("/lessons/").status_code == 302  # whoever was in is out
    letter = OutboxMessage.objects.get()
    assert letter.recipient == "sam@example.com"
    assert "removed the second factor" in letter.body


def test_what_cannot_be_reset_is_said(sam, stella):
    Authenticator.objects.create(user=stella, type="totp", data={"secret": "-"})
    for email, sentence in (("nobody@example.com", "Nobody has this address"), (sam.email, "has no second factor")):
        with pytest.raises(CommandError, match=sentence):
            reset(email)
    assert Authenticator.objects.count() == 1
    assert not OutboxMessage.objects.exists()


def test_signing_out_everywhere_waits_for_the_commit(sam, locked_out, django_capture_on_commit_callbacks):
    """Before it, somebody who reads the session would put it back into the cache."""
    with django_capture_on_commit_callbacks() as waiting:
        reset(sam.email)
    assert UserSession.objects.filter(user=sam).exists()
    assert waiting


def test_the_page_of_security_is_where_staff_are_led():
    assert reverse("mfa_index") == SECURITY
