"""Reads a text: each rule in its turn, the surest first."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings

from instainstru.core.measure import measure_operation
from instructors.repositories import words as repository
from instructors.services.kept import Part, kept
from instructors.services.words import calendar_dates, dates, kinds, lengths, names, people, prices, times
from instructors.services.words.asked import placed
from instructors.services.words.draft import TAKEN, Draft
from instructors.services.words.fillers import FILLERS
from instructors.services.words.fillers import RULES as FILLER_RULES
from instructors.services.words.spelling import Alike, corrected
from instructors.services.words.tokens import Token, tidy, tokens_of
from instructors.services.words.understood import FIELDS, Understood
from instructors.services.words.vocabulary import AreaWords, SubjectWords, Vocabulary

WRITTEN = re.compile(r"[^\s,;:!?()/@.&+<>=~$]+")  # what a person takes for one word


@measure_operation
def understand(*, text: str, now: datetime) -> Understood:
    """What a text in plain words asks for, on New York's calendar at `now`. Never raises, whatever was typed.

    No statement for a text of known words (the names are kept), one for all words that nobody knows. What still could
    not be placed is asked of a model, where one is configured.
    """
    names = vocabulary()
    found = read(text, vocabulary=names, alike=repository.alike, now=now)
    return placed(found, names, now) if found.rest and settings.OPENAI_API_KEY else found


def vocabulary() -> Vocabulary:
    """The names of the catalogue and the map: two statements, then kept."""
    return _remembered(kept("words", Part.CATALOGUE, work_out=repository.names))


def read(text: str, *, vocabulary: Vocabulary, alike: Alike, now: datetime) -> Understood:
    """The same by these names, with what is alike told by another."""
    tidied = tidy(text)
    tokens = tokens_of(tidied)
    draft = _read(tokens, vocabulary, now)
    unknown = {tokens[place].word for place in _rest(draft, tidied)}
    if unknown:
        again = corrected(tokens, unknown, vocabulary, alike)
        draft = _read(again, vocabulary, now) if again != tokens else draft
    return _understood(tidied, draft)


_last: list[tuple[repository.Names, Vocabulary]] = []


def _remembered(found: repository.Names) -> Vocabulary:
    """The vocabulary of these names, with all that was worked out of it, while they stay the same."""
    if not _last or _last[0][0] != found:
        _last[:] = [(found, vocabulary_of(found))]
    return _last[0][1]


def vocabulary_of(found: repository.Names) -> Vocabulary:
    """Rows as names."""
    subjects, areas = found
    return Vocabulary(
        tuple(SubjectWords(slug, name, tuple(words)) for slug, name, words in subjects),
        tuple(AreaWords(slug, name, at, tuple(called), tuple(codes)) for slug, name, at, called, codes in areas),
    )


def _read(tokens: Sequence[Token], vocabulary: Vocabulary, now: datetime) -> Draft:
    draft = Draft(tokens, now=now, subjects=vocabulary.single_subjects)
    names.read_phrases(draft, vocabulary)
    draft.apply(times.SOON)
    draft.apply(people.NEGATED)
    draft.apply(people.AGES)
    draft.apply(calendar_dates.STRETCHES)
    draft.apply(prices.RULES)
    draft.apply(lengths.RULES)
    draft.apply(dates.RULES)
    dates.settle(draft)
    draft.apply(times.CLOCK_RULES)
    times.read_bare_hours(draft)
    draft.apply(times.PART_RULES)
    if draft.values.keys() & {"date_from", "parts"}:
        draft.apply(times.HALVES)
    draft.apply(kinds.PLACES)
    names.read_places(draft, vocabulary)
    draft.apply(kinds.SORTS)
    draft.apply(people.LEVELS)
    draft.apply(people.NOUNS)
    draft.apply(FILLER_RULES)
    names.read_subject(draft, vocabulary)
    prices.settle(draft)
    times.settle(draft)
    names.settle_places(draft, vocabulary)
    return draft


def _rest(draft: Draft, text: str) -> list[int]:
    """Where the words stand that nothing was made of and that say something."""
    left = {place for place in draft.left() if draft.words[place] not in FILLERS and not draft.is_number_word(place)}
    said = {place for place in left | draft.kept if re.search(r"\w", draft.tokens[place].word)}
    return [place for word in _typed_together(draft, text, said) for place in word]


def _typed_together(draft: Draft, text: str, said: set[int]) -> Iterator[list[int]]:
    """These with what else was typed as one word with them, but no letter or digit that stands alone."""
    for written in WRITTEN.finditer(text):
        inside = [at for at, token in enumerate(draft.tokens) if written.start() <= token.start < written.end()]
        here = [draft.tokens[at].word for at in inside if at in said]
        if sum(map(len, here)) > 1 or any(not word.isascii() for word in here):
            yield [at for at in inside if at in said or (draft.words[at] != TAKEN and draft.words[at].isalnum())]


def _understood(text: str, draft: Draft) -> Understood:
    rest = _rest(draft, text)
    spans = {name: _spans(draft.tokens, sorted(draft.said[name])) for name in (*FIELDS, "sort") if name in draft.said}
    spans |= {"rest": _spans(draft.tokens, rest)} if rest else {}
    words = [text[start:end] for start, end in spans.get("rest", ())]
    return Understood(text=text, rest=" ".join(words), spans=spans, **draft.values)


def _spans(tokens: Sequence[Token], places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Where these words stand in the text; what stands without a space between is one."""
    spans: list[tuple[int, int]] = []
    for start, end in dict.fromkeys((tokens[place].start, tokens[place].end) for place in places):
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
