"""People: their addresses, their names, what they may do and to what."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.management import call_command
from django.db import IntegrityError

from accounts.models import User
from accounts.permissions import BUNDLES, Bundle, PermissionName
from accounts.services import people
from instainstru.core.permissions import may
from tests.factories import UserFactory
from tests.fixtures import book


def fresh(person: User) -> User:
    """The same person, without what was remembered of their permissions."""
    return User.objects.get(pk=person.pk)


# Addresses and names


def test_an_address_is_unique_whatever_its_case(db):
    person = User.objects.create_user("Ana@Example.COM", first_name="Ana", last_name="Ruiz")
    assert person.email == "ana@example.com"
    with pytest.raises(IntegrityError, match="accounts_user_email_key"):
        User.objects.create_user("ANA@example.com", first_name="Ana", last_name="Other")


def test_a_person_is_found_by_their_address_whatever_its_case(sam):
    assert User.objects.get_by_natural_key("SAM@Example.com") == sam
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)


def test_a_person_without_a_password_cannot_sign_in(db):
    person = User.objects.create_user("new@example.com", first_name="New", last_name="One")
    assert not person.has_usable_password()
    assert User.objects.create_user("two@example.com", "Lesson-2026!").check_password("Lesson-2026!")


def test_an_operators_first_account_may_everything(db):
    root = User.objects.create_superuser("root@example.com", "Lesson-2026!", first_name="Root", last_name="One")
    assert (root.is_staff, root.is_superuser) == (True, True)
    assert may(root, PermissionName.MANAGE_ROLES)


@pytest.mark.parametrize(
    ("first", "last", "full", "public", "initials"),
    [
        ("Ana", "Ruiz", "Ana Ruiz", "Ana R.", "AR"),
        ("Ana", "", "Ana", "Ana", "A"),
        ("", "", "", "", ""),
        ("Mary Jo", "van Dyke", "Mary Jo van Dyke", "Mary Jo v.", "MV"),
    ],
)
def test_others_see_first_name_and_last_initial(first, last, full, public, initials):
    person = User(first_name=first, last_name=last, email="a@example.com")
    assert (person.full_name, person.public_name, person.initials) == (full, public, initials)
    assert (person.get_full_name(), person.get_short_name()) == (full, first)
    assert str(person) == f"{full} <a@example.com>"


# Names of what people may do


@pytest.mark.parametrize("bundle", list(Bundle))
def test_a_group_holds_exactly_its_bundle(db, bundle):
    held = set(Group.objects.get(name=bundle.value).permissions.values_list("codename", flat=True))
    assert held == {name.value for name in BUNDLES[bundle]}


def test_every_name_is_in_a_bundle():
    assert set(PermissionName) == set().union(*BUNDLES.values())


def test_groups_changed_by_hand_are_put_right_by_the_next_migration(db):
    student, member = Group.objects.get(name="student"), Group.objects.get(name="member")
    student.permissions.add(*member.permissions.all())
    Group.objects.get(name="support").delete()
    call_command("migrate", verbosity=0)
    for bundle in Bundle:
        held = set(Group.objects.get(name=bundle.value).permissions.values_list("codename", flat=True))
        assert held == {name.value for name in BUNDLES[bundle]}


def test_a_guest_may_nothing():
    assert not any(may(AnonymousUser(), name) for name in PermissionName)


def test_a_student_may_what_students_may(sam):
    allowed = {name for name in PermissionName if may(sam, name)}
    assert allowed == BUNDLES[Bundle.MEMBER] | BUNDLES[Bundle.STUDENT]


def test_who_teaches_may_both(ana_teaches_piano, ana):
    allowed = {name for name in PermissionName if may(fresh(ana), name)}
    assert allowed == BUNDLES[Bundle.MEMBER] | BUNDLES[Bundle.STUDENT] | BUNDLES[Bundle.INSTRUCTOR]


def test_staff_is_no_superuser(stella):
    allowed = {name for name in PermissionName if may(stella, name)}
    assert allowed == BUNDLES[Bundle.MEMBER] | BUNDLES[Bundle.SUPPORT] | BUNDLES[Bundle.OPERATIONS]
    assert not may(stella, PermissionName.CREATE_BOOKINGS)


def test_who_may_not_sign_in_may_nothing(sam):
    sam.is_active = False
    sam.save()
    assert not any(may(fresh(sam), name) for name in PermissionName)


# Ties


def test_a_name_without_the_tie_is_not_enough(ana_teaches_piano, stranger_teaches_guitar, ana, sam, stranger):
    booking = book(sam, ana_teaches_piano, at="15:00")
    assert may(sam, PermissionName.CANCEL_OWN_BOOKINGS, booking)
    assert may(fresh(ana), PermissionName.CANCEL_STUDENT_BOOKINGS, booking)
    for name in (PermissionName.CANCEL_OWN_BOOKINGS, PermissionName.CANCEL_STUDENT_BOOKINGS):
        assert not may(fresh(stranger), name, booking)  # who has both names


def test_a_tie_without_the_name_is_not_enough(ana_teaches_piano, sam):
    booking = book(sam, ana_teaches_piano, at="15:00")
    sam.groups.clear()
    assert not may(fresh(sam), PermissionName.CANCEL_OWN_BOOKINGS, booking)


def test_names_of_staff_need_no_tie(ana_teaches_piano, sam, stella):
    booking = book(sam, ana_teaches_piano, at="15:00")
    assert may(stella, PermissionName.VIEW_ALL_BOOKINGS, booking)
    assert not may(sam, PermissionName.VIEW_ALL_BOOKINGS, booking)


def test_profile_and_service_are_tied_to_their_instructor(ana_teaches_piano, stranger_teaches_guitar, ana, stranger):
    for name, thing in (
        (PermissionName.MANAGE_SERVICES, ana_teaches_piano),
        (PermissionName.MANAGE_INSTRUCTOR_PROFILE, ana_teaches_piano.instructor),
    ):
        assert may(fresh(ana), name, thing)
        assert not may(fresh(stranger), name, thing)


def test_ties_cost_two_statements_however_many_they_are(ana_teaches_piano, sam, stranger, django_assert_num_queries):
    booking = book(sam, ana_teaches_piano, at="15:00")
    with django_assert_num_queries(2):
        people.tie(thing=booking, people={"take_lesson": stranger.pk, "teach_lesson": stranger.pk})


def test_a_person_of_several_bundles_has_them_all(db):
    person = UserFactory.create(bundles=[Bundle.STUDENT, Bundle.SUPPORT])
    assert {group.name for group in person.groups.all()} == {"member", "student", "support"}
