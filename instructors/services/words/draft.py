"""A text while it is read: words that a rule made something of are struck out, so that no other rule reads them."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from instainstru.core.time import NEW_YORK
from instructors.services.words.tokens import Token, stem

TAKEN = "|"  # stands where a word was; no pattern reads over it
Fields = Mapping[str, object]
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], "Draft"], Fields | None]]


def pattern(text: str) -> re.Pattern[str]:
    """A pattern of whole words, written with single spaces between them."""
    return re.compile(rf"(?<!\S)(?:{text})(?!\S)")


class Draft:
    """The words of a text, what was understood so far, and which words said so."""

    def __init__(self, tokens: Sequence[Token], *, now: datetime, subjects: Collection[str] = ()) -> None:
        self.tokens = tokens
        self.subjects = subjects  # single words that name one
        self.now = now.astimezone(NEW_YORK)
        self.words = [token.word for token in tokens]
        self.values: dict[str, Any] = {}
        self.said: dict[str, set[int]] = {}
        self.kept: set[int] = set()  # places of words that are text, whatever they may mean one by one

    @property
    def today(self) -> date:
        """The day in New York."""
        return self.now.date()

    @property
    def text(self) -> str:
        """The words that nothing was made of yet."""
        return " ".join(self.words)

    def names_another_subject(self, word: str) -> bool:
        """Whether a subject is named beside a word that may be none."""
        left = [self.words[place] for place in self.left()]
        return left.count(word) > 1 or any(other != word and stem(other) in self.subjects for other in left)

    def is_number_word(self, place: int) -> bool:
        """Whether a number was written as a word, as in "a class for two"."""
        token = self.tokens[place]
        return token.word.isdigit() and token.end - token.start > len(token.word)

    def left(self) -> Iterator[int]:
        """The places of the words that nothing was made of yet."""
        return (place for place, word in enumerate(self.words) if word != TAKEN)

    def take(self, places: Iterable[int], fields: Fields) -> None:
        """Strike words out for what they say. What was understood first stands; a field without a value is a filler."""
        places = list(places)
        for name, value in fields.items():
            self.values.setdefault(name, value)
            self.said.setdefault(name, set()).update(places)
        for place in places:
            self.words[place] = TAKEN

    def keep(self, places: Iterable[int]) -> None:
        """Leave words to the search for text: together they name several things, and none of them alone."""
        self.kept |= set(places)
        self.take(places, {})

    def apply(self, rules: Iterable[Rule]) -> None:
        """Read the text by each rule in turn, wherever it fits. A rule that answers None leaves its words alone."""
        for fits, meaning in rules:
            at = 0
            while found := fits.search(self.text, at):
                fields = meaning(found, self)
                if fields is None:
                    at = found.end()
                    continue
                first = found.string.count(" ", 0, found.start())
                places = range(first, first + found[0].count(" ") + 1)
                self.take(places, fields)
                at = 0
