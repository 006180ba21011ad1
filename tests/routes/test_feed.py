"""The page of the calendar feed, and the feed itself: for programs without a session."""

import re

import pytest

from bookings.models import CalendarFeed
from tests.fixtures import book
from tests.routes.html import Page

FEED, RENEW, REVOKE = "/lessons/feed/", "/lessons/feed/renew/", "/lessons/feed/revoke/"


@pytest.fixture
def sams(sam, visit, noon):
    """Sam's browser."""
    return visit(sam)


def address_on(answer):
    """The path of the address that the page shows."""
    found = re.search(r'value="http://[^/]+(/calendar/[^"]+\.ics)"', answer.text)
    return found[1] if found else None


def test_an_address_is_made_renewed_and_revoked(sams, ana_teaches_piano, sam, visit):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    empty = sams.get(FEED)
    assert "You have no address yet" in empty.text
    assert address_on(empty) is None
    made = sams.post(FEED)
    assert (made.status_code, made["Location"]) == (303, FEED)
    shown = sams.get(FEED)
    assert "Anyone with this address can read it" in shown.text
    for said in ("Google Calendar", "Apple Calendar"):
        assert said in shown.text
    first = address_on(shown)
    assert f"UID:{lesson.reference}@instainstru" in visit().get(first).text
    sams.post(FEED)
    assert address_on(sams.get(FEED)) == first  # pressed twice: the same
    assert sams.post(RENEW)["Location"] == FEED
    second = address_on(sams.get(FEED))
    assert [visit().get(one).status_code for one in (first, second)] == [404, 200]
    assert sams.post(REVOKE)["Location"] == FEED
    assert visit().get(second).status_code == 404
    assert address_on(sams.get(FEED)) is None


def test_the_page_leads_calendars_to_it(sams):
    sams.post(FEED)
    page = Page(sams.get(FEED))
    [webcal] = [link for link in page.links if link.startswith("webcal://")]
    assert webcal.endswith(address_on(sams.get(FEED)))
    assert FEED in Page(sams.get("/lessons/")).links


def test_the_feed_is_for_programs_private_and_never_kept(world, visit):
    address = world.address("/calendar/{feed}.ics")
    guest = visit()
    answer = guest.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"private", "no-store"} <= set(re.split(r",\s*", answer["Cache-Control"]))
    assert answer["X-Robots-Tag"] == "noindex"
    assert not guest.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")


def test_a_feed_is_its_owners_whoever_is_signed_in(world, visit):
    address = world.address("/calendar/{feed}.ics")
    texts = {
        re.sub("DTSTAMP:.*", "", visit(person).get(address).text)
        for person in (None, world.people["stranger"], world.people["ana"])
    }
    assert len(texts) == 1
    assert "Piano with Ana R." in texts.pop()  # as Sam sees it


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_feed_is_only_read(method, world, visit):
    assert visit().generic(method, world.address("/calendar/{feed}.ics")).status_code == 405
    assert CalendarFeed.objects.count() == 1


def test_an_address_that_is_none_is_not_found(world, visit):
    feed = world.feed
    for wrong in (
        *(feed[:-1], feed + "0", feed.upper(), feed.replace("-", "", 1), feed[:36], f"{feed[:36]}-", f"-{feed[37:]}"),
        *("0" * 101, "%00", f"{feed}%00", f"{feed[:37]}%ED%A0%80", f"{feed[:37]}é", f"{feed[:37]}{'x' * 3000}"),
    ):
        answer = visit().get(f"/calendar/{wrong}.ics")
        assert answer.status_code == 404, wrong
        assert "VCALENDAR" not in answer.text


def test_a_feed_of_who_is_not_active_is_not_found(world, visit):
    sam = world.people["sam"]
    sam.is_active = False
    sam.save()
    assert visit().get(world.address("/calendar/{feed}.ics")).status_code == 404


def test_forms_without_their_key_change_nothing(world, visit):
    browser = visit(world.people["sam"], strict=True)
    before = CalendarFeed.objects.get().number
    for address in (FEED, RENEW, REVOKE):
        assert browser.post(address).status_code == 403
    assert CalendarFeed.objects.get().number == before


def test_nobody_renews_or_revokes_anothers(world, visit):
    for address in (RENEW, REVOKE):
        visit(world.people["stranger"]).post(address, {"person": world.people["sam"].pk})
    assert visit().get(world.address("/calendar/{feed}.ics")).status_code == 200
