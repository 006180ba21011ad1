"""What is installed is what was chosen: one version of each package, and each file of it by its hash."""

import re
from collections.abc import Iterator

import pytest

from instainstru.servers.folder import REPOSITORY

PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z,-]+\])?==(?P<version>[^\s;\\]+)")


def pins(name: str) -> Iterator[tuple[str, str]]:
    """The packages that a file names, each with its version."""
    for line in (REPOSITORY / name).read_text().splitlines():
        if found := PIN.match(line):
            yield re.sub(r"[-_.]+", "-", found["name"]).lower(), found["version"]


def entries(name: str) -> list[str]:
    """A lock's entries, each a package with its hashes."""
    return re.split(r"\n(?=\S)", (REPOSITORY / name).read_text().strip())


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_of_a_lock_has_its_hashes_and_the_version_that_is_pinned(lock):
    known = dict(pins("constraints.txt"))
    assert dict(pins(lock)).items() <= known.items()
    for entry in entries(lock):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize(
    ("lock", "chosen"),
    [
        ("requirements.lock", ["requirements.txt"]),
        ("requirements-dev.lock", ["requirements.txt", "requirements-dev.txt"]),
    ],
)
def test_every_package_that_was_chosen_is_in_its_lock(lock, chosen):
    wanted = {pin for name in chosen for pin in pins(name)}
    assert len(wanted) > 20
    assert wanted <= set(pins(lock))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_line_is_pinned_and_carries_its_reason(name):
    for line in (REPOSITORY / name).read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            assert PIN.match(line), line
            assert line.partition("#")[2].strip(), line
