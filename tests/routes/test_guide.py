"""docs/api/instainstru-api-guide.md is true: each of its examples runs, and each operation has one."""

import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import resolve

from instainstru.core import policy
from tests.contracts.schema import Contract
from tests.contracts.walk import CODES
from tests.factories import PASSWORD
from tests.fixtures import NOON, book

YESTERDAY, BEFORE = date(2027, 2, 28), NOON - timedelta(days=3)
GUIDE = (Path(__file__).parents[2] / "docs/api/instainstru-api-guide.md").read_text()
EXAMPLES = [line for line in GUIDE.splitlines() if line.startswith("curl ")]


def parsed(line, values):
    """Method, address, headers and body of a line, with the shell's variables filled in."""
    for name, value in values.items():
        line = line.replace(f"${name}", str(value))
    words = shlex.split(line, comments=True)[1:]
    method, body, headers, address = "GET", "", {}, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        elif not word.startswith("-"):
            address = word
    return method, address, headers, body


@pytest.fixture
def values(world, api):
    """What the shell would hold."""

    def header(name):
        return api(world.people[name])._credentials["HTTP_AUTHORIZATION"]

    cast = {"AUTH": "sam", "TEACHER": "ana", "STAFF": "stella"}
    week = api(world.people["ana"]).get("/api/me/availability/hours/")
    return {
        "API": "/api",
        "JSON": "Content-Type: application/json",
        **{name: f"Authorization: {header(person)}" for name, person in cast.items()},
        "SERVICE": world.service.pk,
        "DATE": "2027-03-03",
        "REFERENCE": world.lesson.reference,
        "GIVEN": book(world.people["sam"], world.service, at="15:00", day=YESTERDAY, now=BEFORE).reference,
        "ETAG": week["ETag"].replace('"', '\\"'),
        "MONDAY": "2027-03-01",
        "FROM": "2027-03-08",
        "TO": "2027-06-30",
        "TIME_OFF": world.time_off.pk,
    }


def test_each_example_works(values, world, visit, subtests):
    world.people["sam"].set_password(PASSWORD)
    world.people["sam"].save()
    for line in EXAMPLES:
        with subtests.test(line[:60]), transaction.atomic():
            method, address, headers, body = parsed(line, values)
            kind = headers.pop("Content-Type", "")
            answer = visit().generic(method, address, body, content_type=kind, headers=headers)
            transaction.set_rollback(True)  # each finds the world as the first did
            assert 200 <= answer.status_code < 300, answer.content


def test_every_operation_has_an_example(values):
    shown = set()
    for line in EXAMPLES:
        method, address, *_ = parsed(line, values)
        shown.add((method, resolve(address.partition("?")[0]).view_name))
    declared = set()
    for operation in Contract().operations:
        path = operation.path.format(slug="ana-r", reference="LS-22222-22222", id=1, monday="2027-03-01")
        declared.add((operation.method.upper(), resolve(path).view_name))
    assert shown == declared


def test_every_code_is_explained(db):
    told = set(re.findall(r"`([a-z_]+)`", "".join(line for line in GUIDE.splitlines() if line.startswith("| "))))
    assert told >= {code for codes in CODES.values() for code in codes} - {"no_answer"}


def test_numbers_are_as_the_policy_says():
    for said in (
        f"good for {policy.TOKEN_DAYS} days",
        "({}, {} or {} days)".format(*policy.TOKEN_DAYS_OFFERED),
        f"up to {policy.TOKENS_EACH}",
        f"{policy.FEE_PERCENT} % `fee_cents`",
        f"{policy.PAGE_SIZE} a page",
        f"`page_size` up to {policy.LARGEST_PAGE}",
    ):
        assert said in GUIDE
