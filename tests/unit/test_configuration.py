"""docs/configuration.md and .env.example name every variable that the code reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:\benv(?:\.\w+)?\(|environ(?:\.get\(|\.setdefault\(|\[)|_flag\()\s*"([A-Z][A-Z_]+)\"""")
NAMED = re.compile(r'"([A-Z][A-Z_]+)"')  # some are read by a name that stands elsewhere
# Read by what starts our processes or tests, or set by one of our processes for the next: nobody configures these.
OURS = {
    "PYTEST_VERSION",
    "PYTEST_XDIST_WORKER",
    "INSTAINSTRU_PROCESS",
    "INSTAINSTRU_TEST_RUN",
    "DJANGO_SETTINGS_MODULE",
}


SOURCES = [*(ROOT / "instainstru").rglob("*.py"), *(ROOT / "instructors").rglob("*.py"), ROOT / "manage.py"]


def found(pattern: re.Pattern[str]) -> set[str]:
    return {name for path in SOURCES for name in pattern.findall(path.read_text(encoding="utf-8"))}


def names_documented() -> set[str]:
    rows = [
        line for line in (ROOT / "docs/configuration.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    ]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row.split("|")[1])}


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert found(READ) - OURS - names_documented() == set(), "read, and not in docs/configuration.md"
    assert names_documented() - found(NAMED) == set(), "in docs/configuration.md, and read nowhere"


def test_the_example_names_them_all() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert names_documented() - set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE)) == set()
