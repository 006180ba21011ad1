"""Which version of the site this is."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from instainstru.core.measure import measure_operation


@dataclass(frozen=True)
class Release:
    """A version, and the commit that it was made from, as far as that is known."""

    version: str
    commit: str


@measure_operation
@functools.cache
def current() -> Release:
    """The running release: COMMIT names its commit, or the repository that it runs from does."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return Release(version=project["version"], commit=settings.COMMIT or checked_out(settings.BASE_DIR / ".git"))


def checked_out(git: Path) -> str:
    """The commit that a repository's folder has checked out; empty where there is no such folder."""
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        branch = head.removeprefix("ref: ")
        if (loose := git / branch).exists():
            return loose.read_text().strip()
        packed = (line.split() for line in (git / "packed-refs").read_text().splitlines())
        return next((words[0] for words in packed if words[-1] == branch), "")
    except OSError:
        return ""
