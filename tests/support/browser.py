"""Browser tests drive the Chromium of the operating system."""

import os
import shutil
from typing import Any

import pytest

HOW_TO_GET_IT = "Chromium is missing; on Debian: apt-get install chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Without one the test is skipped, but fails in CI, where it must not go unnoticed."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail(HOW_TO_GET_IT)
    pytest.skip(HOW_TO_GET_IT)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """pytest-playwright's arguments, for a browser that it did not download."""
    # Playwright keeps an event loop running in this thread from here to the end of the run, and Django takes that for
    # asynchronous code, which may not use the ORM. The tests are synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Chromium's own sandbox does not work for root; the pages are ours.
    return browser_type_launch_args | {"executable_path": chromium, "args": ["--no-sandbox", *QUIET]}
