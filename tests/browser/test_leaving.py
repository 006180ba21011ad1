"""Taking one's data along and leaving, as a person does it: with JavaScript and without."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.models import User
from bookings.models import Booking, Status
from instainstru.core.policy import Place
from instainstru.core.time import NEW_YORK
from tests.browser.test_every_page import RULES, SMALL
from tests.browser.test_journeys import WITH_AND_WITHOUT
from tests.factories import PASSWORD
from tests.fixtures import book


@pytest.fixture
def lesson(anas_piano, sam):
    """Sam's, in a week, at his own place."""
    sam.set_password(PASSWORD)
    sam.save()
    now = datetime.now(UTC)
    day = now.astimezone(NEW_YORK).date() + timedelta(days=7)
    return book(sam, anas_piano, at="15:00", day=day, place=Place.STUDENT, now=now)


def say_once_more_who_it_is(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


@WITH_AND_WITHOUT
def test_somebody_takes_their_data_along_and_leaves(scripts, lesson, sam, ana, new_page):
    page = new_page(sam, java_script_enabled=scripts)
    page.goto("/accounts/data/")
    page.get_by_role("link", name="Look at closing my account").click()
    say_once_more_who_it_is(page)
    page.get_by_text("Cancelled. You get $100.80 back.").wait_for()
    with page.expect_download() as file:
        page.get_by_role("link", name="downloaded your data").click()
    assert file.value.suggested_filename == "instainstru-data.json"
    told = json.loads(Path(file.value.path()).read_text())
    assert [one["address"] for one in told["lessons_taken"]] == ["1 Main Street"]
    page.get_by_label("Type “close”").fill("no")
    page.get_by_role("button", name="Close my account for good").click()
    page.get_by_role("alert").wait_for()
    assert User.objects.get(pk=sam.pk).closed_at is None
    page.get_by_label("Type “close”").fill("close")
    page.get_by_role("button", name="Close my account for good").click()
    page.get_by_role("heading", name="Your account is closed").wait_for()
    page.goto("/lessons/")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert Booking.objects.get().status == Status.CANCELLED
    hers = new_page(ana)
    hers.goto(f"/lessons/{lesson.reference}/")
    hers.get_by_text("Former member").first.wait_for()


def test_closing_is_for_everybody_to_read(lesson, sam, new_page):
    """Behind the password, where the walk of all pages does not come."""
    page = new_page(sam, viewport={"width": 320, "height": 640})
    page.goto("/accounts/close/")
    say_once_more_who_it_is(page)
    page.get_by_role("heading", name="Close your account?").wait_for()
    page.get_by_role("button", name="Close my account for good").click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(SMALL) == []
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
