"""What is sent with each row, and how: as a form, or under /api/ as JSON; whatever it did is undone."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client

from instainstru.core.sessions import SessionStore
from tests.factories import PASSWORD
from tests.routes.conftest import Walk

Body = dict[str, Any]
COOKIE = "sessionid"

PAGE_BOOKING = {"date": "2027-03-02", "start": "18:00", "minutes": "60", "place": "online", "notes": ""}
BOOKING = {"booking_date": "2027-03-02", "start_time": "18:00", "duration_minutes": 60, "place": "online"}
SERVICE = {"levels": ["beginner"], "ages": ["adults"], "lengths": [60]}
PAGE_SERVICE = {**SERVICE, "description": "", "price_online": "75"}
API_SERVICE = {**SERVICE, "places": [{"place": "online", "hourly_cents": 7500}]}
EVERY_DAY = {f"day_{weekday}": "09:00-21:00" for weekday in range(7)}
APPLIED = {"first": "2027-03-08", "last": "2027-03-14"}
SIGN_IN = {"login": "sam@example.com", "password": PASSWORD}
NEWCOMER = {"first_name": "New", "last_name": "Comer", "email": "new@example.com", "password1": "Tulip-7-harbour"}
CHANGED = {"oldpassword": PASSWORD, "password1": "Tulip-7-harbour", "password2": "Tulip-7-harbour"}
MONDAY = "2027-03-01"
NO_KEY = {"credential": "{}"}

# A body that the operation takes; rows that are not here are sent empty.
BODIES: dict[tuple[str, str], Body] = {
    ("POST", "/book/{service}/"): PAGE_BOOKING,
    ("POST", "/lessons/{reference}/note/"): {"note": "Scales"},
    ("POST", "/teaching/services/new/"): {"subject": "drums", **PAGE_SERVICE},
    ("POST", "/teaching/services/{service}/"): PAGE_SERVICE,
    ("POST", "/teaching/setup/profile/"): {"headline": "Piano", "bio": "I teach."},
    ("POST", "/teaching/setup/places/"): {"neighborhoods": ["park-slope"], "place_neighborhood": "park-slope"},
    ("POST", "/teaching/settings/"): {"buffer_minutes": "30"},
    ("POST", "/teaching/time-off/"): {"starts_at": "2027-04-01T09:00", "ends_at": "2027-04-01T17:00", "reason": ""},
    ("POST", "/accounts/login/"): SIGN_IN,
    ("POST", "/accounts/signup/"): NEWCOMER,
    ("POST", "/accounts/"): {"first_name": "Alex", "last_name": "Newname"},
    ("POST", "/accounts/reauthenticate/"): {"password": PASSWORD},
    ("POST", "/accounts/email/"): {"action_add": "", "email": "elsewhere@example.com"},
    ("POST", "/accounts/password/change/"): CHANGED,
    ("POST", "/accounts/password/reset/"): {"email": "sam@example.com"},
    ("POST", "/accounts/2fa/reauthenticate/"): {"code": "000000"},
    ("POST", "/accounts/2fa/totp/activate/"): {"code": "000000"},
    ("POST", "/accounts/2fa/passkeys/add/"): {"name": "Telephone", **NO_KEY},
    ("POST", "/accounts/2fa/passkeys/{passkey}/edit/"): {"name": "Telephone"},
    ("POST", "/accounts/2fa/passkeys/reauthenticate/"): NO_KEY,
    ("POST", "/accounts/2fa/passkeys/login/"): NO_KEY,
    ("POST", "/accounts/tokens/"): {"name": "Robot", "scopes": ["read"], "days": "30"},
    ("POST", "/api/me/close/"): {"password": PASSWORD},
    ("POST", "/api/auth/token/"): {"email": "sam@example.com", "password": PASSWORD},
    ("PATCH", "/api/me/instructor-profile/"): {"headline": "Piano", "buffer_minutes": 30},
    ("POST", "/api/me/services/"): {"subject": "drums", **API_SERVICE},
    ("PATCH", "/api/me/services/{service}/"): API_SERVICE,
    ("POST", "/api/me/time-off/"): {
        "starts_at": "2027-04-01T09:00:00-04:00",
        "ends_at": "2027-04-01T17:00:00-04:00",
    },
}


def _hours(client: Client, address: str) -> Body:
    form = client.get(address).context
    return {"version": form["form"]["version"].value() if form and "form" in form else "", **EVERY_DAY}


def _apply(client: Client, address: str) -> Body:
    form = client.get(address, APPLIED).context
    return {field.name: field.value() for field in form["confirm"]} if form and "confirm" in form else APPLIED


def _days(client: Client, address: str) -> Body:
    return {"version": client.get(address).json().get("version", ""), "days": []}


def _copy(client: Client, address: str) -> Body:
    week = client.get(f"/api/me/availability/weeks/{MONDAY}/").json()
    more = {"from": APPLIED["first"], "to": APPLIED["last"]} if address.endswith("/apply/") else {}
    return {"version": week.get("version", ""), **more}


def _close(client: Client, address: str) -> Body:
    said = re.search(r'name="agreed" value="(\w+)"', client.get(address).text)
    return {"word": "close", "agreed": said[1] if said else ""}


# The same where a body states the version that somebody has read.
READ_BEFORE: dict[tuple[str, str], Callable[[Client, str], Body]] = {
    ("POST", "/accounts/close/"): _close,
    ("POST", "/teaching/hours/"): _hours,
    ("POST", f"/teaching/weeks/{MONDAY}/"): _hours,
    ("POST", f"/teaching/weeks/{MONDAY}/apply/"): _apply,
    ("PUT", "/api/me/availability/hours/"): _days,
    ("PUT", f"/api/me/availability/weeks/{MONDAY}/"): _days,
    ("POST", f"/api/me/availability/weeks/{MONDAY}/copy/"): _copy,
    ("POST", f"/api/me/availability/weeks/{MONDAY}/apply/"): _copy,
}


def body_for(method: str, pattern: str, client: Client, walk: Walk, *, others: bool = False) -> Body:
    """A body that the row's operation takes."""
    if (method, pattern) == ("POST", "/api/bookings/"):
        return {"service": int(walk.address("{service}")), **BOOKING}
    read = READ_BEFORE.get((method, pattern))
    return read(client, walk.address(pattern, others=others)) if read else BODIES.get((method, pattern), {})


def ask(client: Client, method: str, address: str, body: Body | None = None) -> Any:
    """Send a request and undo what it did; in the session, too, which is kept in the cache beside the database."""
    key = client.cookies[COOKIE].value if COOKIE in client.cookies else ""
    with transaction.atomic():
        if method in ("GET", "HEAD"):
            answer = client.generic(method, address)
        elif method == "POST" and body and not address.startswith("/api/"):
            answer = client.post(address, body)
        else:
            kind = "application/json"
            answer = client.generic(method, address, json.dumps(body) if body else "", content_type=kind)
        transaction.set_rollback(True)
    caches[settings.SESSION_CACHE_ALIAS].delete(SessionStore(key).cache_key)
    return answer


def asked(client: Client, walk: Walk, method: str, pattern: str, *, others: bool = False) -> Any:
    """The answer to a row, with its body; `others`: about Iris' and Noor's things."""
    body = body_for(method, pattern, client, walk, others=others)
    return ask(client, method, walk.address(pattern, others=others), body)
