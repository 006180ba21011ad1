"""Pages of one's own account: names, e-mail, password, and what its letters lead to."""

import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.test import Client

from accounts.forms.password import ResetPasswordKeyForm
from accounts.models import User
from instainstru.core.models import OutboxMessage
from instainstru.core.services import outbox
from tests.factories import PASSWORD
from tests.routes.html import Page

OVERVIEW, EMAIL, LOGIN = "/accounts/", "/accounts/email/", "/accounts/login/"
RESET, CHANGE, AGAIN = "/accounts/password/reset/", "/accounts/password/change/", "/accounts/reauthenticate/"
SIGNUP = "/accounts/signup/"
FRESH = "Tulip-7-harbour"
NEWCOMER = {"first_name": "New", "last_name": "Comer", "email": "new@example.com", "password1": FRESH}


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.SITE_ADDRESS = "https://instainstru.example"


@pytest.fixture
def known(sam):
    """Sam, whose password is known, and whose address is confirmed."""
    sam.set_password(PASSWORD)
    sam.save()
    EmailAddress.objects.create(user=sam, email=sam.email, verified=True, primary=True)
    return sam


@pytest.fixture
def signed_in(visit):
    """A browser in which somebody has signed in as people do."""

    def browser_of(person: User, password: str = PASSWORD) -> Client:
        browser: Client = visit()
        answer = browser.post(LOGIN, {"login": person.email, "password": password})
        assert answer.status_code == 302
        return browser

    return browser_of


def letter(kind: str) -> OutboxMessage:
    """The one letter of a kind."""
    return OutboxMessage.objects.get(key__startswith=f"{kind}:")


def link_of(message: OutboxMessage) -> str:
    """The way in that a letter carries, as an address of this site."""
    found: list[str] = re.findall(r"https://instainstru\.example(/\S+)", message.body)
    assert len(found) == 1
    return found[0]


def known_again(browser: Client, password: str = PASSWORD):
    """Say once more who one is; answers what follows."""
    return browser.post(AGAIN, {"password": password, "next": EMAIL})


def start_change(browser: Client, email: str = "new@example.com"):
    """Ask for another address, password and all."""
    asked = browser.post(EMAIL, {"action_add": "1", "email": email})
    assert (asked.status_code, urlsplit(asked["Location"]).path) == (302, AGAIN)
    return known_again(browser)


# Names


def test_the_overview_leads_everywhere(known, ana_teaches_piano, ana, visit):
    page = Page(visit(known).get(OVERVIEW))
    for address in (EMAIL, CHANGE, "/accounts/2fa/", "/accounts/sessions/", "/accounts/tokens/", "/accounts/data/"):
        assert address in page.links
    assert {"/lessons/", "/teaching/setup/"} <= set(page.links)
    assert "You take lessons here." in page.text
    both = Page(visit(ana).get(OVERVIEW))
    assert {"/lessons/", "/teaching/"} <= set(both.links)
    assert "You take lessons and teach, with one account." in both.text
    assert OVERVIEW in both.links  # of the header


def test_a_name_is_changed_and_others_see_it_at_once(ana_teaches_piano, ana, visit):
    browser, guest = visit(ana), visit()
    assert "Ana R." in guest.get("/instructors/?q=ana").text
    assert browser.post(OVERVIEW, {"first_name": "Anabel", "last_name": "Stone"}).status_code == 303
    assert "Anabel S." in guest.get("/instructors/ana-r/").text
    found = guest.get("/api/instructors/search?q=anabel").json()
    assert [one["name"] for one in found["results"]] == ["Anabel S."]
    assert not any("Ana R." in guest.get(address).text for address in ("/instructors/", "/instructors/?q=anabel"))
    assert guest.get("/api/instructors/search?q=ana").json()["results"] == []
    assert "Anabel S." in guest.get("/suggest?q=anab").text


def test_a_student_changes_a_name_too(known, visit):
    browser = visit(known)
    assert browser.post(OVERVIEW, {"first_name": " Samuel\u202e ", "last_name": "O’Neill-李 😀"}).status_code == 303
    known.refresh_from_db()
    assert known.full_name == "Samuel O’Neill-李 😀"
    assert "Others see Samuel O." in browser.get(OVERVIEW).text


@pytest.mark.parametrize("name", ["", " ", "\u200b\u202e", "a\0b", "x" * 61])
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_a_name_that_is_none_is_refused_and_the_other_kept(name, field, known, visit):
    typed = {"first_name": "Sam", "last_name": "Other"} | {field: name}
    answer = visit(known).post(OVERVIEW, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    known.refresh_from_db()
    assert known.last_name == "Student"
    if field == "first_name":
        assert Page(answer).form(OVERVIEW).data["last_name"] == "Other"


@pytest.mark.parametrize("extra", ["email", "is_staff", "is_superuser", "id", "password"])
def test_the_form_of_names_takes_nothing_else(extra, known, visit):
    browser = visit(known)
    before = User.objects.values().get()
    browser.post(OVERVIEW, {"first_name": "Sam", "last_name": "Student", extra: "1"})
    assert User.objects.values().get() == before


def test_line_breaks_and_markup_in_a_name_stay_text(visit, db):
    visit().post(
        SIGNUP, NEWCOMER | {"first_name": "<b>A</b>\r\nBcc: all@example.com", "last_name": "<script>x</script>"}
    )
    person = User.objects.get()
    assert person.first_name == "<b>A</b> Bcc: all@example.com"
    page = visit(person).get(OVERVIEW)
    assert "<script>x" not in page.text
    assert "<b>A" not in page.text
    for message in OutboxMessage.objects.all():
        assert "Bcc" not in message.subject + message.body


# Confirming the address that one has


def test_who_signs_up_is_sent_a_link_whose_page_confirms_by_a_press(visit, db):
    browser = visit()
    assert "We have sent a letter to new@example.com" in browser.post(SIGNUP, NEWCOMER, follow=True).text
    message = letter("email_confirmation_signup")
    assert (message.recipient, message.confidential) == ("new@example.com", True)
    assert "Not confirmed yet" in browser.get(OVERVIEW).text
    link = link_of(message)
    for _ in range(2):  # whoever only looks, a program that opens all links too, confirms nothing
        assert "Is new@example.com yours?" in Page(visit().get(link)).text
    assert visit(strict=True).post(link).status_code == 403
    assert not EmailAddress.objects.get().verified
    assert browser.post(link, follow=True).redirect_chain[-1][0] == OVERVIEW
    page = Page(browser.get(OVERVIEW))
    assert "Confirmed" in page.text
    assert "Not confirmed yet" not in page.text
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)


def test_a_guest_who_confirms_is_led_to_sign_in(visit, db):
    visit().post(SIGNUP, NEWCOMER)
    answer = visit().post(link_of(letter("email_confirmation_signup")))
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert EmailAddress.objects.get().verified


def test_a_link_that_was_used_helps(visit, db):
    visit().post(SIGNUP, NEWCOMER)
    link = link_of(letter("email_confirmation_signup"))
    visit().post(link)
    for answer in (visit().get(link), visit().post(link)):
        assert answer.status_code == 404
        assert "This link is not good any more." in answer.text
        assert EMAIL in Page(answer).links


@pytest.mark.parametrize("key", ["nonsense", "a:b:c", "é", "x" * 3000, "0:0:0"])
def test_a_link_that_nobody_was_sent_helps_too(key, visit, db):
    answer = visit().get(f"/accounts/confirm-email/{key}/")
    assert answer.status_code == 404
    assert "This link is not good any more." in answer.text


def test_a_link_runs_out(visit, known, monkeypatch):
    EmailAddress.objects.update(verified=False)
    key = signing.dumps(EmailAddress.objects.get().pk, salt="account")
    late = time.time() + timedelta(days=3, minutes=1).total_seconds()
    assert visit().get(f"/accounts/confirm-email/{key}/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: late)
    assert visit().get(f"/accounts/confirm-email/{key}/").status_code == 404


def test_a_link_of_somebody_elses_signs_nobody_out(visit, known, stranger):
    visit().post(SIGNUP, NEWCOMER)
    link = link_of(letter("email_confirmation_signup"))
    browser = visit(known)
    browser.get(link)
    assert browser.get("/lessons/").status_code == 200
    visit().post(RESET, {"email": "new@example.com"})
    browser.get(link_of(letter("password_reset_key")), follow=True)
    assert browser.get("/lessons/").context["user"] == known


def test_one_asks_for_the_link_again_and_not_at_once(sam, visit):
    browser = visit(sam)
    form = {"action_send": "1", "email": sam.email}
    assert browser.post(EMAIL, form).status_code == 303
    assert letter("email_confirmation").recipient == sam.email
    assert "Another one can follow in 3 minutes." in browser.post(EMAIL, form, follow=True).text
    assert OutboxMessage.objects.count() == 1


def test_nobody_sends_links_to_whom_they_like(known, stranger, visit):
    browser = visit(known)
    for email in (stranger.email, "nobody@example.com", "a\0b", known.email, ""):
        assert browser.post(EMAIL, {"action_send": "1", "email": email}).status_code == 404
    assert not OutboxMessage.objects.exists()


# Changing it


def test_a_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told(known, signed_in, visit):
    browser = signed_in(known)
    answer = start_change(browser, "New@Example.com")
    assert (answer.status_code, answer["Location"]) == (303, EMAIL)
    page = Page(browser.get(EMAIL))
    assert "Changing to" in page.text
    known.refresh_from_db()
    assert known.email == "sam@example.com"
    message = letter("email_confirmation")
    assert (message.recipient, message.confidential) == ("new@example.com", True)
    visit().post(link_of(message))
    known.refresh_from_db()
    assert known.email == "new@example.com"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@example.com", True, True)]
    told = letter("email_changed")
    assert (told.recipient, told.confidential) == ("sam@example.com", False)
    assert "new@example.com" not in told.body
    assert browser.get(OVERVIEW).status_code == 200  # still signed in
    assert visit().post(LOGIN, {"login": "sam@example.com", "password": PASSWORD}).status_code == 422
    signed_in(known)


def test_who_never_confirmed_keeps_the_old_address_too(sam, signed_in):
    """Nobody is left without an address meanwhile."""
    sam.set_password(PASSWORD)
    sam.save()
    browser = signed_in(sam)
    start_change(browser)
    sam.refresh_from_db()
    assert sam.email == "sam@example.com"
    assert set(EmailAddress.objects.values_list("email", "primary")) == {
        ("sam@example.com", True),
        ("new@example.com", False),
    }
    # Confirming the one that counts leaves the change as it is, and is no change.
    browser.post(EMAIL, {"action_send": "1", "email": "sam@example.com"})
    own = OutboxMessage.objects.get(recipient="sam@example.com")
    browser.post(link_of(own))
    assert set(EmailAddress.objects.values_list("email", "verified")) == {
        ("sam@example.com", True),
        ("new@example.com", False),
    }
    assert not OutboxMessage.objects.filter(key__startswith="email_changed").exists()


def test_a_change_is_taken_back_and_its_link_dies(known, signed_in, visit):
    browser = signed_in(known)
    start_change(browser)
    link = link_of(letter("email_confirmation"))
    assert browser.post(EMAIL, {"action_remove": "1"}).status_code == 303
    assert visit().post(link).status_code == 404
    known.refresh_from_db()
    assert known.email == "sam@example.com"
    assert EmailAddress.objects.get().verified


def test_the_second_change_takes_the_place_of_the_first(known, signed_in, visit):
    browser = signed_in(known)
    start_change(browser, "first@example.com")
    assert browser.post(EMAIL, {"action_add": "1", "email": "second@example.com"}).status_code == 303  # known by now
    first, second = (link_of(m) for m in OutboxMessage.objects.order_by("id"))
    assert visit().post(first).status_code == 404
    visit().post(second)
    known.refresh_from_db()
    assert known.email == "second@example.com"


def test_an_address_that_another_account_has_is_not_given_away_nor_told_of(known, stranger, signed_in, visit):
    browser = signed_in(known)
    answer = start_change(browser, stranger.email)
    assert answer.status_code == 303  # the same as for any other
    link = link_of(letter("email_confirmation"))
    shown = browser.post(link, follow=True)
    assert "Another account has this address." in shown.text
    known.refresh_from_db()
    assert known.email == "sam@example.com"
    assert not OutboxMessage.objects.filter(key__startswith="email_changed").exists()


@pytest.mark.parametrize(
    "email", ["", "nobody", "a\0b@example.com", "sam@example.com", "SAM@example.com", "x" * 300, "x@\u1c89.com"]
)
def test_what_is_no_new_address_is_said(email, known, signed_in):
    browser = signed_in(known)
    known_again(browser)
    answer = browser.post(EMAIL, {"action_add": "1", "email": email})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])
    assert not OutboxMessage.objects.exists()


def test_a_browser_that_was_left_open_changes_no_address(known, visit, signed_in):
    browser = signed_in(known)
    asked = browser.post(EMAIL, {"action_add": "1", "email": "evil@example.com"})
    assert urlsplit(asked["Location"]).path == AGAIN
    assert known_again(browser, "wrong").status_code == 422
    assert EmailAddress.objects.count() == 1
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_after_saying_who_one_is_nobody_is_led_elsewhere(evil, known, signed_in):
    answer = signed_in(known).post(AGAIN, {"password": PASSWORD, "next": evil})
    assert (answer.status_code, answer["Location"]) == (302, "/")


# The password


def test_a_password_is_changed_and_other_devices_are_out(known, signed_in, visit):
    here, there = signed_in(known), signed_in(known)
    answer = here.post(CHANGE, {"oldpassword": PASSWORD, "password1": FRESH}, follow=True)
    assert answer.redirect_chain[-1][0] == OVERVIEW
    assert "Your password is changed." in answer.text
    assert here.get("/lessons/").status_code == 200
    assert there.get("/lessons/").status_code == 302
    message = letter("password_changed")
    assert (message.recipient, message.confidential) == (known.email, False)
    assert "127.0.0.1" in message.body
    signed_in(known, FRESH)


def test_what_cannot_be_told_is_not_done(known, signed_in, monkeypatch):
    browser = signed_in(known)
    monkeypatch.setattr(outbox, "post", None)
    with pytest.raises(TypeError):
        browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": FRESH})
    known.refresh_from_db()
    assert known.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"oldpassword": "wrong"}, "oldpassword"),
        ({"oldpassword": ""}, "oldpassword"),
        ({"password1": "short"}, "password1"),
        ({"password1": "sam@example.com"}, "password1"),
        ({"password1": ""}, "password1"),
    ],
)
def test_a_password_that_will_not_do_is_said(typed, field, known, signed_in):
    browser = signed_in(known)
    answer = browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": FRESH} | typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not OutboxMessage.objects.exists()


def answer_of(answer):
    """All of an answer that a stranger can tell two of them apart by."""
    by_chance = re.compile(
        r'(?<=nonce=")[^"]+|(?<=nonce-)[^\']+|(?<=csrfmiddlewaretoken" value=")\w+|(?<=Token": ")\w+'
    )
    headers = {
        name: by_chance.sub("", value) for name, value in answer.items() if name not in ("Expires", "X-Request-ID")
    }
    return answer.status_code, headers, sorted(answer.cookies), by_chance.sub("", answer.text)


def test_asking_for_a_new_password_never_tells_whether_there_is_an_account(known, stranger, visit):
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    said = []
    for email in (known.email, "nobody@example.com", stranger.email):
        browser = visit()
        asked = browser.post(RESET, {"email": email})
        said.append((answer_of(asked), answer_of(browser.get(asked["Location"]))))
    assert said[0] == said[1] == said[2]
    assert said[0][0][0] == 302
    assert [message.recipient for message in OutboxMessage.objects.all()] == [known.email]  # nothing leaves for others


def test_a_wrong_password_and_an_unknown_address_look_the_same(known, visit):
    tries = ({"login": email, "password": "wrong"} for email in ("sam@example.com", "tom@example.com"))
    one, other = (answer_of(visit().post(LOGIN, typed)) for typed in tries)
    assert one[:3] == other[:3]
    assert one[3].replace("sam@", "tom@") == other[3]


def test_a_forgotten_password_is_replaced_once(known, signed_in, visit):
    there = signed_in(known)
    visit().post(RESET, {"email": "SAM@example.com"})
    message = letter("password_reset_key")
    assert message.confidential
    link = link_of(message)
    browser = visit()
    form_page = browser.get(link, follow=True)
    address = form_page.redirect_chain[-1][0]
    assert address.endswith("-set-password/")  # the key is not in the address of the form
    assert browser.post(address, {"password1": "short"}).status_code == 422
    done = browser.post(address, {"password1": FRESH}, follow=True)
    assert "You have a new password." in done.text
    assert browser.get("/lessons/").status_code == 302  # a letter alone signs nobody in
    assert there.get("/lessons/").status_code == 302
    assert letter("password_reset").recipient == known.email
    signed_in(known, FRESH)
    again = visit().get(link, follow=True)
    assert again.status_code == 404
    assert RESET in Page(again).links


def test_one_link_opened_twice_at_once_sets_one_password(known, visit, monkeypatch):
    visit().post(RESET, {"email": known.email})
    address = (quick := visit()).get(link_of(letter("password_reset_key")), follow=True).redirect_chain[-1][0]
    slow = visit()
    slow.get(link_of(letter("password_reset_key")))
    save = ResetPasswordKeyForm.save

    def late(form: ResetPasswordKeyForm) -> None:
        """The other is quicker: both have found the link good by then."""
        monkeypatch.undo()
        assert quick.post(address, {"password1": FRESH}).status_code == 302
        save(form)

    monkeypatch.setattr(ResetPasswordKeyForm, "save", late)
    answer = slow.post(address, {"password1": "Violet-9-harbour"})
    assert answer.status_code == 409
    assert "A new password has just been set." in answer.text
    assert not User.objects.get(pk=known.pk).check_password("Violet-9-harbour")


def test_a_link_to_a_new_password_dies_with_the_old_one(known, signed_in, visit):
    visit().post(RESET, {"email": known.email})
    link = link_of(letter("password_reset_key"))
    assert visit().get(link).status_code == 302
    signed_in(known).post(CHANGE, {"oldpassword": PASSWORD, "password1": FRESH})
    assert visit().get(link).status_code == 404


def test_a_link_to_a_new_password_dies_with_the_account_and_with_time(known, visit, settings):
    visit().post(RESET, {"email": known.email})
    link = link_of(letter("password_reset_key"))
    User.objects.update(is_active=False)
    assert visit().get(link).status_code == 404
    User.objects.update(is_active=True)
    assert visit().get(link).status_code == 302
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert visit().get(link).status_code == 404


@pytest.mark.parametrize(
    "key", ["1-x", "zzzzzzzzzzzzz-a-b", "zzzzzzzzzzzzzzzzzz-a-b", "0-set-password", "1-é%00\ud83d"[:5]]
)
def test_a_link_to_a_new_password_that_nobody_was_sent_is_none(key, known, visit):
    for send in (visit().get, visit().post):
        assert send(f"/accounts/password/reset/key/{key}/").status_code == 404


def test_an_address_that_is_not_confirmed_is_no_way_to_somebodys_password(known, signed_in, visit):
    """A slip of the pen must not hand the account to whoever has the address that was typed."""
    start_change(signed_in(known), "stranger@example.org")
    OutboxMessage.objects.all().delete()
    visit().post(RESET, {"email": "stranger@example.org"})
    assert not OutboxMessage.objects.exists()


def test_a_new_password_ends_the_change_of_address_that_somebody_began(known, signed_in, visit):
    """Whoever had the account for a moment must not take it back by a letter that they ordered meanwhile."""
    start_change(signed_in(known), "evil@example.com")
    evil = link_of(letter("email_confirmation"))
    visit().post(RESET, {"email": known.email})
    browser = visit()
    address = browser.get(link_of(letter("password_reset_key")), follow=True).redirect_chain[-1][0]
    browser.post(address, {"password1": FRESH})
    assert visit().post(evil).status_code == 404
    known.refresh_from_db()
    assert known.email == "sam@example.com"


# Whose request it is


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_links_lead_to_the_site_whatever_host_a_request_names(header, known, visit, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for address, typed in ((RESET, {"email": known.email}), (SIGNUP, NEWCOMER)):
        visit().post(address, typed, **{header: "evil.example"})
    messages = OutboxMessage.objects.all()
    assert len(messages) == 2
    for message in messages:
        assert link_of(message)
        assert "evil" not in message.body


def test_another_port_in_the_host_is_no_new_start_for_who_guesses(known, visit):
    for port in range(5):
        visit().post(LOGIN, {"login": known.email, "password": "wrong"}, headers={"Host": f"testserver:{port + 1}"})
    answer = visit().post(LOGIN, {"login": known.email, "password": PASSWORD}, headers={"Host": "testserver:9"})
    assert answer.status_code == 422


def test_who_asks_for_links_too_often_waits(known, visit):
    answers = [visit().post(RESET, {"email": known.email}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "What to do" in answers[-1].text
    others = [visit().post(RESET, {"email": "nobody@example.com"}) for _ in range(6)]
    assert [answer.status_code for answer in others] == [302] * 5 + [429]


def test_forms_without_their_key_change_nothing(known, visit):
    browser = visit(known, strict=True)
    for address, typed in (
        (OVERVIEW, {"first_name": "Evil", "last_name": "Evil"}),
        (EMAIL, {"action_add": "1", "email": "evil@example.com"}),
        (EMAIL, {"action_remove": "1"}),
        (CHANGE, {"oldpassword": PASSWORD, "password1": FRESH}),
        (RESET, {"email": known.email}),
        (AGAIN, {"password": PASSWORD}),
    ):
        assert browser.post(address, typed).status_code == 403
    assert not OutboxMessage.objects.exists()
