"""A test's marker is the folder it is in: nobody has to remember one, and none is wrong."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
KINDS = {"unit", "integration", "routes", "browser"}
KIND_OF_FILE = {"test_api_contracts.py": "routes"}  # the one file at the top: it is a command, too


def kind(path: Path) -> str:
    """The marker for a test file; a file outside the four folders is an error, lest it belongs to no run."""
    top = path.resolve().relative_to(TESTS).parts[0]
    found = KIND_OF_FILE.get(top, top)
    if found not in KINDS:
        raise pytest.UsageError(f"{path} is in none of the folders {', '.join(sorted(KINDS))}.")
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before the selection by -m and before pytest-django's ordering, which both look at markers."""
    for item in items:
        item.add_marker(kind(item.path))
        # Only unit tests do without the database; those that need more than a transaction say so themselves.
        if kind(item.path) != "unit" and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db)
