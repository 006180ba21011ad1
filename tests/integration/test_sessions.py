"""Being signed in ends by itself: after two weeks without a visit, and after a month in any case."""

import time
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from instainstru.core import policy

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def clock():
    """Real time, moved by hand."""
    with time_machine.travel(time.time(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def device(sam, clock):
    """A device on which Sam is signed in."""
    client = Client()
    client.force_login(sam)
    return client


def signed_in(device):
    """Whether the device is let in."""
    return device.get("/lessons/").status_code == 200


def test_a_session_that_is_used_goes_on_and_ends_after_a_month(device, clock):
    assert signed_in(device)
    for _ in range(policy.SESSION_DAYS - 1):
        clock.shift(DAY)
        assert signed_in(device)
    key = device.cookies[settings.SESSION_COOKIE_NAME].value
    clock.shift(DAY)
    assert not signed_in(device)
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("in_cache", [True, False])
def test_a_session_without_a_visit_ends_after_two_weeks(device, clock, in_cache):
    assert signed_in(device)
    clock.shift(policy.SESSION_IDLE_DAYS * DAY - timedelta(minutes=1))
    if not in_cache:
        cache.clear()
    assert signed_in(device)
    clock.shift(policy.SESSION_IDLE_DAYS * DAY + timedelta(minutes=1))
    cache.clear()
    assert not signed_in(device)


def test_a_cookie_is_renewed_once_a_day_and_no_more_often(device, clock):
    signed_in(device)
    assert settings.SESSION_COOKIE_NAME not in device.get("/lessons/").cookies
    clock.shift(DAY)
    assert settings.SESSION_COOKIE_NAME in device.get("/lessons/").cookies
    assert settings.SESSION_COOKIE_NAME not in device.get("/lessons/").cookies


def test_whoever_signs_in_again_begins_anew(device, sam, clock):
    clock.shift(10 * DAY)
    assert signed_in(device)
    device.post("/accounts/logout/")
    device.force_login(sam)
    clock.shift(13 * DAY)
    assert signed_in(device)
    clock.shift(13 * DAY)
    assert signed_in(device)


def test_what_a_guest_has_is_no_session_of_a_person(db):
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["searched"] = "piano"
    store.save()
    again = import_module(settings.SESSION_ENGINE).SessionStore(store.session_key)
    assert dict(again.items()) == {"searched": "piano"}
    assert not again.modified


def test_the_settings_say_what_the_policy_says():
    assert timedelta(days=policy.SESSION_IDLE_DAYS).total_seconds() == settings.SESSION_COOKIE_AGE
    assert timedelta(days=policy.TRUSTED_DEVICE_DAYS) == settings.MFA_TRUST_COOKIE_AGE


@pytest.mark.parametrize("said", ['"abcdefgh\\000"', "abcdefgh-1234", "x" * 4000], ids=["nul", "dash", "long"])
def test_a_cookie_that_we_cannot_have_made_is_no_session(said, db):
    cookie = f"{settings.SESSION_COOKIE_NAME}={said}"
    assert Client().get("/lessons/", headers={"Cookie": cookie}).status_code == 302
