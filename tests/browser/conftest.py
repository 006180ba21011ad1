"""The city for browsers: the site's clock is real here, so hours begin now, and nobody knows which time is free.

Nothing that a browser complains about passes: scripts and styles that our policy stops, and errors of scripts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from accounts.models import User
from instructors.models import Service
from tests.factories import PASSWORD, teaching

NewPage = Callable[..., Page]


@dataclass
class Complaints:
    """What a browser said of our pages."""

    said: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note what is blocked and what breaks on a page."""
        page.on("console", self._console)
        page.on("pageerror", self._broken)

    def _console(self, message: ConsoleMessage) -> None:
        blocked = "Content Security Policy" in message.text or "Content-Security-Policy" in message.text
        if blocked or (message.type == "error" and "Failed to load resource" not in message.text):
            self.said.append(f"{message.location.get('url')}: {message.text}")

    def _broken(self, error: Error) -> None:
        self.said.append(str(error))


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails a test at its end for whatever a browser complained about."""
    heard = Complaints()
    yield heard
    assert heard.said == []


@pytest.fixture
def new_page(browser: Browser, live_server: Any, complaints: Complaints) -> Iterator[NewPage]:
    """A page of a new browser at our site, signed in as a person or as nobody."""
    contexts: list[BrowserContext] = []

    def open_one(person: User | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
            )
        page = context.new_page()
        complaints.listen(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def anas_piano(live_server: Any, ana: User) -> Service:
    """Ana teaches piano from now on, 9 AM to 9 PM every day, and may sign in."""
    ana.set_password(PASSWORD)
    ana.save()
    return teaching(ana, now=datetime.now(UTC))
