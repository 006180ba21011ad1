"""The catalogue's and the map's names from their files: plain words without a database."""

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from instainstru.core.time import NEW_YORK
from instructors.services.words.reading import read, vocabulary_of
from instructors.services.words.understood import Understood

DATA = Path(__file__).resolve().parents[1] / "instructors" / "data"
NOON = datetime(2027, 3, 1, 12, tzinfo=NEW_YORK)  # a Monday


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


VOCABULARY = vocabulary_of(
    (
        [(row["slug"], row["subject"], _listed(row["search_words"])) for row in _rows("catalogue.tsv")],
        [
            (
                row["slug"],
                row["name"],
                row["borough"].lower().replace(" ", "-"),
                _listed(row["nicknames"]),
                _listed(row["zip_codes"]),
            )
            for row in _rows("neighborhoods.tsv")
        ],
    )
)


def nothing_alike(typed: Sequence[str], known: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """No word is like another."""
    return {}


def everything_alike(typed: Sequence[str], known: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Each word is as like as any."""
    return dict.fromkeys(typed, known)


def understood(text: str, now: datetime = NOON) -> Understood:
    """What is understood of a text, without correcting it."""
    return read(text, vocabulary=VOCABULARY, alike=nothing_alike, now=now)


def said(text: str, now: datetime = NOON) -> dict[str, Any]:
    """The same as the API says it."""
    return understood(text, now).answer()
