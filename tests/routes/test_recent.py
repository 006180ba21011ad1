"""Recent searches: in the session of who searches, and in nobody's who only follows links."""

import pytest
from django.contrib.sessions.models import Session

from tests.routes.html import Page

PIANO = "/instructors/?service=piano"
CLEAR = "/recent-searches/clear/"


@pytest.fixture
def piano(ana_teaches_piano):
    """Something to find."""
    return ana_teaches_piano


def recent(answer):
    """The recent searches on a page, as a person reads them."""
    text = Page(answer).text
    return text.partition(" Recent ")[2].partition(" Clear")[0] if " Clear" in text else ""


def test_home_and_results_show_what_was_searched_for(piano, sam, visit):
    browser = visit(sam)
    browser.get(f"{PIANO}&neighborhood=park-slope&date=2027-03-01")
    browser.get("/instructors/?service=guitar")
    home = browser.get("/")
    assert recent(home) == "Guitar Piano · Park Slope · Monday 1 March"
    assert f"{PIANO}&neighborhood=park-slope&date=2027-03-01" in Page(home).links
    assert recent(browser.get(PIANO)) == "Guitar Piano · Park Slope · Monday 1 March"  # not itself


@pytest.mark.parametrize("name", ["q", "what"])
def test_sending_words_begins_a_guests_session(name, piano, visit):
    guest = visit()
    guest.get("/instructors/", {name: "Piano", "where": "", "when": ""}, follow=True)
    guest.get("/instructors/", {name: "Piano", "where": "brooklyn", "when": ""}, follow=True)
    assert Session.objects.count() == 1
    assert set(recent(guest.get("/")).split(" · ")) == {"Piano", "Brooklyn"}  # narrowed down: one, not two


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/instructors/",
        PIANO,
        "/instructors/?sort=price",
        "/instructors/?what=guitar",
        "/instructors/?q=xqzzy",
        "/instructors/?q=&where=&when=",
        "/instructors/?q=&where=brooklyn&when=today",
    ],
)
def test_who_follows_links_gets_no_session(address, piano, visit):
    guest = visit()
    guest.get(address, follow=True)
    assert not Session.objects.exists()
    assert not guest.cookies


def test_a_guest_with_a_session_is_remembered_by_links_too(piano, visit):
    guest = visit()
    guest.get("/instructors/", {"q": "guitar", "where": "", "when": ""}, follow=True)
    guest.get(PIANO)
    assert recent(guest.get("/")) == "Piano Guitar"


def test_who_asks_for_nothing_is_not_remembered(piano, sam, visit):
    browser = visit(sam)
    for address in ("/instructors/", "/instructors/?sort=price", "/instructors/?minutes=x"):
        browser.get(address)
        browser.head(PIANO)
    assert recent(browser.get("/")) == ""


def test_the_same_again_writes_nothing(piano, sam, visit, django_assert_max_num_queries):
    browser = visit(sam)
    browser.get(PIANO)
    before = Session.objects.get().session_data
    browser.get(PIANO)
    assert Session.objects.get().session_data == before


def test_they_are_cleared_by_a_form_and_by_nothing_else(piano, sam, visit):
    browser = visit(sam)
    browser.get(PIANO)
    assert browser.get(CLEAR).status_code == 405
    page = browser.get("/instructors/")
    form = Page(page).form(CLEAR)
    assert recent(page) == "Piano"
    answer = browser.post(CLEAR, form.data)
    assert (answer.status_code, answer["Location"]) == (303, "/instructors/")
    assert recent(browser.get("/")) == ""


def test_clearing_nothing_begins_no_session(visit, db):
    guest = visit()
    assert guest.post(CLEAR).status_code == 303
    assert not Session.objects.exists()


def test_they_are_ones_own(piano, sam, stranger, visit):
    visit(sam).get(PIANO)
    assert recent(visit(stranger).get("/")) == ""
    assert recent(visit().get("/")) == ""
