"""The heart and recent searches: with and without JavaScript, by keyboard, for guests."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from instructors.models import Favorite, InstructorProfile
from instructors.services import offers
from tests.browser.city import TIMES
from tests.browser.test_every_page import RULES, SMALL
from tests.browser.test_journeys import WITH_AND_WITHOUT, focused, tab_to
from tests.factories import PASSWORD

HEART = "Favorite Ana R."


@WITH_AND_WITHOUT
def test_a_heart_is_pressed_and_let_go(scripts, anas_piano, sam, new_page):
    page = new_page(sam, java_script_enabled=scripts)
    for address in ("/instructors/ana-r/", "/instructors/?service=piano"):
        page.goto(address)
        heart = page.get_by_role("button", name=HEART)
        for state in ("true", "false"):
            heart.click()
            expect(heart).to_have_attribute("aria-pressed", state)
            assert Favorite.objects.exists() == (state == "true")
        expect(page).to_have_url(re.compile(re.escape(address) + r"(#favorite-ana-r)?$"))


def test_with_htmx_the_page_stays_and_the_focus_with_it(anas_piano, sam, new_page):
    page = new_page(sam)
    page.goto("/instructors/ana-r/")
    page.evaluate("window.here = true")  # gone when the page is loaded anew
    tab_to(page, "#like-ana-r")
    page.keyboard.press("Space")
    expect(page.locator("#like-ana-r")).to_have_attribute("aria-pressed", "true")
    assert focused(page, "#like-ana-r")
    assert page.evaluate("window.here")


@WITH_AND_WITHOUT
def test_the_list_shows_times_and_lets_go_of_who_is_gone(scripts, anas_piano, sam, new_page):
    page = new_page(sam, java_script_enabled=scripts)
    page.goto("/instructors/ana-r/")
    page.get_by_role("button", name=HEART).click()
    expect(page.get_by_role("button", name=HEART)).to_have_attribute("aria-pressed", "true")
    page.goto("/lessons/")
    page.locator("main").get_by_role("link", name="Favorites").click()
    expect(page.locator(TIMES)).to_have_count(4)
    InstructorProfile.objects.update(live_since=None)
    offers.publish(instructor_ids=[anas_piano.instructor_id])
    page.reload()
    expect(page.locator("main")).to_contain_text("Not bookable now")
    page.get_by_role("button", name=HEART).click()
    expect(page.get_by_role("heading", name="Nobody here yet")).to_be_visible()


@WITH_AND_WITHOUT
def test_a_guest_signs_in_and_stands_before_the_instructor(scripts, anas_piano, sam, new_page):
    sam.set_password(PASSWORD)
    sam.save()
    page = new_page(java_script_enabled=scripts)
    page.goto("/instructors/")
    page.get_by_role("link", name=re.compile("^Favorite")).click()
    page.get_by_label("Email").fill("sam@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/instructors/ana-r/$"))
    page.get_by_role("button", name=HEART).click()
    expect(page.get_by_role("button", name=HEART)).to_have_attribute("aria-pressed", "true")


@WITH_AND_WITHOUT
def test_recent_searches_lead_back_and_are_cleared(scripts, anas_piano, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/")
    page.get_by_label("What", exact=True).fill("piano")
    page.get_by_label("Where", exact=True).select_option("brooklyn")
    page.get_by_role("search").get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile(r"\?service=piano&borough=brooklyn"))
    page.goto("/")
    page.get_by_role("link", name="Piano · Brooklyn").click()
    expect(page).to_have_url(re.compile(r"\?service=piano&borough=brooklyn"))
    page.goto("/")
    page.get_by_role("button", name="Clear recent searches").click()
    expect(page.get_by_role("link", name="Piano · Brooklyn")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/$"))


def test_they_are_for_everybody(anas_piano, sam, new_page, subtests):
    """Nothing that axe finds, by day or by night; nothing wider than a small phone or too small for a thumb."""
    axe = Axe()
    page = new_page(sam, viewport={"width": 320, "height": 640})
    page.goto("/instructors/ana-r/")
    page.get_by_role("button", name=HEART).click()
    for search in ("service=piano&borough=brooklyn", "service=guitar", "category=music&place=online"):
        page.goto(f"/instructors/?{search}")
    for address in ("/favorites/", "/", "/instructors/", "/instructors/ana-r/", "/subjects/music/piano/brooklyn/"):
        with subtests.test(address):
            page.emulate_media(color_scheme="light")
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            assert page.evaluate(SMALL.replace("main button", "main button, main .recent a, main .crumbs a")) == []
            for scheme, rules in (("light", RULES), ("dark", ["color-contrast"])):
                page.emulate_media(color_scheme=scheme)
                found = axe.run(page, options={"runOnly": rules})
                assert found.violations_count == 0, found.generate_report()
