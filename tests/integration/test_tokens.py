"""Keys with which programs act for a person."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import ApiToken
from accounts.services import tokens

NOW = datetime(2027, 3, 1, 17, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def owner(token: str, now: datetime = NOW):
    """Whose token it is."""
    return tokens.owner_of(token=token, now=now)


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
