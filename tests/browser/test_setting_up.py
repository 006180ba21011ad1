"""From a stranger to a first lesson: somebody signs up, sets up, goes live, and is booked in another browser."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bookings.models import Booking
from instructors.models import InstructorProfile
from tests.browser.city import BOOK, TIMES, expect_booked, sign_up

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without-javascript"])


def portrait() -> bytes:
    """A picture as a phone takes it, if of nobody."""
    file = io.BytesIO()
    Image.new("RGB", (900, 1200), "teal").save(file, "JPEG")
    return file.getvalue()


def step(page: Page, name: str) -> None:
    """Open a step of the path, where it is still said to be missing."""
    page.goto("/teaching/setup/")
    tile = page.locator(".steps > li", has=page.get_by_role("link", name=name, exact=True))
    expect(tile).to_contain_text("Missing")
    tile.get_by_role("link", name=name, exact=True).click()


def saved(page: Page, button: str) -> None:
    """Press a step's button, and wait for the word that it is saved."""
    page.locator("main").get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("saved|offer|photo", re.IGNORECASE))


@WITH_AND_WITHOUT
def test_a_newcomer_sets_up_goes_live_and_is_booked_by_another(scripts, live_server, sam, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Teach with us").click()
    page.locator("main").get_by_role("link", name="Sign up").first.click()
    sign_up(page)
    page.get_by_role("button", name="Begin to set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Setting up")

    step(page, "Headline and about you")
    page.get_by_label("Headline").fill("Piano for the patient")
    page.get_by_label("About you").fill("Ten years at the keys. <b>No</b> tricks.")
    saved(page, "Save")
    step(page, "Photo")
    page.locator("input[type=file]").set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": portrait()})
    saved(page, "Save photo")
    step(page, "Services and prices")
    page.locator("main").get_by_role("link", name="Add a service").click()
    page.get_by_label("Subject").select_option("piano")
    page.get_by_role("button", name="Next").click()
    page.get_by_label(re.compile("Online")).fill("70")
    page.get_by_label(re.compile("At the student")).fill("75")
    page.get_by_role("button", name="Offer Piano").click()
    expect(page.get_by_role("alert")).to_contain_text("$80")  # the floor in person, and nothing typed is lost
    expect(page.get_by_label(re.compile("Online"))).to_have_value(re.compile("^70"))
    page.get_by_label(re.compile("At the student")).fill("95")
    saved(page, "Offer Piano")
    step(page, "Where you teach")
    page.locator("summary", has_text="Brooklyn").click()
    page.locator("label", has_text=re.compile("^Park Slope$")).click()
    saved(page, "Save where you teach")
    step(page, "Hours")
    days = page.locator("input[name^=day_]")
    expect(days).to_have_count(7)
    for day in days.all():
        day.fill("09:00-21:00")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("Your hours are saved.")).to_be_visible()

    page.goto("/teaching/setup/")
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_text(re.compile("live", re.IGNORECASE)).first).to_be_visible()
    newcomer = InstructorProfile.objects.get()
    assert newcomer.live_since
    assert newcomer.founding

    other = new_page(sam, java_script_enabled=scripts)
    other.goto("/instructors/?service=piano")
    expect(other.locator("main")).to_contain_text("Piano for the patient")
    other.goto(f"/instructors/{newcomer.slug}/?place=online")
    expect(other.locator("main")).to_contain_text("<b>No</b> tricks")
    other.locator(TIMES).first.click()
    other.get_by_label("Notes for the instructor").fill("My first lesson, too")
    other.get_by_role("button", name=BOOK).click()
    reference = expect_booked(other)

    page.goto("/teaching/")
    page.get_by_role("link", name="Open the lesson").click()
    expect(page.locator("main")).to_contain_text(reference)
    expect(page.locator("main")).to_contain_text("My first lesson, too")
    expect(page.locator("main")).not_to_contain_text("sam@example.com")
    booking = Booking.objects.get()
    assert (booking.instructor_id, booking.student_id, booking.price_cents) == (newcomer.pk, sam.pk, 7000)
