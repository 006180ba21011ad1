"""Roles and standing of people: who decides, who stays, and what follows."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import ApiToken, User
from accounts.permissions import Bundle
from accounts.services import roles, standing
from accounts.services.leaving import LastOfOperations
from accounts.services.roles import NotActive, NotOneself
from accounts.services.standing import Closed
from instainstru.core.errors import NotFound, NotSo
from instainstru.core.permissions import may
from instructors.models import Offer
from tests.factories import UserFactory
from tests.fixtures import NOON, book

BOTH = [Bundle.SUPPORT, Bundle.OPERATIONS]


def now(person: User) -> User:
    """The person as they are by now, with nothing of their names remembered."""
    return User.objects.get(pk=person.pk)


# Roles


def test_a_role_is_given_and_taken_and_opens_the_admin_meanwhile(omar, sam):
    roles.assign(person_id=sam.pk, roles=[Bundle.SUPPORT], by=omar)
    assert now(sam).is_staff
    assert roles.held(person=now(sam)) == {Bundle.SUPPORT}
    assert may(now(sam), "verify_instructors")
    assert may(now(sam), "create_bookings")  # what they were stays
    assert not may(now(sam), "manage_roles")
    roles.assign(person_id=sam.pk, roles=[Bundle.OPERATIONS], by=omar)
    assert roles.held(person=now(sam)) == {Bundle.OPERATIONS}
    assert not may(now(sam), "verify_instructors")
    roles.assign(person_id=sam.pk, roles=[], by=omar)
    assert (now(sam).is_staff, now(sam).is_superuser) == (False, False)
    assert may(now(sam), "create_bookings")


def test_nobody_decides_about_oneself(omar, stella):
    for act in (
        lambda: roles.assign(person_id=omar.pk, roles=BOTH, by=omar),
        lambda: roles.assign(person_id=omar.pk, roles=[], by=omar),
        lambda: standing.deactivate(person_id=omar.pk, by=omar),
    ):
        with pytest.raises(NotOneself):
            act()
    assert roles.held(person=now(omar)) == {Bundle.OPERATIONS}


def test_somebody_active_stays_in_operations(omar, stella, sam):
    roles.assign(person_id=stella.pk, roles=[Bundle.SUPPORT], by=omar)
    for act in (
        lambda: roles.assign(person_id=omar.pk, roles=[], by=None),
        lambda: roles.assign(person_id=omar.pk, roles=[Bundle.SUPPORT], by=None),
        lambda: standing.deactivate(person_id=omar.pk, by=None),
    ):
        with pytest.raises(LastOfOperations):
            act()
    roles.assign(person_id=sam.pk, roles=[Bundle.OPERATIONS], by=omar)
    User.objects.filter(pk=sam.pk).update(is_active=False)  # who may not sign in does not count
    with pytest.raises(LastOfOperations):
        roles.assign(person_id=omar.pk, roles=[], by=None)
    User.objects.filter(pk=sam.pk).update(is_active=True)
    roles.assign(person_id=omar.pk, roles=[], by=None)
    assert not now(omar).is_staff


def test_who_may_not_sign_in_gets_no_role_but_loses_those_they_had(omar, sue):
    standing.deactivate(person_id=sue.pk, by=omar)
    with pytest.raises(NotActive):
        roles.assign(person_id=sue.pk, roles=BOTH, by=omar)
    roles.assign(person_id=sue.pk, roles=[], by=omar)
    assert not now(sue).is_staff


def test_who_is_a_superuser_opens_the_admin_without_a_role(omar):
    first = User.objects.create_superuser("first@example.com", first_name="First", last_name="Operator")
    roles.assign(person_id=first.pk, roles=[], by=omar)
    assert now(first).is_staff


def test_nobody_is_not_found(omar):
    for act in (
        lambda: roles.assign(person_id=0, roles=BOTH, by=omar),
        lambda: standing.deactivate(person_id=0, by=omar),
        lambda: standing.reactivate(person_id=0),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.django_db(transaction=True)
def test_two_of_operations_who_dismiss_each_other_at_once_leave_one(omar, stella):
    """Both would be right alone: one waits for the other, and is refused."""
    together, refused = threading.Barrier(2), []

    def dismiss(whom: User, by: User) -> None:
        together.wait()
        try:
            roles.assign(person_id=whom.pk, roles=[], by=by)
        except LastOfOperations as last:
            refused.append(last)
        finally:
            connection.close()

    tries = [threading.Thread(target=dismiss, args=pair) for pair in ((omar, stella), (stella, omar))]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert len(refused) == 1
    assert User.objects.filter(groups__name=Bundle.OPERATIONS.value).count() == 1


# By command


def command(*said: str) -> str:
    out = StringIO()
    call_command(*said, stdout=out)
    return out.getvalue()


def test_the_first_of_operations_is_made_by_command(sam):
    assert "has now: operations" in command("grant_role", "SAM@example.com", "operations")
    assert "has now: operations, support" in command("grant_role", sam.email, "support")
    assert (now(sam).is_staff, now(sam).is_superuser) == (True, False)
    assert "has now: operations" in command("revoke_role", sam.email, "support")
    with pytest.raises(CommandError, match="last active operations account"):
        command("revoke_role", sam.email, "operations")


@pytest.mark.parametrize("name", ["grant_role", "revoke_role"])
def test_a_command_says_what_it_does_not_know(name, sam):
    with pytest.raises(CommandError, match="Nobody has this address"):
        command(name, "nobody@example.com", "support")
    with pytest.raises(CommandError, match="invalid choice"):
        command(name, sam.email, "instructor")


def test_a_role_is_taken_by_command(sue, omar):
    assert "has now: no role" in command("revoke_role", sue.email, "support")
    assert not now(sue).is_staff


# Standing


@pytest.mark.django_db(transaction=True)
def test_who_is_deactivated_is_out_at_once_and_comes_back_as_they_were(omar, ana_teaches_piano, ana, sam, api):
    lesson, client = book(sam, ana_teaches_piano, at="15:00"), api(ana)
    assert client.get("/api/bookings/").status_code == 200
    standing.deactivate(person_id=ana.pk, by=omar)
    assert client.get("/api/bookings/").status_code == 401
    assert not Offer.objects.exists()
    assert not may(now(ana), "manage_own_profile")
    lesson.refresh_from_db()
    assert lesson.status == "CONFIRMED"
    with pytest.raises(NotSo):
        standing.deactivate(person_id=ana.pk, by=omar)
    standing.reactivate(person_id=ana.pk)
    assert client.get("/api/bookings/").status_code == 200
    assert Offer.objects.count() == 3
    assert ApiToken.objects.count() == 1
    with pytest.raises(NotSo):
        standing.reactivate(person_id=ana.pk)


def test_who_closed_their_account_does_not_come_back(omar, sam):
    User.objects.filter(pk=sam.pk).update(is_active=False, closed_at=NOON)
    with pytest.raises(Closed):
        standing.reactivate(person_id=sam.pk)
    assert not now(sam).is_active


def test_what_others_count_on_is_said_without_names(ana_teaches_piano, ana, sam):
    lesson = book(sam, ana_teaches_piano, at="15:00")
    when = "Tuesday, March 2, 2027, 3:00 PM to 4:00 PM (New York time)"
    assert standing.counted_on(person_id=sam.pk, now=NOON) == [f"Piano, taken, {when}: {lesson.reference}"]
    assert standing.counted_on(person_id=ana.pk, now=NOON) == [f"Piano, taught, {when}: {lesson.reference}"]
    assert standing.counted_on(person_id=ana.pk, now=NOON + timedelta(days=2)) == []
    assert standing.counted_on(person_id=UserFactory.create().pk, now=NOON) == []
