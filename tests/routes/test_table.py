"""Who may do what: every row of the table is asked by everybody, and every route has its rows."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.permissions import PermissionName
from tests.routes.walk.asking import ask, asked
from tests.routes.walk.table import AFTERWARDS, OTHER_WAY_ROUND, PEOPLE, TABLE

__all__ = ["PUBLIC", "TABLE"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HOLES = {"reference": "LS-22222-22222", "time": "x=1", "feed": f"{UUID(int=0)}-0"}
ASK_ONCE_MORE = "/accounts/reauthenticate/"

# Holes with somebody's own thing in them: there is another's, too.
OWNED = ("{service}", "{reference}", "{time_off}", "{passkey}", "{device}", "{token}")


def expected_of(row: tuple[Any, ...], name: str, people: tuple[str, ...] = PEOPLE) -> int:
    """What the table says somebody gets."""
    return int(row[2 + people.index(name)])


def is_owned(row: tuple[Any, ...]) -> bool:
    """Whether the row is about somebody's own thing: there is another's, too."""
    return any(hole in row[1] for hole in OWNED)


def asks_once_more(answer: Any) -> bool:
    """Whether somebody is sent to give their password once more."""
    return bool(answer.get("Location", "").startswith(f"{ASK_ONCE_MORE}?"))


@pytest.mark.parametrize("name", PEOPLE)
def test_everyone_gets_what_the_table_says(name, walk):
    wrong, sent_back = {}, set()
    for row in TABLE:
        answer = asked(walk.browsers(name), walk, *row[:2])
        if answer.status_code != expected_of(row, name):
            wrong[row[:2]] = f"{answer.status_code}, not {expected_of(row, name)}"
        if asks_once_more(answer):
            sent_back.add(row[:2])
    assert wrong == {}
    assert sent_back <= {row[:2] for row in AFTERWARDS}, "what comes after the password is not in AFTERWARDS"


@pytest.mark.parametrize("name", PEOPLE)
def test_what_iris_and_noor_have_is_to_others_what_anas_and_sams_is(name, walk):
    wrong = {}
    for row in filter(is_owned, TABLE):
        got = asked(walk.browsers(name), walk, *row[:2], others=True).status_code
        if got != expected_of(row, name, OTHER_WAY_ROUND):
            wrong[row[:2]] = f"{got}, not {expected_of(row, name, OTHER_WAY_ROUND)}"
    assert wrong == {}


@pytest.mark.parametrize("name", PEOPLE[1:])
def test_who_has_just_given_the_password_gets_on(name, walk):
    wrong = {}
    for row in AFTERWARDS:
        for people, others in ((PEOPLE, False), (OTHER_WAY_ROUND, True)) if is_owned(row) else ((PEOPLE, False),):
            answer = asked(walk.browsers(name, sure=True), walk, *row[:2], others=others)
            if answer.status_code != expected_of(row, name, people[1:]) or asks_once_more(answer):
                wrong[(*row[:2], others)] = f"{answer.status_code}, not {expected_of(row, name, people[1:])}"
    assert wrong == {}


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the site but admin's own, by its full name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from routes(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern


ROUTES = dict(routes(get_resolver()))


def route_of(pattern: str) -> str:
    """The name of the route that a row's address leads to."""
    return resolve(pattern.format_map(defaultdict(lambda: "1", HOLES)).partition("?")[0]).view_name


ROWS = {(route_of(row[1]), row[0]): set(row[9].split()) for row in TABLE}
PUBLIC = {(name, method) for (name, method), names in ROWS.items() if not names}


def methods_of(name: str, pattern: URLPattern) -> dict[str, Any]:
    """The methods that a route takes, each with the function behind it."""
    if operation := getattr(pattern.callback, "cls", None):
        return {method: getattr(operation, method.lower()) for method in METHODS if hasattr(operation, method.lower())}
    return {method: pattern.callback for at, method in ROWS if at == name}


def test_every_route_has_its_rows():
    assert {name for name, _ in ROWS} == set(ROUTES)
    assert set(ROWS) == {(name, method) for name, pattern in ROUTES.items() for method in methods_of(name, pattern)}


def test_every_route_has_a_name_of_its_own():
    assert len(list(routes(get_resolver()))) == len(ROUTES)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_entry_point_asks_for_the_names_in_the_table(name):
    for method, function in methods_of(name, ROUTES[name]).items():
        asks = set(getattr(function, "required_permissions", ()))
        assert asks <= set(PermissionName)
        assert asks == ROWS[name, method], f"{method} {name}"


def test_any_other_method_is_405_and_changes_nothing(walk):
    wrong = {}
    for pattern in {row[1] for row in TABLE}:
        address, name = walk.address(pattern), route_of(pattern)
        for method in sorted(set(METHODS) - set(methods_of(name, ROUTES[name]))):
            answer = ask(walk.browsers("guest"), method, address)  # before it is asked who that is
            if answer.status_code != 405 or not answer["Allow"]:
                wrong[method, address] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("name", ["guest", "ana"])
def test_head_is_get_without_its_body(name, walk):
    rows = [row for row in TABLE if row[0] == "GET"]
    got = {row[1]: ask(walk.browsers(name), "HEAD", walk.address(row[1])) for row in rows}
    assert {at: answer.status_code for at, answer in got.items()} == {row[1]: expected_of(row, name) for row in rows}
    assert not any(answer.content for answer in got.values())
