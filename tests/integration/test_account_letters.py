"""What people are told about their account: short, plain, by the outbox, and no way in is left lying about."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.conf import settings as site
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from accounts.adapters import AccountAdapter
from accounts.models import User
from accounts.services import addresses, people
from accounts.services.addresses import AddressTaken
from instainstru.core import policy
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.models import OutboxMessage
from instainstru.core.services import outbox, transport
from instainstru.core.services.outbox import TRIES, Letter
from tests.fixtures import NOON

WAYS_IN = ("email_confirmation", "email_confirmation_signup", "password_reset_key")
TOLD = ("email_changed", "password_changed", "password_reset")
LINK = "https://instainstru.example/accounts/somewhere/"


@pytest.fixture
def adapter(settings):
    """allauth's way to us, in a request from a proxy's client."""
    settings.SITE_ADDRESS = "https://instainstru.example"
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    request.user = AnonymousUser()
    with request_context(request):
        yield AccountAdapter()


def post(adapter: AccountAdapter, kind: str, sam: User) -> OutboxMessage:
    """One letter of a kind to Sam."""
    if kind in WAYS_IN:
        context = {"user": sam, "activate_url": LINK, "password_reset_url": LINK}
        adapter.send_mail(f"account/email/{kind}", sam.email, context)
    else:
        adapter.send_notification_mail(f"account/email/{kind}", sam)
    return OutboxMessage.objects.latest("id")


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.parametrize("kind", [*WAYS_IN, *TOLD])
def test_a_letter_is_plain_and_whole(kind, adapter, sam):
    message = post(adapter, kind, sam)
    assert (message.recipient, message.key.partition(":")[0]) == ("sam@example.com", kind)
    assert message.confidential is (kind in WAYS_IN)
    assert (message.subject.strip(), "\n" in message.subject) == (message.subject, False)
    assert message.body.startswith("Hello,\n\n")
    assert message.body.endswith("\n\nInstaInstru\n")
    assert "\n\n\n" not in message.body
    assert not any(sign in message.body for sign in ("{", "}", "<", "&#", "None"))
    assert (LINK in message.body) is (kind in WAYS_IN)


@pytest.mark.parametrize("kind", TOLD)
def test_who_is_told_what_was_done_reads_from_where_and_what_to_do(kind, adapter, sam, noon):
    body = post(adapter, kind, sam).body
    assert "Monday 1 March, 12:00 PM (New York time), from the network address 203.0.113.9" in body
    assert "If it was you, all is well." in body
    assert ("https://instainstru.example/accounts/password/reset/" in body) is (kind != "email_changed")


def test_each_letter_is_one_of_its_own(adapter, sam):
    for _ in range(2):
        post(adapter, "password_changed", sam)
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize("name", ["Bad\r\nBcc: all@example.com", "http://evil.example/ free", "<b>"])
def test_nothing_that_somebody_typed_is_in_a_letter(name, adapter, sam):
    """An address may be anybody's: whoever signs up with it must not have us deliver their words."""
    User.objects.update(first_name=name)
    sam.refresh_from_db()
    for kind in (*WAYS_IN, *TOLD):
        message = post(adapter, kind, sam)
        assert name.split()[-1] not in message.subject + message.body


def test_a_letter_is_as_true_as_what_it_tells_of(adapter, sam):
    with transaction.atomic():
        post(adapter, "password_changed", sam)
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


# What is confidential


def test_the_words_of_a_confidential_letter_are_dropped_when_it_has_left(adapter, sam, mailoutbox):
    post(adapter, "password_reset_key", sam)
    post(adapter, "password_changed", sam)
    assert outbox.deliver_due(now=soon()) == 2
    assert LINK in mailoutbox[0].body
    assert OutboxMessage.objects.earliest("id").body == ""
    assert "was changed" in OutboxMessage.objects.latest("id").body


def test_one_that_was_given_up_keeps_its_words_until_it_has_left(adapter, sam, mailoutbox):
    message = post(adapter, "password_reset_key", sam)
    OutboxMessage.objects.update(given_up_at=datetime.now(UTC), attempts=TRIES)
    assert outbox.redrive(keys=[message.key], now=soon()) == 1
    assert outbox.deliver_due(now=soon() + timedelta(seconds=1)) == 1
    assert LINK in mailoutbox[0].body
    assert OutboxMessage.objects.get().body == ""


def test_one_that_became_confidential_on_its_way_is_dropped_too(db, mailoutbox, monkeypatch):
    outbox.post(letters=[Letter("one", "sam@example.com", "Booked", "At 1 Main Street", reference="LS-1")])
    send = transport.send

    def slowly(message: OutboxMessage) -> None:
        send(message)
        OutboxMessage.objects.update(confidential=True)

    monkeypatch.setattr(transport, "send", slowly)
    outbox.deliver_due(now=soon())
    assert OutboxMessage.objects.get().body == ""


def test_no_staff_reads_or_finds_a_way_in(adapter, sam, stella, client):
    message = post(adapter, "password_reset_key", sam)
    OutboxMessage.objects.update(given_up_at=datetime.now(UTC))
    client.force_login(stella)
    page = client.get(reverse("admin:core_outboxmessage_change", args=[message.pk]))
    assert (page.status_code, LINK in page.text, message.key in page.text) == (200, False, True)
    listed = reverse("admin:core_outboxmessage_changelist")
    assert client.get(f"{listed}?q=somewhere").context["cl"].result_count == 0
    assert client.get(f"{listed}?body__contains=somewhere").status_code == 400
    assert LINK not in client.get(listed).text
    other = post(adapter, "password_changed", sam)
    assert "was changed" in client.get(reverse("admin:core_outboxmessage_change", args=[other.pk])).text


# Addresses


def address_of(person: User, email: str, **more: bool) -> EmailAddress:
    return EmailAddress.objects.create(user=person, email=email, **more)


def test_addresses_are_read_with_what_they_are_changing_to(sam):
    read = addresses.read(person=sam)
    assert (read.email, read.confirmed, read.pending) == ("sam@example.com", False, "")
    addresses.change(person=sam, email="new@example.com")
    assert addresses.read(person=sam).pending == "new@example.com"
    assert addresses.keep(person=sam)
    assert not addresses.keep(person=sam)
    EmailAddress.objects.update(verified=True)
    assert addresses.read(person=sam).confirmed


def test_the_address_that_one_has_is_no_change(sam):
    with pytest.raises(Invalid) as refused:
        addresses.change(person=sam, email="sam@example.com")
    assert set(refused.value.fields or {}) == {"email"}


def test_only_an_address_that_waits_is_sent_a_link(sam):
    assert addresses.unconfirmed(person=sam, email="sam@example.com").user == sam
    EmailAddress.objects.update(verified=True)
    pending = addresses.change(person=sam, email="new@example.com")
    assert addresses.unconfirmed(person=sam, email="new@example.com") == pending
    for email in ("sam@example.com", "other@example.com"):
        with pytest.raises(NotFound):
            addresses.unconfirmed(person=sam, email=email)


def test_an_address_that_counts_for_another_account_never_counts_for_two(sam, stranger):
    """Neither of them has confirmed it: whose it is is known to the table of people alone."""
    mine = address_of(sam, stranger.email)
    with pytest.raises(AddressTaken):
        addresses.confirm(address=mine)
    sam.refresh_from_db()
    mine.refresh_from_db()
    assert (sam.email, mine.verified) == ("sam@example.com", False)


def test_what_was_confirmed_counts_and_stands_on_the_person(sam):
    address_of(sam, sam.email, verified=True, primary=True)
    pending = addresses.change(person=sam, email="new@example.com")
    assert addresses.confirm(address=pending) == "sam@example.com"
    sam.refresh_from_db()
    kept = EmailAddress.objects.get()
    assert (sam.email, kept.email, kept.verified, kept.primary) == ("new@example.com", "new@example.com", True, True)
    assert addresses.confirm(address=kept) == "new@example.com"  # twice is as good as once


# Names and numbers


def test_another_name_is_taken_up_by_the_apps_or_not_at_all(sam, settings):
    settings.ACCOUNT_NAME_STEPS = [f"{__name__}.refuse"]
    with pytest.raises(RuntimeError):
        people.rename(person=sam, first_name="Samuel", last_name="Student", now=NOON)
    sam.refresh_from_db()
    assert sam.first_name == "Sam"


def refuse(*, person: User, now: datetime) -> None:
    """A step that fails, after the name was written."""
    assert User.objects.get(pk=person.pk).first_name == "Samuel"
    raise RuntimeError


def test_links_are_good_for_as_long_as_the_policies_say():
    assert timedelta(minutes=policy.RESET_LINK_MINUTES).total_seconds() == site.PASSWORD_RESET_TIMEOUT
    assert site.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS == policy.CONFIRMATION_LINK_DAYS
    pause = policy.CONFIRMATION_LETTER_PAUSE_MINUTES
    assert app_settings.RATE_LIMITS["confirm_email"] == f"1/{pause}m/key"
    assert app_settings.RATE_LIMITS["login_failed"] == "10/m/ip,5/300s/key"
