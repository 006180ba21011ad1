"""The operator's commands: what is kept of somebody, and closing an account for them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from bookings.models import Booking, Side, Status
from bookings.services import story
from instainstru.core import clock
from instainstru.core.models import OutboxMessage
from tests.fixtures import book


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch):
    """What the operator types when asked."""

    def types(answer: str) -> None:
        monkeypatch.setattr("builtins.input", lambda _: answer)

    return types


def test_the_export_is_json_and_nothing_else(sam):
    assert json.loads(run("export_account", "Sam@Example.com"))["person"]["first_name"] == "Sam"


@pytest.mark.parametrize("command", ["export_account", "close_account"])
def test_nobody_has_this_address(command, db):
    with pytest.raises(CommandError, match="Nobody has this address"):
        run(command, "nobody@example.com")


def test_closing_asks_for_the_address_once_more_and_says_what_it_did(sam, sue, ana_teaches_piano, typed):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    typed("sam@example.org")
    with pytest.raises(CommandError, match="Nothing was closed"):
        run("close_account", "sam@example.com")
    assert User.objects.get(pk=sam.pk).closed_at is None
    typed("SAM@example.com")
    said = run("close_account", "sam@example.com")
    assert "Piano with Ana R., Tuesday, March 2, 2027" in said
    assert f"closed: person {sam.pk}" in said
    lesson.refresh_from_db()
    assert lesson.status == Status.CANCELLED
    happening = story.told(booking=Booking.objects.get(), viewer=sue).history
    assert Side.STUDENT.label in [one.for_whom for one in happening]
    to_ana = OutboxMessage.objects.get(recipient="ana@example.com", key__startswith="cancelled")
    assert "The InstaInstru team has cancelled" in to_ana.body


def test_yes_asks_nothing_and_closes_staff_too(sue, monkeypatch):
    monkeypatch.setattr("builtins.input", None)
    run("close_account", "sue@example.com", "--yes")
    assert User.objects.get(pk=sue.pk).closed_at


def test_the_last_of_operations_stays(omar):
    with pytest.raises(CommandError, match="last active operations account"):
        run("close_account", "omar@example.com", "--yes")
    assert User.objects.get(pk=omar.pk).closed_at is None


def test_what_forbids_it_is_said(sam, ana_teaches_piano):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    with clock.at(lesson.span.start), pytest.raises(CommandError, match="under way until 4:00 PM"):
        run("close_account", "sam@example.com", "--yes")
    assert User.objects.get(pk=sam.pk).closed_at is None
