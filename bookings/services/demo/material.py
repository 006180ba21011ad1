"""What the demo city is made of: words from the files beside it, and draws that a seed decides."""

import csv
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

DATA = Path(__file__).resolve().parents[2] / "data" / "demo"

T = TypeVar("T")


def draws(*key: object) -> random.Random:
    """A source of draws of its own for each key: what is drawn for one thing does not move what another gets."""
    return random.Random("/".join(map(str, key)))  # noqa: S311  # nothing here is a secret


def shuffled(things: Sequence[T], chosen: random.Random) -> list[T]:
    """All of them, in another order."""
    return chosen.sample(things, len(things))


def table(name: str) -> list[dict[str, str]]:
    """The rows of a file of columns."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def popular() -> frozenset[str]:
    """The subjects, by slug, that more people teach than others."""
    return frozenset((DATA / "popular.txt").read_text(encoding="utf-8").split())


@cache
def words(kind: str) -> tuple[str, ...]:
    """Small words of a kind, such as streets."""
    return tuple(row["text"] for row in table("words.tsv") if row["kind"] == kind)


@cache
def phrases() -> dict[str, str]:
    """How a subject (by slug) is said inside a sentence, where its name in small letters would not do."""
    return {row["slug"]: row["phrase"] for row in table("phrases.tsv")}


@cache
def _details() -> dict[str, tuple[str, ...]]:
    return {row["of"]: tuple(row["details"].split(";")) for row in table("details.tsv")}


def details(*, subject: str, subcategory: str) -> tuple[str, ...]:
    """What lessons in a subject are about: its own details, else those of its group, by slugs."""
    return _details().get(subject) or _details()[subcategory]


@cache
def headlines(category: str) -> tuple[str, ...]:
    """Frames of headlines for a category (by slug)."""
    return tuple(row["frame"] for row in table("headlines.tsv") if row["category"] == category)


@cache
def verdicts(level: str, category: str) -> tuple[str, ...]:
    """Frames of what students say: how satisfied (high, mid, low), and of which category; some fit all."""
    return tuple(
        row["frame"] for row in table("reviews.tsv") if row["level"] == level and row["category"] in {category, "*"}
    )


@cache
def bio_frames(category: str) -> dict[str, tuple[str, ...]]:
    """Frames of sentences with which instructors of a category open, go on and close."""
    frames: dict[str, list[str]] = {}
    for line in (DATA / "bios" / f"{category}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = frames.setdefault(line.strip("[]"), [])
        else:
            section.append(line)
    return {name: tuple(lines) for name, lines in frames.items()}
