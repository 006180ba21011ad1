"""Prints docs/permissions.md from the table that the tests walk: python -m tests.routes.walk.document."""

from collections.abc import Iterator

from accounts.permissions import BUNDLES, Bundle, PermissionName
from tests.routes.walk.staff import MODELS, STAFF_PAGES
from tests.routes.walk.table import ACTS, AFTERWARDS, TABLE

HEAD = """# Who may do what

Printed by `.venv/bin/python -m tests.routes.walk.document > docs/permissions.md`: from `accounts/permissions.py`, and
from the table in `tests/routes/walk`, which the tests ask row by row as every kind of person.

Names, never roles. A name opens the door of an address; a tie says whose lesson it is. Whose service, hours, token or
passkey it is, is who is signed in: what another has is not there. 404 for what may not be seen, 403 for what may be
seen and not be changed; 302 (pages) and 401 (API) send a guest to sign in.
"""
PEOPLE = "guest | student | other student | instructor | other instructor | support | operations"


def _line(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _table(*head: str) -> list[str]:
    return ["", _line(*head), f"|{'---|' * sum(len(cell.split(' | ')) for cell in head)}"]


def _names(asks: str) -> str:
    return " or ".join(f"`{name}`" for name in asks.split()).replace(" or `&` or ", " and ") or "nothing"


def _lines() -> Iterator[str]:
    yield from ["", "## Names and bundles"]
    yield from _table("name", *("everyone" if one is Bundle.MEMBER else one.value for one in Bundle))
    for name in PermissionName:
        yield _line(f"`{name.value}`", *("yes" if name in BUNDLES[one] else "" for one in Bundle))
    yield from ["", "## Pages and operations", "", "The instructor's service, and the student's lesson with them."]
    yield from _table("address", "asks for", PEOPLE)
    for method, address, *statuses, asks in TABLE:
        yield _line(f"{method} `{address}`", _names(str(asks)), *statuses)
    yield from ["", "Once the password is given again:"]
    yield from _table("address", PEOPLE.partition(" | ")[2])
    yield from (_line(f"{method} `{address}`", *statuses) for method, address, *statuses in AFTERWARDS)
    yield from ["", "Who sees a lesson asks for one more name, with its tie, to act on it:"]
    yield from _table("address", "name")
    yield from (_line(f"{method} `{address}`", f"`{name}`") for method, address, _, name in ACTS)
    yield from ["", "## The admin", "", "Whoever is no staff is sent to the sign-in page."]
    yield from ["Nobody adds, changes or deletes a row by hand: every act has a page, and a service behind it."]
    yield from _table("rows of", "asks for", "support", "operations")
    for label, (asks, *seen) in MODELS.items():
        yield _line(label, _names(asks), *("sees" if one else "" for one in seen))
    yield from _table("page", "asks for", "support", "operations")
    for method, address, sue, omar, asks in STAFF_PAGES:
        yield _line(f"{method} `{address}`", _names(asks), sue, omar)


def as_markdown() -> str:
    """The document."""
    return HEAD + "\n".join(_lines()) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201
