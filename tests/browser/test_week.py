"""The week in a browser: painted by mouse and by keyboard, filled with one press, and all of it without JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from instainstru.core.time import NEW_YORK
from instructors.models import DatedHours
from instructors.services.weeks import monday_of
from tests.browser.test_every_page import RULES

NEXT = monday_of(datetime.now(NEW_YORK).date()) + timedelta(days=7)
ADDRESS = f"/teaching/weeks/{NEXT}/"
SAVED = "Your week is saved."


def line(page: Page, weekday: int) -> str:
    """What stands in a day's line."""
    return page.locator(f"#id_day_{weekday}").input_value()


def cell(page: Page, weekday: int, clock: str):
    """A cell of the grid, by its half hour."""
    hour, minute = clock.split(":")
    return page.locator(f"td[data-column='{weekday}'][data-half='{int(hour) * 2 + int(minute) // 30}']")


def save(page: Page) -> None:
    """Press the button, and wait for the word."""
    page.get_by_role("button", name="Save week").click()
    expect(page.get_by_text(SAVED)).to_be_visible()


def expect_no_faults(page: Page) -> None:
    """Nothing that axe finds, by day or by night, on a page as it opens: scrolled, the bar lies over something."""
    page.evaluate("scrollTo(0, 0)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def page(anas_piano, ana, new_page) -> Page:
    """Ana's next week: 9 to 9 on every day."""
    shown: Page = new_page(ana, viewport={"width": 1280, "height": 1000})
    shown.goto(ADDRESS)
    return shown


def test_dragging_paints_the_lines_and_the_other_way_round(page):
    start, end = cell(page, 0, "06:00").bounding_box(), cell(page, 2, "07:30").bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 5)
    page.mouse.move(end["x"] + 5, end["y"] - 5)  # back a row: what was painted too far is as it was
    page.mouse.up()
    assert [line(page, n) for n in range(4)] == ["06:00-07:30, 09:00-21:00"] * 3 + ["09:00-21:00"]
    expect(page.get_by_text("3 days changed, not saved yet.")).to_be_visible()
    cell(page, 0, "12:00").click()
    assert line(page, 0) == "06:00-07:30, 09:00-12:00, 12:30-21:00"
    page.locator("#id_day_4").fill("10:15-11:00, nonsense")
    expect(cell(page, 4, "12:00")).to_have_attribute("aria-selected", "false")
    page.locator("#id_day_4").fill("10:15-11:00")
    expect(cell(page, 4, "10:00")).to_have_attribute("aria-label", re.compile("10 AM, partly open$"))
    expect(cell(page, 4, "10:30")).to_have_attribute("aria-label", re.compile("10:30 AM, open$"))
    save(page)
    assert line(page, 0) == "06:00-07:30, 09:00-12:00, 12:30-21:00"
    assert DatedHours.objects.filter(day=NEXT).count() == 3
    expect(page.locator(".plan-own:visible")).to_have_count(4)


def test_the_keyboard_alone_paints_and_hears_what_is_painted(page):
    page.get_by_role("button", name="Show the night").focus()
    page.keyboard.press("Tab")
    focused = page.locator("td:focus")
    expect(focused).to_have_attribute("aria-label", re.compile(r"^Monday .*, 9 AM, open$"))
    page.keyboard.press("Space")
    assert line(page, 0) == "09:30-21:00"
    heard = page.locator(".plan-grid [role=status]")
    expect(heard).to_have_text(re.compile(r"^Monday .*: 9:30 AM to 9 PM$"))
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    assert line(page, 0) == "10:30-21:00"
    page.keyboard.press("Shift+ArrowRight")
    assert line(page, 1) == "09:00-10:00, 10:30-21:00"
    page.keyboard.press("Home")
    expect(focused).to_have_attribute("aria-label", re.compile(r"^Tuesday .*, 6 AM, closed$"))
    page.keyboard.press("ArrowUp")  # the night is folded away: there is nothing above
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("aria-label", re.compile(r"^Monday .*, 6 AM, closed$"))
    page.keyboard.press("End")
    page.keyboard.press("Space")
    assert line(page, 0) == "10:30-21:00, 23:30-24:00"
    assert page.locator("td[tabindex='0']").count() == 1
    save(page)


def test_the_night_is_shown_when_asked_for_or_when_it_is_worked(page):
    expect(cell(page, 0, "05:30")).to_be_hidden()
    page.get_by_role("button", name="Show the night").click()
    expect(cell(page, 0, "00:00")).to_be_visible()
    page.locator("#id_day_0").fill("05:00-07:00")
    save(page)
    expect(cell(page, 0, "05:00")).to_be_visible()


def test_presets_fill_at_once_and_the_way_back_to_the_usual_week(page):
    own = page.locator("[data-day='2'] .plan-own")
    page.locator("[value='day_2:off']").click()
    assert (line(page, 2), page.url.endswith(ADDRESS)) == ("", True)
    expect(own).to_be_visible()
    page.locator("[value='day_2:nine-to-five']").click()
    expect(cell(page, 2, "16:30")).to_have_attribute("aria-selected", "true")
    expect(cell(page, 2, "17:00")).to_have_attribute("aria-selected", "false")
    page.locator("[value='day_2:usual']").click()
    expect(own).to_be_hidden()
    assert line(page, 2) == "09:00-21:00"
    assert not DatedHours.objects.exists()


def test_enter_in_a_line_saves_and_fills_nothing(page):
    page.locator("#id_day_3").fill("10:00-12:00")
    page.locator("#id_day_3").press("Enter")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert [line(page, 0), line(page, 3)] == ["09:00-21:00", "10:00-12:00"]


def test_a_change_in_between_shows_both_and_one_press_decides(page, ana, new_page):
    other = new_page(ana)
    other.goto(ADDRESS)
    other.locator("#id_day_0").fill("10:00-11:00")
    save(other)
    page.locator("#id_day_0").fill("15:00-16:00")
    page.get_by_role("button", name="Save week").click()
    both = page.get_by_role("alert")
    expect(both).to_contain_text("This week was changed meanwhile")
    expect(both.get_by_role("row").nth(1)).to_contain_text(re.compile("10:00-11:00.*15:00-16:00", re.DOTALL))
    assert line(page, 0) == "15:00-16:00"
    expect(cell(page, 0, "15:00")).to_have_attribute("aria-selected", "true")  # painted again
    expect_no_faults(page)
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert line(page, 0) == "15:00-16:00"


def test_a_week_is_used_for_more_days(page):
    page.locator("#id_day_0").fill("10:00-11:00")
    page.get_by_role("button", name="Save and use for more days…").click()
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="8 days would change")).to_be_visible()
    expect_no_faults(page)
    page.get_by_role("button", name="Change 8 days").click()
    expect(page.get_by_text("8 days changed")).to_be_visible()
    assert DatedHours.objects.count() == 9


@pytest.mark.parametrize("width", [320, 1280])
def test_the_open_grid_is_for_everybody(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("details").evaluate("details => details.open = true")
    page.get_by_role("button", name="Show the night").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    box = cell(page, 6, "23:30").bounding_box()
    assert min(box["width"], box["height"]) >= 24
    expect_no_faults(page)


def test_a_finger_paints(anas_piano, ana, new_page):
    page = new_page(ana, viewport={"width": 390, "height": 800}, has_touch=True)
    page.goto(ADDRESS)
    page.get_by_text("Paint the week").tap()
    cell(page, 1, "07:00").tap()
    assert line(page, 1) == "07:00-07:30, 09:00-21:00"


def test_the_repeating_week_is_painted_too(page):
    page.goto("/teaching/hours/")
    cell(page, 6, "09:00").click()
    assert line(page, 6) == "09:30-21:00"
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("Your hours are saved.")).to_be_visible()


def test_without_javascript_the_form_is_complete(anas_piano, ana, new_page):
    """Filled with one press, typed, saved, copied."""
    page = new_page(ana, java_script_enabled=False)
    page.goto(ADDRESS)
    expect(page.locator(".plan-grid")).to_be_empty()
    page.locator("#id_day_4").fill("10:00-11:00")
    page.locator("[value='day_2:off']").click()
    expect(page.get_by_text("Filled in, not saved yet.")).to_be_visible()
    assert [line(page, 2), line(page, 4)] == ["", "10:00-11:00"]
    assert not DatedHours.objects.exists()
    page.get_by_role("button", name="Save and copy to the week of").click()
    expect(page.get_by_text("Your week is saved, and copied to this one")).to_be_visible()
    assert [line(page, 2), line(page, 4)] == ["", "10:00-11:00"]
    assert DatedHours.objects.count() == 4


def test_a_week_is_brought_up_to_date_in_under_a_minute(page):
    """Two days off, one evening, a morning painted, saved and copied: eleven presses."""
    began = datetime.now(UTC)
    for value in ("day_0:off", "day_1:off", "day_2:evening"):
        page.locator(f"[value='{value}']").click()
    for clock in ("09:00", "09:30", "10:00", "10:30"):
        cell(page, 3, clock).click()
    page.get_by_role("button", name="Save and copy to the week of").click()
    expect(page.get_by_text("copied to this one")).to_be_visible()
    assert [line(page, n) for n in range(4)] == ["", "", "17:00-22:00", "11:00-21:00"]
    assert datetime.now(UTC) - began < timedelta(minutes=1)
