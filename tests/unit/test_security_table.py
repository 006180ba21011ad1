"""docs/security.md: each row that applies names tests, and they are there."""

import ast
import functools
import re
from pathlib import Path

import pytest

from instainstru.servers.folder import REPOSITORY

ROW = re.compile(r"^\| (?P<number>V\d+\.\d+\.\d+) \| (?P<what>[^|]+) \| (?P<how>[^|]+) \| (?P<tests>[^|]+) \|$", re.M)
TEST = re.compile(r"`(?P<file>[a-z_/]+\.py)(::(?P<name>test_\w+))?`")
DOCUMENT = (REPOSITORY / "docs" / "security.md").read_text()
ROWS = {row["number"]: row for row in ROW.finditer(DOCUMENT)}
# Of OWASP ASVS 5.0.0, levels 1 and 2: how many requirements these chapters have.
CHAPTERS = {"V2": 11, "V3": 18, "V4": 4, "V6": 30, "V7": 15, "V8": 6}


@functools.cache
def names_in(file: Path) -> frozenset[str]:
    """The names of a module's tests."""
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_requirement_of_a_chapter_has_a_row(chapter):
    assert len([number for number in ROWS if number.startswith(f"{chapter}.")]) == CHAPTERS[chapter]


@pytest.mark.parametrize("number", ROWS)
def test_each_row_names_tests_that_exist_or_says_why_none_is_needed(number):
    row = ROWS[number]
    named = list(TEST.finditer(row["tests"]))
    if not named:
        assert row["tests"].strip() in ("none: does not apply", "none: by construction", "document", "none: accepted")
    for test in named:
        file = REPOSITORY / "tests" / test["file"]
        assert file.exists(), test["file"]
        assert not test["name"] or test["name"] in names_in(file), test["name"]
