"""What each right is: without the name the door is shut, with it alone it opens; without a tie nothing is there."""

from collections.abc import Collection, Iterator
from itertools import groupby

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction

from accounts.permissions import BUNDLES, Bundle, PermissionName
from bookings.models import BookingTie
from tests.routes.conftest import Walk
from tests.routes.test_table import asks_once_more, expected_of
from tests.routes.walk.asking import asked
from tests.routes.walk.table import ACTS, TABLE, Row

NAMED = sorted((row for row in TABLE if row[9]), key=lambda row: row[9])
LESSONS = [row for row in TABLE if "{reference}" in row[1]]
EVERY_NAME = frozenset(PermissionName)
BUNDLES_OF = {
    "sam": [Bundle.MEMBER, Bundle.STUDENT],
    "ana": [Bundle.MEMBER, Bundle.STUDENT, Bundle.INSTRUCTOR],
    "sue": [Bundle.MEMBER, Bundle.SUPPORT],
    "omar": [Bundle.MEMBER, Bundle.OPERATIONS],
}
# Lessons are seen by several names, each with a tie of its own.
BY_TIE = {"view_booking_details": "sam", "view_incoming_bookings": "ana"}
# Who books a lesson again must see it, too.
BESIDES = {("GET", "/lessons/{reference}/again/"): {"view_booking_details"}}


def names_by(bundles: Collection[Bundle]) -> set[str]:
    """The names that these bundles give."""
    return {one.value for bundle in bundles for one in BUNDLES[bundle]}


def got_with(walk: Walk, name: str, names: Collection[str], rows: Collection[Row]) -> dict[tuple[str, str], int]:
    """What somebody gets who has these names and no others."""
    walk.browsers(name)  # signed in for good
    with transaction.atomic():
        person = walk.person(name)
        person.groups.clear()
        person.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=names))
        got = {row[:2]: asked(walk.browsers(name), walk, *row[:2]).status_code for row in rows}
        transaction.set_rollback(True)
    return got


def test_the_cast_has_the_bundles_of_the_product_and_no_more(walk):
    for name, bundles in BUNDLES_OF.items():
        person = walk.person(name)
        assert {group.name for group in person.groups.all()} == set(bundles)
        assert {one.removeprefix("accounts.") for one in person.get_all_permissions()} == names_by(bundles)
        assert not person.is_superuser


def test_with_every_name_but_those_asked_for_the_door_is_shut(walk):
    for asks, group in groupby(NAMED, key=lambda row: row[9]):
        rows = list(group)
        assert got_with(walk, "ana", EVERY_NAME - set(asks.split()), rows) == {row[:2]: 403 for row in rows}


def opened() -> Iterator[tuple[Row, str, str]]:
    """Each row with each of the names that open it, and the first who has the name and gets in by the table."""
    for row in NAMED:
        for name in row[9].split():
            for person, bundles in BUNDLES_OF.items():
                mine = BY_TIE.get(name, person) == person or "{reference}" not in row[1]
                if mine and name in names_by(bundles) and expected_of(row, person) not in (403, 404):
                    yield row, name, person
                    break


def test_the_name_alone_opens_the_door(walk):
    wrong, names = {}, set()
    for row, name, person in opened():
        acts = {act[3] for act in ACTS if act[:3] == (*row[:2], person)}
        got = got_with(walk, person, {name} | acts | BESIDES.get(row[:2], set()), [row])[row[:2]]
        if got != expected_of(row, person):
            wrong[(*row[:2], name, person)] = f"{got}, not {expected_of(row, person)}"
        names.add(name)
    assert wrong == {}
    assert names == {name for row in NAMED for name in row[9].split()}


def test_without_the_bundle_what_only_it_opened_is_shut(walk):
    for name, bundles in BUNDLES_OF.items():
        for bundle in bundles:
            left = names_by([one for one in bundles if one != bundle])
            rows = [row for row in NAMED if not left & set(row[9].split())]
            assert rows, f"{bundle} gives nothing to {name}"
            walk.browsers(name)
            with transaction.atomic():
                walk.person(name).groups.remove(walk.person(name).groups.get(name=bundle))
                got = {row[:2]: asked(walk.browsers(name), walk, *row[:2]).status_code for row in rows}
                transaction.set_rollback(True)
            assert got == {row[:2]: 403 for row in rows}, f"{name} without {bundle}"


def test_who_sees_a_lesson_needs_one_more_name_to_act_on_it(walk):
    for *at, name, asks in ACTS:
        row = next(row for row in TABLE if row[:2] == tuple(at))
        assert expected_of(row, name) not in (403, 404)
        assert got_with(walk, name, EVERY_NAME - {asks}, [row]) == {tuple(at): 403}, f"{name} without {asks}"


@pytest.mark.parametrize("name", ["sam", "ana"])
def test_without_the_tie_a_lesson_is_not_there(name, walk):
    BookingTie.objects.filter(user=walk.person(name)).delete()
    got = {row[:2]: asked(walk.browsers(name), walk, *row[:2]).status_code for row in LESSONS}
    assert got == {row[:2]: 404 for row in LESSONS}


def test_the_password_is_asked_for_after_the_name(walk):
    walk.person("sam").groups.clear()
    answer = asked(walk.browsers("sam"), walk, "GET", "/accounts/2fa/totp/activate/")
    assert (answer.status_code, asks_once_more(answer)) == (403, False)
