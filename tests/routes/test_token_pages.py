"""The page of one's API tokens: made once the password was said again, shown once, revoked."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import hashers

from accounts.models import ApiToken
from accounts.permissions import Scope
from accounts.services import tokens
from instainstru.core import policy
from instainstru.core.models import OutboxMessage
from tests.factories import PASSWORD
from tests.routes.html import Page
from tests.routes.test_api import error_of

PAGE, TOKEN = "/accounts/tokens/", "/api/auth/token/"
CHOSEN = {"name": "My script", "scopes": ["read", "book"], "days": "30"}


@pytest.fixture
def known(sam):
    """Sam, whose password is known."""
    sam.set_password(PASSWORD)
    sam.save()
    return sam


@pytest.fixture
def sams(known, visit):
    """Sam's browser; the password was said a moment ago."""
    client = visit(known)
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def shown_token(answer) -> str:
    """The token on the page that shows it."""
    return str(answer.text).partition('id="token"')[2].partition('value="')[2].partition('"')[0]


def test_a_token_is_made_shown_once_and_works(sams, api, world):
    form = Page(sams.get(PAGE)).form(PAGE)
    made = sams.post(PAGE, form.data | CHOSEN)
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    token = shown_token(made)
    assert len(token) >= 40
    header = {"Authorization": f"Bearer {token}"}
    assert api().get("/api/bookings/", headers=header).status_code == 200
    assert api().get("/api/me/availability/hours/", headers=header).status_code == 403
    page = sams.get(PAGE)
    assert token not in page.text
    assert token not in str(sams.session.items())
    assert "My script" in page.text
    assert "Read; Book and cancel lessons" in page.text


def test_sending_the_form_again_makes_and_shows_nothing(sams):
    token = shown_token(sams.post(PAGE, CHOSEN))
    again = sams.post(PAGE, CHOSEN)
    assert again.status_code == 422
    assert token not in again.text
    assert "A token of yours is called that" in again.text
    assert ApiToken.objects.count() == 1


def test_the_password_is_asked_before_and_what_was_chosen_is_not_lost(known, visit):
    sams = visit(known)
    assert sams.get(PAGE).status_code == 200
    asked = sams.post(PAGE, CHOSEN)
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/reauthenticate/?next=%2Faccounts%2Ftokens%2F")
    assert not ApiToken.objects.exists()
    wrong = sams.post(asked["Location"], {"password": "wrong"})
    assert wrong.status_code == 422
    assert not ApiToken.objects.exists()
    made = sams.post(asked["Location"], {"password": PASSWORD})
    assert made.status_code == 201
    assert len(shown_token(made)) >= 40
    assert ApiToken.objects.get().name == "My script"
    # Loading that answer again sends the password again, and that makes nothing.
    again = sams.post(asked["Location"], {"password": PASSWORD})
    assert (again.status_code, again["Location"]) == (302, PAGE)
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "\u202e"}, "Write a name that can be read."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"name": "By password, Mar 1, 2027"}, "Choose another name."),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["read", "rule"]}, "Choose of the list."),
        ({"days": "365"}, "Choose of the list."),
        ({"days": "-1"}, "Choose of the list."),
        ({"days": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_is_kept_and_makes_nothing(sams, changes, sentence):
    answer = sams.post(PAGE, CHOSEN | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Page(answer).form(PAGE).data["name"] == (CHOSEN | changes)["name"]
    assert not ApiToken.objects.exists()


def test_the_twenty_first_is_refused_with_the_reason(sams, sam):
    for number in range(policy.TOKENS_EACH):
        sams.post(PAGE, CHOSEN | {"name": f"Number {number}"})
    answer = sams.post(PAGE, CHOSEN | {"name": "One more"})
    assert answer.status_code == 409
    assert "You have 20 tokens, and that is the most." in answer.text
    assert 'value="One more"' in answer.text
    assert ApiToken.objects.filter(user=sam).count() == 20


def test_the_letter_goes_to_its_person_and_keeps_the_secret(sams):
    token = shown_token(sams.post(PAGE, CHOSEN | {"name": "Line\r\nBcc: x@example.com"}))
    letter = OutboxMessage.objects.get(key__startswith="token:")
    assert (letter.recipient, letter.subject) == ("sam@example.com", "A new API token")
    assert "Line Bcc: x@example.com" in letter.body
    assert token not in letter.body + letter.key


def test_one_or_all_are_revoked_by_a_press(sams, api):
    made = {name: shown_token(sams.post(PAGE, CHOSEN | {"name": name})) for name in "abc"}
    alive = lambda: {  # noqa: E731
        name
        for name, token in made.items()
        if api().get("/api/bookings/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    }
    assert alive() == {*"abc"}
    address = f"{PAGE}{ApiToken.objects.get(name='b').pk}/revoke/"
    assert address in [form.action for form in Page(sams.get(PAGE)).forms]
    answer = sams.post(address)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert alive() == {*"ac"}
    assert sams.post(address).status_code == 404
    assert sams.post(f"{PAGE}revoke/").status_code == 303
    assert alive() == set()
    assert "No program acts for you." in sams.get(PAGE).text


def test_anothers_token_is_not_there(sams, stranger):
    tokens.issue(person=stranger, now=stranger.date_joined)
    (theirs,) = tokens.listed(person_id=stranger.pk)
    assert sams.post(f"{PAGE}{theirs.pk}/revoke/").status_code == 404
    assert sams.post(f"{PAGE}{10**17}/revoke/").status_code == 404
    sams.post(f"{PAGE}revoke/")
    assert tokens.listed(person_id=stranger.pk) == [theirs]
    assert f"{PAGE}{theirs.pk}/revoke/" not in sams.get(PAGE).text


def test_what_ran_out_says_so(sams, known):
    tokens.issue(person=known, name="Old one", days=7, now=known.date_joined.replace(year=2020))
    assert "Ran out" in sams.get(PAGE).text
    assert "Good until" not in sams.get(PAGE).text


def test_a_name_is_shown_as_text(sams):
    sams.post(PAGE, CHOSEN | {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in sams.get(PAGE).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in sams.get(PAGE).text


def test_the_page_costs_no_more_for_more_tokens(sams, known, django_assert_max_num_queries):
    for number in range(15):
        tokens.issue(person=known, name=f"Number {number}", now=known.date_joined)
    with django_assert_max_num_queries(8):
        sams.get(PAGE)


# For the password -------------------------------------------------------------------------------------------------


def test_a_password_gets_a_token_of_every_scope_with_a_name(known, api):
    answer = api().post(TOKEN, {"email": "sam@example.com", "password": PASSWORD})
    assert answer.status_code == 200
    kept = ApiToken.objects.get()
    assert kept.name.startswith("By password, ")
    assert set(kept.scopes) == set(Scope)
    assert answer.json()["token"] not in str(OutboxMessage.objects.values())


def test_a_second_factor_is_told_after_the_right_password_only(known, api):
    Authenticator.objects.create(user=known, type=Authenticator.Type.TOTP, data={})
    error_of(api().post(TOKEN, {"email": "sam@example.com", "password": "wrong"}), 401, "not_signed_in")
    said = error_of(
        api().post(TOKEN, {"email": "sam@example.com", "password": PASSWORD}), 403, "second_factor_required"
    )
    assert "API tokens" in said["message"]
    assert not ApiToken.objects.exists()


def test_an_unknown_address_is_as_much_work_as_a_wrong_password(known, api, monkeypatch):
    """Every password that is hashed takes its time: as many for one as for the other."""
    hashed: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(*args):
        hashed.append("once")
        return encode(*args)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    counts = []
    for email in ("sam@example.com", "nobody@example.com"):
        hashed.clear()
        error_of(api().post(TOKEN, {"email": email, "password": "wrong"}), 401, "not_signed_in")
        counts.append(len(hashed))
    assert counts[0] == counts[1] > 0


def test_a_token_asks_for_no_more_than_two_fields(known, api):
    good = {"email": "sam@example.com", "password": PASSWORD}
    for name in ("scopes", "days", "name", "user", "expires_at"):
        error = error_of(api().post(TOKEN, good | {name: ["teach"]}), 400, "invalid")
        assert list(error["fields"]) == [name]
    assert not ApiToken.objects.exists()


# Ends with the password -----------------------------------------------------------------------------------------------


def test_all_tokens_end_when_the_password_is_reset(known, stranger, visit, settings, mailoutbox):
    for person in (known, stranger):
        tokens.issue(person=person, now=person.date_joined)
    sams = visit()
    sams.post("/accounts/password/reset/", {"email": "sam@example.com"})
    letters = [letter.body for letter in OutboxMessage.objects.filter(body__contains="/reset/key/")]
    letters += [letter.body for letter in mailoutbox]
    link = next(word for word in letters[0].split() if "/reset/key/" in word)
    assert tokens.listed(person_id=known.pk)  # asking ends nothing
    form = sams.get("/" + link.split("/", 3)[3], follow=True)
    path = form.redirect_chain[-1][0]
    assert sams.post(path, {"password1": "Tulip-7-harbour", "password2": "Tulip-7-harbour"}).status_code == 302
    assert tokens.listed(person_id=known.pk) == []
    assert len(tokens.listed(person_id=stranger.pk)) == 1


def test_tokens_outlive_a_change_of_password(sams, known):
    tokens.issue(person=known, now=known.date_joined)
    new = "Tulip-7-harbour"
    sams.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    known.refresh_from_db()
    assert known.check_password(new)
    assert len(tokens.listed(person_id=known.pk)) == 1
