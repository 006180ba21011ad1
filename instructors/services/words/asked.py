"""What a model made of the words that the grammar could not place, put beside what the grammar understood."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from instainstru.core.policy import Audience, Level, Place
from instainstru.core.time import NEW_YORK
from instructors.services import model
from instructors.services.words.tokens import phrase_of
from instructors.services.words.understood import Understood
from instructors.services.words.vocabulary import Vocabulary, areas_of

TOGETHER = (
    ("min_price_cents", "max_price_cents"),
    ("date_from", "date_to"),
    ("after", "before"),
    ("neighborhoods", "borough"),
)
TYPES: dict[str, type] = {"audience": Audience, "level": Level, "place": Place}


def placed(found: Understood, vocabulary: Vocabulary, now: datetime) -> Understood:
    """The same with what a model adds: only fields that nothing was said of, from words that were left over."""
    names = model.Names(
        subjects={subject.slug for subject in vocabulary.subject_words},
        neighborhoods={area.name for area in vocabulary.area_words},
        boroughs={area.borough for area in vocabulary.area_words},
    )
    said = dict(model.place(words=_sendable(found), names=names, today=now.astimezone(NEW_YORK).date()))
    still = said.pop("rest", None)
    new = {name: TYPES.get(name, lambda value: value)(value) for name, value in said.items() if _open(found, name)}
    if "neighborhoods" in new:
        new["neighborhoods"] = areas_of(area for area in vocabulary.area_words if area.name in new["neighborhoods"])
    return replace(found, **new, **_left(found, still, new)) if new else found


def _open(found: Understood, name: str) -> bool:
    """Whether nothing was said of a field, nor of the one it belongs to."""
    group = next((group for group in TOGETHER if name in group), (name,))
    return not any(getattr(found, one) not in (None, "", ()) for one in group)


def _left(found: Understood, still: list[str] | None, new: dict[str, Any]) -> dict[str, Any]:
    """The words that are left over now. Without word of them, all are."""
    if still is None:
        return {}
    kept = {phrase_of(word) for words in still for word in words.split()}
    spans = found.spans.get("rest", ())
    left = tuple(span for span in spans if phrase_of(found.text[slice(*span)]) in kept)
    placed_spans = tuple(span for span in spans if span not in left)
    others = {name: value for name, value in found.spans.items() if name != "rest"}
    more = dict.fromkeys(new, placed_spans) | ({"rest": left} if left else {})
    return {"rest": " ".join(found.text[slice(*span)] for span in left), "spans": others | more}


def _sendable(found: Understood) -> str:
    """The words that were left over, without those that are part of an address or a telephone number."""
    harmless = [word.span() for word in re.finditer(r"\S+", found.text) if not model.NOT_FOR_OTHERS.search(word[0])]
    spans = found.spans.get("rest", ())
    return " ".join(found.text[start:end] for start, end in spans if any(a <= start < b for a, b in harmless))
