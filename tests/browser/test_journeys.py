"""From a guest's first look to a booked and cancelled lesson: as quick, without JavaScript, and by keyboard alone."""

import re
from datetime import datetime

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from bookings.models import Booking, Status
from instainstru.core.time import NEW_YORK
from tests.browser.city import BOOK, TIMES, expect_booked, path_of, quicker, sign_up, times_of

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without-javascript"])


@WITH_AND_WITHOUT
def test_a_guest_books_by_the_way_of_signing_up_and_cancels(scripts, anas_piano, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Instructors").click()
    time = page.locator(TIMES).first
    chosen, label = time.get_attribute("href"), time.get_attribute("aria-label")
    time.click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    page.locator("main").get_by_role("link", name="Sign up").first.click()
    sign_up(page)
    assert path_of(page.url) == chosen  # the same page, with nothing lost
    total = page.locator("tr.total td").inner_text()
    assert total == "$67.20"
    page.get_by_label("Notes for the instructor").fill("I have a keyboard")
    page.get_by_role("button", name=BOOK).click()
    reference = expect_booked(page)
    assert label.split(",")[1].strip() in page.locator("main").inner_text()
    page.locator("main").get_by_role("link", name="My lessons").click()
    expect(page.locator("main")).to_contain_text(reference)
    expect(page.locator("main")).to_contain_text("Confirmed")
    page.locator(f"main a[href='/lessons/{reference}/']").first.click()
    expect(page.get_by_text("I have a keyboard")).to_be_visible()
    said = page.get_by_role("table", name="What cancelling now gives").inner_text()
    booking = Booking.objects.get()
    page.get_by_role("button", name="Cancel this lesson").click()
    expect(page.get_by_text("The lesson is cancelled.")).to_be_visible()
    booking.refresh_from_db()
    assert booking.status == Status.CANCELLED
    given = (booking.refund_cents or 0) + (booking.credit_cents or 0)
    assert f"${given / 100:.2f}".removesuffix(".00") in said
    expect(page.get_by_role("button", name="Cancel this lesson")).to_have_count(0)


@WITH_AND_WITHOUT
def test_a_time_taken_meanwhile_offers_the_nearest_and_keeps_what_was_typed(
    scripts, anas_piano, sam, stranger, new_page
):
    page = new_page(sam, java_script_enabled=scripts)
    times = times_of(page)
    address = times.nth(times.count() // 2).get_attribute("href") or ""
    page.goto(address)
    page.get_by_label("Notes for the instructor").fill("Scales, please")
    quicker(stranger, anas_piano, address)
    page.get_by_role("button", name=BOOK).click()
    expect(page.get_by_role("alert")).to_contain_text("This time has just been taken.")
    nearest = page.locator("button[name=choose]")
    expect(nearest).to_have_count(3)
    expect(page.get_by_label("Notes for the instructor")).to_have_value("Scales, please")
    value = nearest.first.get_attribute("value")
    nearest.first.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Notes for the instructor")).to_have_value("Scales, please")
    page.get_by_role("button", name=BOOK).click()
    expect_booked(page)
    booking = Booking.objects.get(student=sam)
    assert f"{booking.booking_date}T{booking.start_time:%H:%M}" == value
    assert booking.notes == "Scales, please"


def test_a_lesson_at_home_asks_for_the_door(anas_piano, sam, new_page):
    page = new_page(sam)
    page.goto("/instructors/ana-r/?place=student_place")
    page.locator(TIMES).first.click()
    page.get_by_label("Address").fill("1 Main Street, 4B")
    page.get_by_label("Neighborhood").select_option("park-slope")
    page.get_by_role("button", name=BOOK).click()
    expect_booked(page)
    assert Booking.objects.get().address == "1 Main Street, 4B"


def test_what_is_missing_is_said_where_it_is_missing(anas_piano, sam, new_page):
    """The browser's own checks are off, as a program's would be."""
    page = new_page(sam)
    page.goto("/instructors/ana-r/?place=student_place")
    page.locator(TIMES).first.click()
    page.evaluate("document.querySelector('#lesson').noValidate = true")
    page.get_by_role("button", name=BOOK).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("2 things to fix")
    alert.get_by_role("link", name=re.compile("^Address")).click()
    expect(page.get_by_label("Address")).to_be_focused()
    assert not Booking.objects.exists()


def focused(page: Page, what: str) -> bool:
    """Whether what has the focus is this."""
    return bool(page.evaluate("what => document.activeElement.matches(what)", what))


def tab_to(page: Page, what: str, *, most: int = 80) -> None:
    """Press Tab until something has the focus; it must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page, what):
            seen = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            )
            assert seen, f"{what} has the focus, and nobody sees it"
            return
    pytest.fail(f"{what} is out of the keyboard's reach on {page.url}")


def test_a_guest_books_and_cancels_by_keyboard_alone(anas_piano, new_page):
    page = new_page()
    page.goto("/instructors/ana-r/?place=online")
    page.keyboard.press("Tab")
    assert focused(page, "a.skip")
    page.keyboard.press("Enter")
    tab_to(page, TIMES)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/accounts/login/"))
    tab_to(page, "main a[href^='/accounts/signup/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/accounts/signup/"))
    for name, value in (
        ("first_name", "New"),
        ("last_name", "Comer"),
        ("email", "new@example.com"),
        ("password1", "Tulip-7-harbour"),
    ):
        if not focused(page, f"[name={name}]"):
            tab_to(page, f"[name={name}]")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/book/"))
    tab_to(page, "#lesson .button-main")
    page.keyboard.press("Space")
    reference = expect_booked(page)
    tab_to(page, f"main a[href='/lessons/{reference}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/lessons/{reference}/$"))
    tab_to(page, "form[action$='/cancel/'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The lesson is cancelled.")).to_be_visible()


def test_a_press_sends_one_booking(anas_piano, sam, new_page):
    """Impatient fingers: the button is out of reach while the first press is under way."""
    page = new_page(sam)
    page.goto(times_of(page).first.get_attribute("href"))
    page.get_by_role("button", name=BOOK).dblclick()
    expect_booked(page)
    assert Booking.objects.count() == 1


@WITH_AND_WITHOUT
def test_an_instructor_sets_hours_and_time_off(scripts, anas_piano, ana, new_page):
    page = new_page(java_script_enabled=scripts)
    page.goto("/teaching/hours/")
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password").fill("Lesson-2026!")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/teaching/hours/$"))
    page.get_by_role("textbox", name="Monday").fill("nine to five")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_role("alert")).to_contain_text("is no stretch")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_label(day, exact=False).first.fill("10:00-12:00" if day != "Sunday" else "")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("Your hours are saved.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Monday")).to_have_value("10:00-12:00")
    starts = [link.inner_text() for link in times_of(page).all()]
    assert set(starts) <= {"10:00 AM", "10:15 AM", "10:30 AM", "10:45 AM", "11:00 AM"}
    page.goto("/teaching/time-off/")
    today = datetime.now(NEW_YORK).date()
    page.get_by_label("From").fill(f"{today}T00:00")
    page.get_by_label("To", exact=True).fill(f"{today.replace(year=today.year + 1)}T00:00")
    page.locator("[name=reason]").fill("A year off")
    page.get_by_role("button", name="Take time off").click()
    expect(page.get_by_text("Your time off is in the calendar.")).to_be_visible()
    expect(page.get_by_text("A year off")).to_be_visible()
    assert times_of(page).count() == 0
    page.goto("/teaching/time-off/")
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_text("The time off is removed.")).to_be_visible()
    assert times_of(page).count() > 0


def test_a_save_over_a_newer_one_shows_both(anas_piano, ana, new_page):
    first, second = new_page(ana), new_page(ana)
    for page in (first, second):
        page.goto("/teaching/hours/")
    first.get_by_role("textbox", name="Monday").fill("10:00-11:00")
    first.get_by_role("button", name="Save hours").click()
    expect(first.get_by_text("Your hours are saved.")).to_be_visible()
    second.get_by_role("textbox", name="Monday").fill("15:00-16:00")
    second.get_by_role("button", name="Save hours").click()
    expect(second.get_by_role("alert")).to_contain_text("10:00-11:00")
    expect(second.get_by_role("textbox", name="Monday")).to_have_value("15:00-16:00")
    second.get_by_role("button", name="Save hours").click()
    expect(second.get_by_text("Your hours are saved.")).to_be_visible()


def test_signing_out_ends_it(anas_piano, sam, new_page):
    page = new_page(sam)
    page.goto("/lessons/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/lessons/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_line_that_is_down_is_said(anas_piano, sam, new_page, complaints):
    page = new_page(sam)
    page.goto(times_of(page).first.get_attribute("href"))
    page.route("**/book/**", lambda route: route.abort())
    page.get_by_role("button", name=BOOK).click()
    expect(page.get_by_role("status")).to_contain_text("The line is down")
    page.unroute("**/book/**")
    page.get_by_role("button", name=BOOK).click()
    expect_booked(page)
    complaints.said.clear()  # htmx says in the console, too, that the line was down


@pytest.fixture(autouse=True)
def _no_connection_is_left(live_server):
    """The server's threads keep none to a database that is about to be emptied."""
    yield
    connections.close_all()
