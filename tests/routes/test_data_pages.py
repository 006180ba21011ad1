"""The pages and operations by which people take their data along, and leave."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate

from accounts.models import User
from accounts.services import leaving
from bookings.models import Booking, Status
from instainstru.core import clock
from tests.factories import PASSWORD
from tests.fixtures import NOON, book

DATA, FILE, CLOSE, CLOSED = (f"/accounts/{page}/" for page in ("data", "data/download", "close", "closed"))


@pytest.fixture
def known(sam, visit):
    """Sam's browser, in which he has just said his password."""
    sam.set_password(PASSWORD)
    sam.save()
    browser = visit(sam)
    answer = browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
    return browser


def agreed(browser):
    """What the page asks to agree to."""
    return browser.get(CLOSE).context["foreseen"].version


def still_open(person: User) -> bool:
    return User.objects.get(pk=person.pk).closed_at is None


# Taking along


def test_the_page_leads_to_the_file_and_to_leaving(sam, visit):
    page = visit(sam).get(DATA)
    assert page.status_code == 200
    assert f'href="{FILE}"' in page.text
    assert f'href="{CLOSE}"' in page.text
    assert still_open(sam)


def test_the_file_is_everything_and_kept_by_nobody(known, sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00")
    answer = known.get(FILE)
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="instainstru-data.json"'
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    said = json.loads(answer.content)
    assert said == json.loads(json.dumps(leaving.export(person=User.objects.get(pk=sam.pk), now=clock.now())))
    assert said["lessons_taken"][0]["instructor"] == "Ana R."


@pytest.mark.parametrize("address", [FILE, CLOSE])
def test_both_ask_once_more_who_it_is_and_lead_back(address, sam, visit):
    sam.set_password(PASSWORD)
    sam.save()
    browser = visit(sam)
    asked = browser.get(address)
    assert (asked.status_code, asked["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")
    back = browser.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == address
    assert browser.get(address).status_code == 200


def test_a_press_without_that_closes_nothing(sam, visit):
    sam.set_password(PASSWORD)
    sam.save()
    answer = visit(sam).post(CLOSE, {"word": "close", "agreed": leaving.Foreseen([]).version})
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer["Location"]
    assert still_open(sam)


# Closing


def test_the_page_says_what_it_means_for_each_coming_lesson(known, sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00")
    page = known.get(CLOSE)
    said = page.text
    assert "Piano with Ana R., Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time)" in said
    assert "Cancelled. You get $67.20 back." in said
    assert still_open(sam)
    assert Booking.objects.get().status == Status.CONFIRMED


def test_the_word_and_the_press_close_it(known, sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00")
    answer = known.post(CLOSE, {"word": "Close", "agreed": agreed(known)})
    assert (answer.status_code, answer["Location"]) == (303, CLOSED)
    assert "sessionid" not in known.cookies or not known.cookies["sessionid"].value
    assert "Your account is closed" in known.get(CLOSED).text
    assert not still_open(sam)
    assert Booking.objects.get().status == Status.CANCELLED
    assert known.get(DATA).status_code == 302


def test_another_word_closes_nothing(known, sam):
    page = known.post(CLOSE, {"word": "closed", "agreed": agreed(known)})
    assert page.status_code == 422
    assert "Type the word close" in page.text
    assert 'value="closed"' in page.text
    assert still_open(sam)


@pytest.mark.parametrize("sent", ["", "0" * 16, "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
def test_what_was_not_shown_is_not_agreed_to(sent, known, sam, ana_teaches_piano):
    before = agreed(known)
    page = known.post(CLOSE, {"word": "close", "agreed": sent})
    assert page.status_code == 409
    book(sam, ana_teaches_piano, at="15:00")
    page = known.post(CLOSE, {"word": "close", "agreed": before})
    assert page.status_code == 409
    assert "Meanwhile something has changed" in page.text
    assert "You get $67.20 back." in page.text  # and shown again
    assert page.context["foreseen"].version in page.text
    assert still_open(sam)


def test_a_lesson_under_way_leaves_no_form(known, sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    with clock.at(lesson.span.start):
        page = known.get(CLOSE)
        assert page.status_code == 409
        assert "A lesson of yours is under way until 4:00 PM. Close the account after it." in page.text
        assert "Close my account for good" not in page.text
        assert known.post(CLOSE, {"word": "close", "agreed": "x"}).status_code == 409
    assert still_open(sam)


def test_staff_are_sent_to_operations(stella, visit):
    stella.set_password(PASSWORD)
    stella.save()
    browser = visit(stella)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get(CLOSE)
    assert page.status_code == 403
    assert "Staff accounts are closed by operations" in page.text
    assert browser.post(CLOSE, {"word": "close", "agreed": "x"}).status_code == 403
    assert still_open(stella)


def test_reading_never_closes(known, sam):
    for address in (CLOSE, f"{CLOSE}?word=close&agreed={agreed(known)}", CLOSED):
        assert known.get(address).status_code == 200
    assert known.put(CLOSE).status_code == 405
    assert still_open(sam)


def test_others_see_a_former_member(known, sam, ana, ana_teaches_piano, visit, api):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    known.post(CLOSE, {"word": "close", "agreed": agreed(known)})
    for text in (
        visit(ana).get(f"/lessons/{lesson.reference}/").text,
        visit(ana).get("/teaching/past/").text,
        api(ana).get("/api/bookings/").text,
    ):
        assert "Former member" in text
        assert "Sam" not in text


def test_an_instructors_page_is_gone_at_once(ana, ana_teaches_piano, sam, visit):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    leaving.close(person=ana, by=ana, now=NOON)
    guest = visit()
    for address in ("/instructors/ana-r/", "/api/instructors/ana-r/", f"/instructors/former-{ana.pk}/"):
        assert guest.get(address).status_code == 404
    assert "Ana" not in guest.get("/instructors/?q=piano").text
    page = visit(sam).get(f"/lessons/{lesson.reference}/")
    assert "Former member" in page.text
    assert visit(sam).get(f"/lessons/{lesson.reference}/again/").status_code in (302, 303, 404)
    assert visit(sam).get("/lessons/").status_code == 200


# The API


def test_a_browser_left_open_takes_nothing_along_by_api(sam, visit):
    answer = visit(sam).get("/api/me/data/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
    assert "sam@example.com" not in answer.text


def test_the_api_tells_the_same(sam, api):
    answer = api(sam).get("/api/me/data/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["person"]["email"] == "sam@example.com"
    assert api().get("/api/me/data/").status_code == 401


@pytest.fixture
def program(sam, api):
    sam.set_password(PASSWORD)
    sam.save()
    return api(sam)


def test_the_api_closes_with_the_password(program, sam, ana_teaches_piano):
    book(sam, ana_teaches_piano, at="15:00")
    answer = program.post("/api/me/close/", {"password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json() == {
        "closed_at": "2027-03-01T12:00:00-05:00",
        "consequences": [
            {
                "what": "Piano with Ana R., Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time)",
                "meaning": "Cancelled. You get $67.20 back.",
            }
        ],
    }
    assert program.get("/api/bookings/").status_code == 401  # the token went with the account
    assert program.post("/api/me/close/", {"password": PASSWORD}).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [({"password": "wrong"}, "password"), ({}, "password"), ({"password": PASSWORD, "person": 1}, "person")],
)
def test_the_api_closes_with_nothing_else(body, field, program, sam):
    answer = program.post("/api/me/close/", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"
    assert field in answer.json()["error"]["fields"]
    assert still_open(sam)


def test_the_password_is_another_s(program, sam, ana):
    """It is looked for at the address of who asks, not by itself."""
    ana.set_password("Another-2026!")
    ana.save()
    assert program.post("/api/me/close/", {"password": "Another-2026!"}).status_code == 400
    assert still_open(sam)


def test_guessing_is_limited_as_signing_in_is(program, sam):
    for _ in range(5):
        assert program.post("/api/me/close/", {"password": "wrong"}).status_code == 400
    answer = program.post("/api/me/close/", {"password": PASSWORD})
    assert answer.status_code == 429
    assert "Retry-After" in answer
    assert still_open(sam)


def test_the_api_refuses_second_factors_staff_and_lessons_under_way(program, sam, stella, api, ana_teaches_piano):
    Authenticator.objects.create(user=sam, type="totp", data={})
    answer = program.post("/api/me/close/", {"password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second_factor_required")
    Authenticator.objects.all().delete()
    lesson = book(sam, ana_teaches_piano, at="15:00")
    with clock.at(lesson.span.start):
        answer = program.post("/api/me/close/", {"password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    stella.set_password(PASSWORD)
    stella.save()
    assert api(stella).post("/api/me/close/", {"password": PASSWORD}).status_code == 403
    assert still_open(sam)
    assert still_open(stella)


def test_the_address_may_sign_up_anew(known, sam, visit):
    EmailAddress.objects.create(user=sam, email=sam.email, verified=True, primary=True)
    known.post(CLOSE, {"word": "close", "agreed": agreed(known)})
    form = {"email": "sam@example.com", "password1": PASSWORD, "first_name": "Sam", "last_name": "Anew"}
    assert visit().post("/accounts/signup/", form).status_code == 302
    assert User.objects.get(email="sam@example.com").pk != sam.pk
    assert authenticate(email="sam@example.com", password=PASSWORD) not in (None, sam)
    assert datetime.now(UTC) - timedelta(minutes=5) < User.objects.get(email="sam@example.com").date_joined
