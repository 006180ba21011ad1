"""API tokens, made and revoked with and without JavaScript: the new one is shown once."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect

from tests.browser.test_every_page import RULES, SMALL
from tests.browser.test_journeys import WITH_AND_WITHOUT
from tests.factories import PASSWORD


@WITH_AND_WITHOUT
def test_a_token_is_made_after_the_password_shown_once_and_revoked(scripts, sam, new_page):
    sam.set_password(PASSWORD)
    sam.save()
    page = new_page(sam, java_script_enabled=scripts, viewport={"width": 320, "height": 640})
    page.goto("/accounts/tokens/")
    page.get_by_label("Name").fill("My script")
    page.get_by_text("Book and cancel lessons").click()
    page.get_by_label("Good for").select_option("7")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form").get_by_role("button").first.click()
    token = page.get_by_label("It is shown this once").input_value()
    assert len(token) >= 40
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(SMALL) == []
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("heading", name="My script")).to_be_visible()
    assert token not in page.content()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser kept nothing of it
        page.go_back()
    page.wait_for_url("chrome-error://**")
    page.goto("/accounts/tokens/")
    page.get_by_role("button", name="Revoke My script").click()
    expect(page.locator("main")).to_contain_text("No program acts for you.")
