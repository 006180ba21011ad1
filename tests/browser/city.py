"""Steps that several journeys take."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from bookings.models import Booking
from instainstru.core.time import NEW_YORK
from instructors.models import Service
from tests.fixtures import book

TIMES = 'a[href^="/book/"]'
NEWCOMER = {"First name": "New", "Last name": "Comer", "Email": "new@example.com", "Password": "Tulip-7-harbour"}
BOOK = "Book this lesson"


def times_of(page: Page, slug: str = "ana-r") -> Locator:
    """The free times of the day after tomorrow on an instructor's page: a whole day of them, whatever the hour is."""
    day = datetime.now(NEW_YORK).date() + timedelta(days=2)
    page.goto(f"/instructors/{slug}/?place=online&day={day}")
    return page.locator(TIMES)


def sign_up(page: Page) -> None:
    """Fill in the form of sign-up and send it."""
    for label, value in NEWCOMER.items():
        page.get_by_label(re.compile(rf"^\s*{label}")).fill(value)
    page.locator("form[action='/accounts/signup/'] button[type=submit]").click()


def expect_booked(page: Page) -> str:
    """Wait for the proof; answers the reference."""
    expect(page).to_have_url(re.compile(r"/lessons/LS-[^/]+/booked/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Booked.")
    return page.url.split("/lessons/")[1].split("/")[0]


def path_of(address: str) -> str:
    """An address without its host."""
    return re.sub(r"^https?://[^/]+", "", address)


def quicker(person: User, service: Service, address: str) -> Booking:
    """Somebody books the time behind an address, by no browser."""
    chosen = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return book(person, service, at=chosen["start"], day=date.fromisoformat(chosen["date"]), now=datetime.now(UTC))
