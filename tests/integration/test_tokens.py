"""Keys with which programs act for a person."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts.models import ApiToken
from accounts.permissions import Scope
from accounts.services import tokens
from accounts.services.tokens import SecondFactorRequired, TooManyTokens
from accounts.tasks import forget_tokens
from instainstru.core import policy
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.models import OutboxMessage

NOW = datetime(2027, 3, 1, 17, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


def make(person, name="My script", *, scopes=(Scope.READ,), days=30, now=NOW):
    """A token as the page makes it."""
    return tokens.make(person=person, name=name, scopes=scopes, days=days, now=now)


def names(person) -> list[str]:
    """What a person's tokens are called, the newest first."""
    return [token.name for token in tokens.listed(person_id=person.pk)]


def owner(token: str, now: datetime = NOW):
    """Whose token it is."""
    found = tokens.use(token=token, now=now)
    return found and found.user


def last_used() -> datetime | None:
    """When the one token was used, as it is kept."""
    return ApiToken.objects.get().last_used_at


def test_a_token_finds_its_owner(sam, stranger):
    issued = tokens.issue(person=sam, now=NOW)
    tokens.issue(person=stranger, now=NOW)
    assert owner(issued.token) == sam
    assert len(issued.token) >= 40


def test_only_the_digest_of_a_token_is_kept(sam):
    issued = tokens.issue(person=sam, now=NOW)
    kept = ApiToken.objects.get()
    assert kept.digest == hashlib.sha256(issued.token.encode()).hexdigest()
    assert issued.token not in {str(value) for value in vars(kept).values()}
    assert owner(kept.digest) is None  # what the table holds opens nothing
    assert issued.token not in str(kept)


def test_no_two_tokens_are_the_same(sam):
    assert len({tokens.issue(person=sam, now=NOW).token for _ in range(20)}) == 20


@pytest.mark.parametrize("wrong", ["", "nonsense", "\udc80", "\x00", "é" * 500])
def test_what_is_no_token_finds_nobody(sam, wrong):
    tokens.issue(person=sam, now=NOW)
    assert owner(wrong) is None


def test_a_token_is_good_for_ninety_days(sam):
    issued = tokens.issue(person=sam, now=NOW)
    end = NOW + timedelta(days=90)
    assert issued.expires_at == end
    assert owner(issued.token, end - MOMENT) == sam
    assert owner(issued.token, end) is None


def test_who_may_not_sign_in_has_no_token(sam):
    issued = tokens.issue(person=sam, now=NOW)
    sam.is_active = False
    sam.save()
    assert owner(issued.token) is None
    assert last_used() is None


def test_each_use_is_noted_at_most_once_a_minute(sam, django_assert_num_queries):
    issued = tokens.issue(person=sam, now=NOW)
    owner(issued.token, NOW)
    assert last_used() == NOW
    minute = timedelta(minutes=1)
    with django_assert_num_queries(1):  # a read, and no write
        owner(issued.token, NOW + minute)
    assert last_used() == NOW
    with django_assert_num_queries(2):
        owner(issued.token, NOW + minute + MOMENT)
    assert last_used() == NOW + minute + MOMENT


def test_a_token_goes_with_its_person(sam):
    tokens.issue(person=sam, now=NOW)
    sam.delete()
    assert not ApiToken.objects.exists()


# Made on the page -----------------------------------------------------------------------------------------------------


def test_a_token_has_the_name_the_scopes_and_the_days_that_were_chosen(sam):
    issued = make(sam, scopes=[Scope.READ, Scope.BOOK], days=7)
    assert issued.expires_at == NOW + 7 * DAY
    (kept,) = tokens.listed(person_id=sam.pk)
    assert (kept.name, kept.scopes, kept.expires_at) == ("My script", ["read", "book"], NOW + 7 * DAY)
    assert owner(issued.token) == sam


def test_a_letter_says_what_was_made_and_not_the_token(sam):
    issued = make(sam, scopes=[Scope.BOOK])
    letter = OutboxMessage.objects.get()
    assert letter.recipient == sam.email
    assert "My script" in letter.body
    assert "Book and cancel lessons" in letter.body
    assert "Wednesday, March 31, 2027" in letter.body
    assert "/accounts/tokens/" in letter.body
    assert issued.token not in str(vars(letter))


def test_the_same_form_sent_twice_makes_one_token(sam, stranger):
    make(sam)
    with pytest.raises(Invalid) as refused:
        make(sam, "MY SCRIPT")
    assert refused.value.fields == {"name": ["A token of yours is called that. Choose another name."]}
    assert names(sam) == ["My script"]
    assert OutboxMessage.objects.count() == 1
    make(stranger)
    make(sam, now=NOW + 31 * DAY)  # the first has run out


def test_no_chosen_name_passes_for_one_that_a_program_got(sam):
    with pytest.raises(Invalid):
        make(sam, "By password, Mar 1, 2027")


def test_a_person_has_so_many_tokens_and_no_more(sam, stranger):
    for number in range(policy.TOKENS_EACH):
        make(sam, f"Number {number}")
    with pytest.raises(TooManyTokens) as refused:
        make(sam, "One more")
    assert "20 tokens" in refused.value.message
    assert OutboxMessage.objects.filter(body__contains="One more").count() == 0
    make(stranger)
    tokens.revoke(person_id=sam.pk, token_id=tokens.listed(person_id=sam.pk)[0].pk)
    make(sam, "One more")


def test_what_ran_out_makes_room(sam):
    for number in range(policy.TOKENS_EACH):
        make(sam, f"Number {number}", days=7)
    make(sam, "One more", now=NOW + 7 * DAY)
    assert len(names(sam)) == 21


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_not_one_too_many(sam):
    for number in range(policy.TOKENS_EACH - 1):
        make(sam, f"Number {number}")
    together, refused = threading.Barrier(4), []

    def one_more(name: str) -> None:
        together.wait()
        try:
            make(sam, name)
        except TooManyTokens:
            refused.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=one_more, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(sam)) == policy.TOKENS_EACH
    assert len(refused) == 3


# Got for the password -------------------------------------------------------------------------------------------------


def test_a_password_gets_a_token_that_may_everything_and_says_so_once_a_day(sam):
    for hours in (0, 1, 24):
        issued = tokens.make_by_password(person=sam, now=NOW + timedelta(hours=hours))
    assert names(sam) == ["By password, Mar 2, 2027", *["By password, Mar 1, 2027"] * 2]
    kept = tokens.listed(person_id=sam.pk)[0]
    assert set(kept.scopes) == set(Scope.values)
    assert issued.expires_at == kept.expires_at == NOW + DAY + 90 * DAY
    assert OutboxMessage.objects.count() == 2
    assert issued.token not in str([vars(letter) for letter in OutboxMessage.objects.all()])


def test_the_oldest_that_a_password_got_makes_room_and_no_other(sam):
    first = tokens.make_by_password(person=sam, now=NOW)
    for number in range(policy.TOKENS_EACH - 2):
        make(sam, f"Number {number}")
    second = tokens.make_by_password(person=sam, now=NOW)
    third = tokens.make_by_password(person=sam, now=NOW)
    assert [owner(issued.token) for issued in (first, second, third)] == [None, sam, sam]
    assert len(names(sam)) == policy.TOKENS_EACH


def test_where_each_was_made_on_the_page_a_password_gets_none(sam):
    for number in range(policy.TOKENS_EACH):
        make(sam, f"Number {number}")
    with pytest.raises(TooManyTokens):
        tokens.make_by_password(person=sam, now=NOW)


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_a_password_alone_gets_nothing_where_there_is_a_second_factor(sam, kind):
    Authenticator.objects.create(user=sam, type=kind, data={})
    with pytest.raises(SecondFactorRequired):
        tokens.make_by_password(person=sam, now=NOW)
    assert names(sam) == []


# Revoked, and forgotten -----------------------------------------------------------------------------------------------


def test_a_revoked_token_opens_nothing_any_more(sam):
    kept, gone = make(sam, "Kept"), make(sam, "Gone")
    tokens.revoke(person_id=sam.pk, token_id=ApiToken.objects.get(name="Gone").pk)
    assert owner(gone.token) is None
    assert owner(kept.token) == sam


def test_nobody_revokes_anothers(sam, stranger):
    issued = make(sam)
    for token_id in (ApiToken.objects.get().pk, 2**63 - 1):
        with pytest.raises(NotFound):
            tokens.revoke(person_id=stranger.pk, token_id=token_id)
    assert owner(issued.token) == sam


def test_all_of_a_person_end_at_once_and_nobody_elses(sam, stranger):
    gone, kept = [make(sam, "a"), make(sam, "b")], make(stranger)
    assert tokens.revoke_all(person_id=sam.pk) == 2
    assert [owner(issued.token) for issued in gone] == [None, None]
    assert owner(kept.token) == stranger


def test_what_ran_out_is_listed_for_a_month_and_then_forgotten(sam):
    make(sam, "Over", days=7)
    make(sam, "Lives", days=90)
    end = NOW + 7 * DAY + policy.TOKENS_SHOWN_DAYS * DAY
    assert tokens.forget_expired(now=end) == 0
    assert tokens.forget_expired(now=end + MOMENT) == 1
    assert names(sam) == ["Lives"]
    assert tokens.forget_expired(now=end + MOMENT) == 0


def test_the_nightly_job_forgets_by_the_real_clock(sam):
    real = datetime.now(UTC)
    make(sam, "Over", days=7, now=real - 38 * DAY)
    make(sam, "Lives", days=7, now=real - 36 * DAY)
    assert forget_tokens() == 1
    assert names(sam) == ["Lives"]
