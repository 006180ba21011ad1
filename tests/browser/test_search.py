"""From home to a lesson through search: by keyboard, without JavaScript, and quicker with htmx."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.city import BOOK, TIMES, expect_booked
from tests.browser.test_every_page import RULES
from tests.browser.test_journeys import WITH_AND_WITHOUT, focused, tab_to


@WITH_AND_WITHOUT
def test_a_student_finds_and_books(scripts, anas_piano, sam, new_page):
    page = new_page(sam, java_script_enabled=scripts)
    page.goto("/")
    page.get_by_label("What", exact=True).fill("paino")
    page.get_by_label("Where", exact=True).select_option("brooklyn")
    page.get_by_role("search").get_by_role("button", name="Search").click()
    expect(page.locator("#results")).to_contain_text("Remove filter: Piano")
    expect(page).to_have_url(re.compile(r"/instructors/\?q=paino&borough=brooklyn$"))
    page.locator(TIMES).first.click()
    page.get_by_role("button", name=BOOK).click()
    expect_booked(page)


def test_home_to_booked_in_two_presses(anas_piano, sam, new_page):
    page = new_page(sam)
    page.goto("/")
    page.locator(TIMES).first.click()
    page.get_by_role("button", name=BOOK).click()
    expect_booked(page)


def test_by_keyboard_alone(anas_piano, sam, new_page):
    page = new_page(sam)
    page.goto("/")
    tab_to(page, "#id_q")
    page.keyboard.type("piano")
    page.keyboard.press("Escape")  # the browser's own list of suggestions
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/instructors/\?service=piano$"))
    page.locator("#narrow .choices").first.wait_for()  # what comes afterwards takes no focus away
    tab_to(page, TIMES)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/book/"))
    tab_to(page, "main .button-main")
    page.keyboard.press("Enter")
    expect_booked(page)


def test_a_filter_changes_the_list_the_address_and_what_is_announced(anas_piano, new_page):
    page = new_page()
    page.goto("/instructors/")
    page.evaluate("window.here = true")  # gone when the page is loaded anew
    page.get_by_label("Place").focus()
    page.get_by_label("Place").select_option("online")
    page.wait_for_url(re.compile(r"/instructors/\?place=online$"))
    expect(page.locator("#found")).to_contain_text("1 instructor.")
    assert focused(page, "#id_place")
    page.get_by_label("Length").select_option("75")
    expect(page.locator("#results")).to_contain_text("Nobody is free for all of this")
    expect(page.locator("#found")).to_contain_text("Nobody is free for all of this")
    expect(page).to_have_url(re.compile(r"minutes=75&place=online$"))
    assert page.evaluate("window.here")
    page.get_by_role("link", name="Without “1 hour 15”").click()
    expect(page.locator(TIMES).first).to_be_visible()
    page.go_back()
    expect(page.locator("#results")).to_contain_text("Nobody is free for all of this")
    page.go_back()
    expect(page.locator(TIMES).first).to_be_visible()
    expect(page.get_by_label("Length")).to_have_value("60")


def test_what_is_wrong_is_said_beside_its_field(anas_piano, new_page):
    page = new_page()
    page.goto("/instructors/")
    page.evaluate("document.querySelector('#search').noValidate = true")
    page.get_by_label("Lesson price up to, $").fill("-1")
    page.get_by_label("Lesson price up to, $").press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("One thing to fix")
    expect(page.locator("#filters .errorlist")).to_be_visible()
    page.get_by_label("Lesson price up to, $").fill("100")
    page.get_by_label("Lesson price up to, $").press("Enter")
    expect(page.locator(TIMES).first).to_be_visible()
    expect(alert).to_have_count(0)


def test_suggestions_come_while_typing(anas_piano, new_page):
    page = new_page()
    page.goto("/")
    page.get_by_label("What", exact=True).press_sequentially("keybo")
    expect(page.locator("#subjects option").first).to_have_attribute("label", "Piano, for “keybo”")
    expect(page).to_have_url(re.compile(r"/$"))


def test_a_date_is_asked_for_where_one_is_wanted(anas_piano, new_page):
    page = new_page()
    page.goto("/")
    expect(page.get_by_label("Date")).to_be_hidden()
    page.get_by_label("When", exact=True).select_option("date")
    expect(page.get_by_label("Date")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_filters_stand_open_beside_the_list_and_fold_on_a_phone(width, anas_piano, new_page):
    page = new_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page.goto("/instructors/")
    place = page.get_by_label("Place")
    if width == 320:
        expect(place).to_be_hidden()
        page.locator("#filters > summary").click()
    expect(place).to_be_visible()
    place.select_option("online")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"\?place=online$"))


@WITH_AND_WITHOUT
def test_choices_with_counts_narrow_the_list(scripts, anas_piano, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/instructors/?service=piano")
    if not scripts:
        page.get_by_role("link", name="Choices with counts, and the map", exact=True).click()
    place = page.locator("#narrow .choices", has_text="Place")
    place.get_by_role("link", name="Online 1 instructor").click()
    expect(page).to_have_url(re.compile(r"/instructors/\?service=piano&place=online$"))
    expect(page.locator("#results")).to_contain_text("Remove filter: Online")


def test_words_fill_the_fields_and_a_changed_field_wins(anas_piano, new_page):
    page = new_page()
    page.goto("/instructors/")
    page.get_by_label("What", exact=True).fill("piano online 90 min")
    page.get_by_role("search").get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/instructors/\?q=piano\+online\+90\+min$"))
    expect(page.get_by_label("Length")).to_have_value("90")
    expect(page.get_by_label("Place")).to_have_value("online")
    page.get_by_label("Length").select_option("60")
    expect(page).to_have_url(re.compile(r"/instructors/\?service=piano&place=online$"))
    expect(page.get_by_label("What", exact=True)).to_have_value("Piano")


def test_on_a_phone_the_search_row_is_one_line_until_it_is_changed(anas_piano, new_page):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto("/instructors/?service=piano&neighborhood=park-slope")
    expect(page.get_by_label("What", exact=True)).to_be_hidden()
    expect(page.locator("h2").first).to_be_in_viewport()
    page.get_by_text("Piano · Park Slope · any day").click()
    expect(page.get_by_label("What", exact=True)).to_be_visible()


ADDRESSES = [
    "/",
    "/instructors/?service=piano&borough=brooklyn&minutes=45",
    "/instructors/?q=paino+for+kids+tomorrow+after+5",
    "/instructors/?q=xqzzy",
    "/instructors/?service=piano&facets=1",
    "/how-we-rank/",
    "/instructors/?service=piano&max_price=1",
    "/instructors/?max_price=x",
    "/subjects/",
    "/subjects/music/",
    "/subjects/music/piano/",
    "/subjects/music/violin/",
]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_way_in_is_for_everybody(width, anas_piano, new_page, subtests):
    """Nothing that axe finds, by day or by night, and nothing wider than the window."""
    axe = Axe()
    page = new_page(viewport={"width": width, "height": 800})
    for address in ADDRESSES:
        with subtests.test(address):
            page.emulate_media(color_scheme="light")
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = axe.run(page, options={"runOnly": RULES})
            assert found.violations_count == 0, found.generate_report()
            page.emulate_media(color_scheme="dark")
            found = axe.run(page, options={"runOnly": ["color-contrast"]})
            assert found.violations_count == 0, found.generate_report()
