"""From signing up to a public page with a photo, without help: as quick, and without JavaScript."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from instainstru.core.time import NEW_YORK
from instructors.models import InstructorProfile, WeeklyHours
from tests.browser.city import TIMES, sign_up


@pytest.fixture
def face(tmp_path: Path, settings) -> Path:
    """A picture on the newcomer's disk; ours is a folder that goes with the test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    Image.new("RGB", (600, 800), "salmon").save(tmp_path / "face.jpg")
    return tmp_path / "face.jpg"


def step(page: Page, name: str) -> None:
    """Open a step of the list."""
    page.goto("/teaching/setup/")
    page.locator("main .steps").get_by_role("link", name=name).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_newcomer_sets_up_and_goes_live(scripts, live_server, face, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("link", name="Teach with us").click()
    page.locator("main").get_by_role("link", name="Sign up").first.click()
    sign_up(page)
    page.get_by_role("button", name="Begin to set up").click()
    expect(page.get_by_text("5 of 5 steps to go")).to_be_visible()

    step(page, "Headline and about you")
    page.get_by_label("Headline").fill("Patient violin lessons")
    page.get_by_label("About you").fill("I teach.")
    page.get_by_role("button", name="Save").click()
    step(page, "Photo")
    page.locator("input[type=file]").set_input_files(face)
    page.get_by_role("button", name="Save photo").click()
    step(page, "Services and prices")
    page.get_by_role("link", name="Add a service").click()
    page.get_by_label("Subject").select_option(label="Violin")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Online").fill("59")
    page.get_by_role("button", name="Offer Violin").click()
    expect(page.get_by_role("alert")).to_contain_text("At least $60 an hour online.")
    page.get_by_label("Online").fill("70")
    page.get_by_label("At the student’s place").fill("95")
    page.get_by_role("button", name="Offer Violin").click()
    expect(page.get_by_text("Violin is on offer.")).to_be_visible()
    step(page, "Where you teach")
    page.locator(".map a[href='#area-park-slope']").click()
    if not scripts:  # the map leads into the list
        page.locator("#area-park-slope + label").click()
    expect(page.locator("#area-park-slope")).to_be_checked()
    page.get_by_role("button", name="Save where you teach").click()
    expect(page.get_by_text("1 of 5 steps to go")).to_be_visible()

    profile = InstructorProfile.objects.get()
    tomorrow = (datetime.now(NEW_YORK).weekday() + 2) % 7
    WeeklyHours.objects.create(instructor=profile, weekday=tomorrow, opens=540, closes=1260)  # has tests of its own
    page.goto("/teaching/setup/")
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_text("You are live.")).to_be_visible()
    page.get_by_role("link", name="See your page").click()
    expect(page).to_have_url(re.compile(r"/instructors/new-c/$"))
    photo = page.get_by_role("img", name="Photo of New C.")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    page.goto("/instructors/?service=violin")
    expect(page.locator(TIMES).first).to_be_visible()


def test_the_map_and_the_list_say_the_same(anas_piano, ana, new_page):
    page = new_page(ana)
    page.goto("/teaching/setup/places/")
    brooklyn = page.locator("details", has_text="Brooklyn").locator("[data-count]")
    painted = page.locator(".map-chosen use")
    expect(painted).to_have_count(1)
    page.locator(".map a[href='#area-brooklyn-heights']").click()
    expect(page.locator("#area-brooklyn-heights")).to_be_checked()
    expect(brooklyn).to_have_text("2")
    expect(painted).to_have_count(2)
    page.locator("#area-brooklyn-heights + label").click()
    expect(painted).to_have_count(1)
    expect(brooklyn).to_have_text("1")
