"""Every page, for everybody: nothing blocked, nothing that axe finds, nothing wider than a small phone."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.services import tokens
from bookings.services import feed
from bookings.services.cancelling import cancel_lesson
from bookings.services.completing import complete_lesson
from instainstru.core.time import NEW_YORK, Span
from instructors.services import time_off
from tests.browser.city import BOOK, quicker, times_of
from tests.fixtures import book

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def taught_lately(student, service):
    """A lesson of yesterday that is completed."""
    yesterday = datetime.now(NEW_YORK).date() - timedelta(days=1)
    lesson = book(student, service, at="15:00", day=yesterday, now=datetime.now(UTC) - timedelta(days=4))
    return complete_lesson(reference=lesson.reference, by=None, now=datetime.now(UTC))


@pytest.fixture
def pages(anas_piano, ana, sam, stella, new_page):
    """Every page that a person can open, by the person who does."""
    now = datetime.now(UTC)
    guest = new_page()
    links = [link.get_attribute("href") or "" for link in times_of(guest).all()]
    lessons = [quicker(sam, anas_piano, links[place]) for place in (-1, len(links) // 2)]
    cancel_lesson(reference=lessons[1].reference, by=sam, now=now)
    off = Span(now + timedelta(days=20), now + timedelta(days=21))
    time_off.add(instructor_id=ana.pk, span=off, reason="Holidays", now=now)
    free = times_of(guest).first.get_attribute("href") or ""
    home = free.replace("place=online", "place=student_place")
    taken = links[-1]
    of = [f"/lessons/{lesson.reference}/" for lesson in lessons]
    given = taught_lately(sam, anas_piano)
    feed.create(person=sam, now=now)
    tokens.issue(person=sam, name="My script", now=now)
    return {
        None: [
            *("/", "/instructors/", "/instructors/ana-r/", "/nowhere/", "/book/999999999/"),
            "/subjects/music/piano/brooklyn/",
            *("/accounts/login/", "/accounts/signup/?next=/lessons/", "/accounts/inactive/", "/accounts/closed/"),
            *(f"/accounts/password/reset/{one}" for one in ("", "done/", "key/done/", "key/1-x/")),
            *("/accounts/confirm-email/", "/accounts/confirm-email/x/"),
        ],
        sam: [
            *("/", free, home, taken, "/lessons/", *of, f"{of[0]}booked/", "/favorites/"),
            "/lessons/feed/",
            *("/accounts/", "/accounts/email/", "/accounts/password/change/", "/accounts/reauthenticate/"),
            *("/accounts/tokens/", "/accounts/data/"),
            *("/accounts/2fa/", "/accounts/2fa/passkeys/", "/accounts/sessions/"),
            *("/book/999999999/", "/accounts/logout/", "/teaching/hours/"),  # the first is not there, the last not his
            "/teaching/setup/",
        ],
        ana: [
            *("/accounts/", "/lessons/", "/lessons/feed/", of[0], of[1], f"/lessons/{given.reference}/"),
            *("/teaching/", "/teaching/calendar/", "/teaching/calendar/?view=list", "/teaching/past/"),
            *("/teaching/earnings/", "/teaching/earnings/?month=2020-01"),
            "/teaching/hours/",
            "/teaching/time-off/",
            free,
            *(f"/teaching/setup/{step}" for step in ("", "profile/", "photo/", "places/")),
            *(f"/teaching/services/{one}" for one in ("", "new/", "new/?subject=guitar", f"{anas_piano.pk}/")),
            "/teaching/week/",
            "/teaching/settings/",
        ],
        stella: [*of[:1], "/ops/policies/"],
    }


WIDER = """[...document.querySelectorAll('body *')]
    .filter(e => document.documentElement.scrollWidth > 320 && e.getBoundingClientRect().right > 320)
    .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)"""
# Links inside a sentence are not meant.
SMALL = """[...document.querySelectorAll(`main button, main .button, main a.time, main select,
        main input:not([type=hidden], [type=radio], [type=checkbox])`)]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
    .map(e => e.outerHTML.slice(0, 120))"""


def test_every_page_is_for_everybody(pages, new_page, subtests):
    """Nothing that axe finds, by day or by night; nothing wider than a small phone or too small for a thumb."""
    axe = Axe()
    for person, addresses in pages.items():
        page = new_page(person, viewport={"width": 320, "height": 640})
        for address in addresses:
            with subtests.test(f"{person or 'guest'} {address}"):
                page.emulate_media(color_scheme="light")
                page.goto(address)
                assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.evaluate(WIDER)
                assert page.evaluate(SMALL) == []
                _expect_nothing(axe, page, RULES)
                page.emulate_media(color_scheme="dark")
                _expect_nothing(axe, page, ["color-contrast"])


def _expect_nothing(axe, page, rules):
    found = axe.run(page, options={"runOnly": rules})
    assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_in_what_forms_answer(pages, sam, ana, new_page, subtests):
    axe = Axe()
    page = new_page(sam)
    page.goto(next(address for address in pages[sam] if "student_place" in address))
    page.evaluate("document.querySelector('#lesson').noValidate = true")
    page.get_by_role("button", name=BOOK).click()
    page.get_by_role("alert").wait_for()
    teacher = new_page(ana)
    teacher.goto("/teaching/hours/")
    teacher.locator("#id_day_0").fill("nonsense")
    teacher.get_by_role("button", name="Save hours").click()
    teacher.get_by_role("alert").wait_for()
    guest = new_page()
    guest.goto("/accounts/login/")
    guest.get_by_label("Email").fill("nobody@example.com")
    guest.get_by_label("Password").fill("wrong")
    guest.locator("main").get_by_role("button", name="Sign in").click()
    guest.get_by_role("alert").wait_for()
    for shown in (page, teacher, guest):
        with subtests.test(shown.url):
            _expect_nothing(axe, shown, RULES)


ELSEWHERE = [
    *("/admin/", "/admin/accounts/user/", "/admin/bookings/booking/", "/admin/instructors/instructorprofile/"),
    "/admin/bookings/booking/months/",
]
API = ["/api/", "/api/instructors/", "/api/instructors/ana-r/", "/api/bookings/", "/api/nowhere/"]


def test_neither_admin_nor_the_apis_pages_have_anything_blocked(pages, stella, sam, new_page, complaints):
    """Ours are watched in every test of this folder."""
    for person, addresses in {None: API, sam: API[-3:], stella: ELSEWHERE}.items():
        page = new_page(person)
        for address in addresses:
            page.goto(address)
            assert complaints.said == [], address
    page.goto("/api/docs/")
    page.locator(".opblock-summary").first.click()  # Swagger drew the operations, by its own script
    page.get_by_text("Responses").first.wait_for()


def test_a_script_that_got_into_a_page_is_stopped(anas_piano, new_page, complaints):
    """The complaint that every other test here would fail for: this is how it sounds."""
    page = new_page()
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.stolen = 1\">')")
    page.evaluate(
        "{ const s = document.createElement('script'); s.text = 'window.stolen = 1'; document.body.append(s) }"
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.stolen") is None
    assert any("Content Security Policy" in said for said in complaints.said)
    complaints.said.clear()


def test_a_first_view_of_the_results_is_light(anas_piano, new_page):
    """At most 30 KB of JavaScript and 100 KB in all, compressed; the map's shapes aside."""
    page = new_page()
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(gzip.compress(answer.body()))}))
    page.goto("/instructors/", wait_until="networkidle")
    assert len(weights) > 3
    assert sum(size for url, size in weights.items() if url.endswith(".js")) < 30_000
    assert sum(size for url, size in weights.items() if not url.endswith("/city.svg")) < 100_000, weights
