"""Who comes too often keeps the page, with all that was typed, and is told when to go on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from instainstru.core.limits import RATES, Bucket, Rate
from tests.factories import PASSWORD


@pytest.fixture
def few(settings, monkeypatch):
    """Five searches a minute, and one try to get in every three seconds."""
    settings.RATE_LIMITS = True
    monkeypatch.setitem(RATES, Bucket.SEARCH, Rate(a_minute=5, at_once=5))
    monkeypatch.setitem(RATES, Bucket.AUTH, Rate(a_minute=20, at_once=1))


def test_a_search_too_many_leaves_the_results_and_says_when_to_go_on(new_page, complaints, anas_piano, few):
    page: Page = new_page()
    page.goto("/instructors/")
    while page.request.get("/suggest?q=pi").ok:
        pass
    page.locator("select[name=sort]").select_option("price")
    expect(page.locator("#live")).to_contain_text("That was too often, and nothing was changed. Try again in")
    expect(page.locator("#results")).to_contain_text("Ana R.")
    assert "Status Error Code 429" in complaints.said.pop()  # htmx tells developers, too
    assert Axe().run(page).response["violations"] == []


def test_a_try_too_many_is_told_so_on_a_page_and_reloading_it_sends_what_was_typed(new_page, anas_piano, few):
    page: Page = new_page(viewport={"width": 320, "height": 700})
    page.goto("/accounts/login/")
    for password in ("not this one", PASSWORD):
        page.get_by_label("Email").fill("ana@example.com")
        page.get_by_label("Password").fill(password)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One at a time, please.")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.wait_for_timeout(3_000)  # as it says
    page.reload()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
