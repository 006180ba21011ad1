"""Signing up, in and out, and the way back to where one was."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from accounts.models import User
from accounts.permissions import Bundle, PermissionName
from instainstru.core.permissions import may
from tests.factories import PASSWORD
from tests.routes.html import Page

LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"
NEWCOMER = {"first_name": "New", "last_name": "Comer", "email": "new@example.com", "password1": "Tulip-7-harbour"}


@pytest.fixture
def chosen(ana_teaches_piano):
    """The address of a time that was pressed."""
    return f"/book/{ana_teaches_piano.pk}/?date=2027-03-02&start=18%3A00&minutes=60&place=online"


@pytest.fixture
def known(sam):
    """Sam, whose password is known."""
    sam.set_password(PASSWORD)
    sam.save()
    return sam


def next_of(address):
    """Where an address promises to lead."""
    return parse_qs(urlsplit(address).query).get("next", [""])[0]


def test_a_guest_who_presses_a_time_signs_up_and_books_it(chosen, ana_teaches_piano, visit):
    """Three presses and one form: nothing that was chosen is lost on the way."""
    guest = visit()
    to_sign_in = guest.get(chosen)
    assert to_sign_in.status_code == 302
    assert urlsplit(to_sign_in["Location"]).path == LOGIN
    assert next_of(to_sign_in["Location"]) == chosen
    sign_in = Page(guest.get(to_sign_in["Location"]))
    assert sign_in.form(LOGIN).data["next"] == chosen
    to_sign_up = next(link for link in sign_in.links if link.startswith(SIGNUP))
    assert next_of(to_sign_up) == chosen
    form = Page(guest.get(to_sign_up)).form(SIGNUP)
    assert form.data["next"] == chosen
    answer = guest.post(SIGNUP, form.data | NEWCOMER)
    assert (answer.status_code, answer["Location"]) == (302, chosen)
    page = Page(guest.get(chosen))
    assert "Book this lesson" in page.text
    address = f"/book/{ana_teaches_piano.pk}/"
    assert guest.post(address, page.form(address).data).status_code == 303


def test_a_guest_who_signs_in_lands_on_the_same_page(chosen, known, visit):
    guest = visit()
    form = Page(guest.get(guest.get(chosen)["Location"])).form(LOGIN)
    answer = guest.post(LOGIN, form.data | {"login": "sam@example.com", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, chosen)


def test_a_wrong_password_first_does_not_lose_the_way(chosen, known, visit):
    guest = visit()
    form = Page(guest.get(guest.get(chosen)["Location"])).form(LOGIN)
    wrong = guest.post(LOGIN, form.data | {"login": "sam@example.com", "password": "wrong"})
    assert wrong.status_code == 422
    assert Page(wrong).form(LOGIN).data["next"] == chosen


def test_every_page_that_needs_a_person_leads_back_to_itself(world, visit, subtests):
    for address in (
        *("/lessons/", "/teaching/hours/", "/teaching/time-off/", "/lessons/?a=1&b=%20x"),
        world.address("/lessons/{reference}/"),
        world.address("/lessons/{reference}/booked/"),
    ):
        with subtests.test(address):
            answer = visit().get(address)
            assert answer.status_code == 302
            assert next_of(answer["Location"]) == address


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/book/7/?date=2027-03-02&start=18:00", "/book/7/?date=2027-03-02&start=18:00"),
        ("http://evil.example/book/7/", "/"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(came_from, back, chosen, visit):
    answer = visit().post(chosen.partition("?")[0], {}, headers={"Referer": came_from})
    assert answer.status_code == 302
    assert next_of(answer["Location"]) == back


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", "http://["]
)
def test_nobody_is_led_to_another_site(evil, known, visit):
    assert visit().get(LOGIN, {"next": evil}).status_code == 200
    answer = visit().post(LOGIN, {"login": "sam@example.com", "password": PASSWORD, "next": evil})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    answer = visit().post(SIGNUP, NEWCOMER | {"next": evil})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_sign_up_makes_a_student(db, visit):
    visit().post(SIGNUP, NEWCOMER)
    person = User.objects.get(email="new@example.com")
    assert {group.name for group in person.groups.all()} == {Bundle.MEMBER, Bundle.STUDENT}
    assert (person.public_name, person.is_staff, person.is_superuser) == ("New C.", False, False)
    assert may(person, PermissionName.CREATE_BOOKINGS)
    assert not may(person, PermissionName.MANAGE_AVAILABILITY)


@pytest.mark.parametrize("extra", ["is_staff", "is_superuser", "groups", "is_active", "id"])
def test_sign_up_takes_nothing_but_what_it_asks(extra, db, visit):
    visit().post(SIGNUP, NEWCOMER | {extra: "1"})
    person = User.objects.get(email="new@example.com")
    assert (person.is_staff, person.is_superuser) == (False, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a\0b@example.com"}, "email"),
        ({"email": "SAM@EXAMPLE.COM"}, "email"),
        ({"email": "\u017fam@example.com"}, "email"),  # a long s: not Sam
        ({"email": "new@\u1c89.com"}, "email"),  # a capital whose small letter Python does not know
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 61}, "first_name"),
        ({"last_name": "a\0b"}, "last_name"),
        ({"password1": "short"}, "password1"),
        ({"password1": "password"}, "password1"),
        ({"password1": "new@example.com"}, "password1"),
        ({"password1": ""}, "password1"),
    ],
)
def test_a_sign_up_with_anything_wrong_names_it_and_keeps_the_rest(changes, field, sam, visit):
    answer = visit().post(SIGNUP, NEWCOMER | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    kept = Page(answer).form(SIGNUP).data
    assert kept["first_name" if field != "first_name" else "last_name"]
    assert not kept.get("password1")
    assert User.objects.count() == 1


def test_sign_in_never_tells_whether_an_account_exists(known, visit):
    said = set()
    for email in ("sam@example.com", "nobody@example.com"):
        answer = visit().post(LOGIN, {"login": email, "password": "wrong"})
        assert answer.status_code == 422
        said.add(str(answer.context["form"].errors))
    assert len(said) == 1


def test_five_wrong_passwords_are_enough(known, visit):
    for _ in range(5):
        visit().post(LOGIN, {"login": "sam@example.com", "password": "wrong"})
    answer = visit().post(LOGIN, {"login": "sam@example.com", "password": PASSWORD})
    assert answer.status_code != 302
    assert "sessionid" not in answer.cookies


def test_who_signs_up_too_often_is_asked_to_wait(db, visit):
    answers = [visit().post(SIGNUP, NEWCOMER | {"email": "no"}) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {422}
    page = answers[-1]
    assert page.status_code == 429
    assert "What to do" in page.text
    assert any(word in page["Cache-Control"] for word in ("no-store", "private"))


def test_the_address_is_the_same_in_any_case(known, visit):
    answer = visit().post(LOGIN, {"login": "SAM@Example.com", "password": PASSWORD})
    assert answer.status_code == 302


def test_signing_in_changes_the_session_and_signing_out_ends_it(known, visit):
    browser = visit()
    browser.get(LOGIN)
    key = browser.cookies["csrftoken"].value
    browser.post(LOGIN, {"login": "sam@example.com", "password": PASSWORD})
    assert browser.cookies["csrftoken"].value != key
    assert browser.get("/lessons/").status_code == 200
    session = browser.cookies["sessionid"].value
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/lessons/").status_code == 302
    browser.cookies["sessionid"] = session
    assert browser.get("/lessons/").status_code == 302


def test_a_closed_account_is_told_so_with_the_right_password_only(known, visit):
    User.objects.update(is_active=False)
    answer = visit().post(LOGIN, {"login": "sam@example.com", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/inactive/")
    assert visit().post(LOGIN, {"login": "sam@example.com", "password": "wrong"}).status_code == 422


def test_forms_without_their_key_are_refused(known, visit):
    for address, body in (
        (LOGIN, {"login": "sam@example.com", "password": PASSWORD}),
        (SIGNUP, NEWCOMER),
    ):
        answer = visit(strict=True).post(address, body)
        assert answer.status_code == 403
        assert "This form has run out" in answer.text
    assert visit(known, strict=True).post("/accounts/logout/").status_code == 403
    assert User.objects.count() == 1


def test_staff_sign_in_where_everybody_does(stella, visit):
    stella.set_password(PASSWORD)
    stella.save()
    guest = visit()
    at_admin = guest.get("/admin/bookings/booking/", follow=True)
    form = Page(at_admin).form(LOGIN)
    answer = guest.post(LOGIN, form.data | {"login": stella.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/bookings/booking/"
    assert answer.status_code == 200


@pytest.mark.parametrize("typed", ["\ud800", "a\0b", "x" * 10_000], ids=["half", "nul", "long"])
def test_what_cannot_be_a_password_or_address_is_no_failure(typed, known, visit):
    for login, password in ((typed, PASSWORD), ("sam@example.com", typed)):
        body = urlencode({"login": login, "password": password}, errors="surrogatepass")
        answer = visit().generic("POST", LOGIN, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422
