"""How many of the labelled queries are understood exactly, in all and field by field."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from instainstru.core.measure import measure_bulk
from instainstru.core.time import NEW_YORK
from instructors.services.words.reading import understand
from instructors.services.words.understood import FIELDS

QUERIES = Path(__file__).resolve().parents[2] / "data" / "labelled_queries.tsv"
MEASURED = (*FIELDS, "sort")


@dataclass(frozen=True)
class Labelled:
    """A text, when it was typed, and what it says."""

    group: str
    text: str
    now: datetime
    expected: dict[str, Any]


@dataclass(frozen=True)
class Miss:
    """A text that was not understood exactly: by field, what was expected and what was understood."""

    text: str
    fields: dict[str, tuple[Any, Any]]


@dataclass
class Quality:
    """Of how many, how many were exact; by field, of those that said it or were thought to."""

    asked: int = 0
    exact: int = 0
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)  # right, asked
    misses: list[Miss] = field(default_factory=list)

    def count(self, text: str, expected: dict[str, Any], got: dict[str, Any]) -> None:
        """Add one text."""
        wrong = {}
        for name in MEASURED:
            if name in expected or name in got:
                right, asked = self.fields.get(name, (0, 0))
                same = expected.get(name) == got.get(name)
                self.fields[name] = (right + same, asked + 1)
                if not same:
                    wrong[name] = (expected.get(name), got.get(name))
        self.asked += 1
        self.exact += not wrong
        if wrong:
            self.misses.append(Miss(text, wrong))


def labelled(group: str = "") -> list[Labelled]:
    """The labelled queries of one group, or all."""
    with QUERIES.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        found = [Labelled(row["set"], row["text"], _instant(row["now"]), json.loads(row["expected"])) for row in rows]
    return [one for one in found if group in ("", one.group)]


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=NEW_YORK)


@measure_bulk
def measure(*, queries: Sequence[Labelled]) -> Quality:
    """Read each of these and compare with what it says."""
    quality = Quality()
    for query in queries:
        understood = understand(text=query.text, now=query.now)
        sort = {"sort": understood.sort.value} if understood.sort else {}
        quality.count(query.text, query.expected, understood.answer() | sort)
    return quality
