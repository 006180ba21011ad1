"""Names in a text: subjects, neighbourhoods, boroughs, ZIP codes. The longest name that fits is the one meant."""

from collections.abc import Iterator, Sequence

from instructors.services.words.draft import TAKEN, Draft
from instructors.services.words.fillers import FILLERS
from instructors.services.words.tokens import stem
from instructors.services.words.vocabulary import FAINT, JOINERS, AreaWords, Vocabulary, areas_of

IN = {"in", "near", "around", "nearby", "to", "at", "by"}
NEEDS_IN = {
    "rugby",
    "travis",
    "madison",
    "charleston",
    "steinway",
    "clinton",
    "utopia",
    "clifton",
    "concord",
    "arlington",
}
LESSON_OF_GO = {
    "lesson",
    "lessons",
    "class",
    "classes",
    "teacher",
    "tutor",
    "instructor",
    "coach",
    "game",
    "player",
    "board",
}
BEFORE_GO = {"learn", "play", "teach", "playing", "teaches", "study", "of"}
KINDS = {
    "dance",
    "dances",
    "dancing",
    "language",
    "exam",
    "exams",
    "test",
    "tests",
    "game",
    "games",
    "music",
    "sport",
    "style",
}
COURSES = {"1", "2", "3", "4", "101", "102", "201", "i", "ii", "iii", "iv"}


def read_phrases(draft: Draft, vocabulary: Vocabulary) -> None:
    """Names of several words, before any other rule: their words mean something else alone."""
    for length in range(vocabulary.longest, 1, -1):
        for places in _contiguous(draft, length):
            _place(draft, places, vocabulary)
        for places in _without_joiners(draft, length):
            _subject_phrase(draft, places, vocabulary)


def read_places(draft: Draft, vocabulary: Vocabulary) -> None:
    """Neighbourhoods and boroughs of one word, and ZIP codes."""
    for place in list(draft.left()):
        word, before = draft.words[place], draft.words[place - 1] if place else ""
        if found := vocabulary.zip_codes.get(word):
            if before != "$":
                _add_areas(draft, [place], found)
        elif before != "with" and (word not in NEEDS_IN or before in IN):
            _place(draft, [place], vocabulary)


def read_subject(draft: Draft, vocabulary: Vocabulary) -> None:
    """A subject of one word: the likeliest of those named; of two in one breath the last (French cooking)."""
    if "subject" not in draft.values:
        _scattered(draft, vocabulary)
    found = [place for place in draft.left() if _is_subject(draft, place, vocabulary)]
    if found and "subject" not in draft.values:
        best = max(_likelihood(draft.words[place], vocabulary) for place in found)
        likely = [place for place in found if _likelihood(draft.words[place], vocabulary) == best]
        chosen = likely[0]
        for later in likely[1:]:  # korean barbecue cooking: nothing parts the two
            if all(draft.words[at] not in {*FILLERS, TAKEN} for at in range(chosen + 1, later)):
                chosen = later
        _take_subject(draft, [chosen], vocabulary.subjects[stem(draft.words[chosen])][0])
    if "subject" in draft.values:
        _said_again(draft, vocabulary)


def _scattered(draft: Draft, vocabulary: Vocabulary) -> None:
    """A name whose words all stand somewhere: dance lessons for our wedding."""
    places = {stem(draft.words[place]): place for place in draft.left() if draft.words[place] not in FILLERS}
    alone = places.keys() & vocabulary.subject_names  # ballroom is no wedding dance, whatever else is said
    names = {
        slug: name
        for slug, name in vocabulary.words_of_name.items()
        if len(name) > 1 and alone <= name <= places.keys()
    }
    if names:
        slug = max(names, key=lambda slug: len(names[slug]))
        draft.take([places[word] for word in names[slug]], {"subject": slug})


def _said_again(draft: Draft, vocabulary: Vocabulary) -> None:
    """Words that mean the same subject once more: running, 5k; college, application essay."""
    slug = draft.values["subject"]
    for place in list(draft.left()):
        word = stem(draft.words[place])
        beside = {place - 1, place + 1} & draft.said["subject"]
        if slug in vocabulary.subjects.get(word, ()) or (beside and word in vocabulary.words_of_name[slug]):
            draft.take([place], {"subject": slug})


def settle_places(draft: Draft, vocabulary: Vocabulary) -> None:
    """Murray Hill in Queens is not the one in Manhattan."""
    found: dict[str, AreaWords] = draft.values.pop("areas", {})
    borough = draft.values.get("borough")
    by_name = sorted(found.values(), key=lambda area: area.name)
    inside = [area for area in by_name if area.borough == borough]
    if chosen := inside or by_name:
        draft.values["neighborhoods"] = areas_of(chosen)


def _contiguous(draft: Draft, length: int) -> Iterator[list[int]]:
    for first in range(len(draft.words) - length + 1):
        places = list(range(first, first + length))
        if all(draft.words[place] != TAKEN for place in places):
            yield places


def _without_joiners(draft: Draft, length: int) -> Iterator[list[int]]:
    """So many words in a row, words such as "to" and "of" between them not counted."""
    for first in range(len(draft.words)):
        places, counted = list[int](), 0
        for place in range(first, len(draft.words)):
            word = draft.words[place]
            if word == TAKEN or (not places and word in JOINERS):
                break
            places.append(place)
            counted += word not in JOINERS
            if counted == length:
                yield places
                break


def _place(draft: Draft, places: Sequence[int], vocabulary: Vocabulary) -> None:
    phrase = " ".join(stem(draft.words[place]) for place in places)
    if borough := vocabulary.boroughs.get(phrase):
        if "borough" not in draft.values:
            before = places[0] - 1
            article = [before] if before >= 0 and draft.words[before] == "the" else []
            draft.take([*article, *places], {"borough": borough})
    elif found := vocabulary.areas.get(phrase):
        _add_areas(draft, places, found)


def _add_areas(draft: Draft, places: Sequence[int], found: Sequence[AreaWords]) -> None:
    draft.values.setdefault("areas", {}).update({area.slug: area for area in found})
    draft.take(places, {})
    draft.said.setdefault("neighborhoods", set()).update(places)


def _subject_phrase(draft: Draft, places: Sequence[int], vocabulary: Vocabulary) -> None:
    phrase = " ".join(stem(draft.words[place]) for place in places if draft.words[place] not in JOINERS)
    slugs = vocabulary.subjects.get(phrase, ())
    if len(slugs) == 1 and draft.values.get("subject", slugs[0]) == slugs[0]:
        _take_subject(draft, places, slugs[0])
    elif slugs:
        draft.keep(places)


def _take_subject(draft: Draft, places: Sequence[int], slug: str) -> None:
    after = places[-1] + 1
    following = [*draft.words[after : after + 2], "", ""]
    nth = following[1] in {"st", "nd", "rd", "th"}  # guitar 3rd ave
    more = [after] if following[0] in COURSES | KINDS and not nth else []  # calc 2, salsa dance
    draft.take([*places, *more], {"subject": slug})


def _is_subject(draft: Draft, place: int, vocabulary: Vocabulary) -> bool:
    word = draft.words[place]
    before, after = (draft.words[at] if 0 <= at < len(draft.words) else "" for at in (place - 1, place + 1))
    if word == "go":
        alone = all(draft.words[other] in FILLERS for other in draft.left() if other != place)
        return before in BEFORE_GO or after in LESSON_OF_GO or (alone and not after)
    if word == "act" and before == "to":
        return False
    if before == "with" and word not in vocabulary.subject_names and after not in FILLERS:
        return False
    return len(vocabulary.subjects.get(stem(word), ())) == 1


def _likelihood(word: str, vocabulary: Vocabulary) -> int:
    if stem(word) in FAINT:
        return 0
    return 2 if stem(word) in vocabulary.subject_names else 1
