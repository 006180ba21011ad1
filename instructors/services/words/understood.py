"""What was understood of a text, and which of its words said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from instainstru.core.policy import Audience, Level, Place
from instructors.models import Sort

# In the API's order. `sort` has no place there: "cheap" sorts and sets nothing.
FIELDS = (
    "subject",
    "audience",
    "level",
    "neighborhoods",
    "borough",
    "min_price_cents",
    "max_price_cents",
    "date_from",
    "date_to",
    "after",
    "before",
    "place",
    "minutes",
    "rest",
)
Spans = Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Area:
    """A neighbourhood by the two names it has: one for addresses, one as on the map."""

    slug: str
    name: str


@dataclass(frozen=True)
class Understood:
    """Only what was said: subject and borough are slugs, prices are cents an hour, times are New York's clock.

    A single day has date_from = date_to. As `before`, 00:00 is the midnight that ends the day. `rest` are the words
    that nothing was made of, in their order. `text` is what was read: cut, and without what no words are made of.
    """

    text: str = ""
    subject: str = ""
    audience: Audience | None = None
    level: Level | None = None
    neighborhoods: tuple[Area, ...] = ()
    borough: str = ""
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    after: time | None = None
    before: time | None = None
    place: Place | None = None
    minutes: int | None = None
    rest: str = ""
    sort: Sort | None = None
    spans: Spans = field(default_factory=dict, compare=False, repr=False)  # by field: from and to, in text

    def words_of(self, name: str) -> str:
        """The words of the text that a field came from, for a chip; empty for one that was not said."""
        return " ".join(self.text[start:end] for start, end in self.spans.get(name, ()))

    def without(self, name: str) -> str:
        """The text without the words that a field came from: where the chip's cross leads."""
        left, at = [], 0
        for start, end in self.spans.get(name, ()):
            left.append(self.text[at:start])
            at = end
        return " ".join(" ".join([*left, self.text[at:]]).split())

    def answer(self) -> dict[str, Any]:
        """What the API says of it: fields that were not said are left out."""
        values = {name: _written(getattr(self, name)) for name in FIELDS}
        return {name: value for name, value in values.items() if value not in (None, "", [])}


def _written(value: object) -> object:
    if isinstance(value, tuple):
        return [area.name for area in value]
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Audience | Level | Place) else value
