"""The names that the city's catalogue and map give, as the grammar reads them. Read once, and kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from instructors.services.words.fillers import FILLERS
from instructors.services.words.tokens import phrase_of, stem, stems
from instructors.services.words.understood import Area

JOINERS = {"a", "an", "the", "to", "of", "and", "how", "for", "my", "play", "playing"}  # may stand inside a subject
LESSON = {"lesson", "class", "coach", "prep", "tutor", "learn", "course", "teacher"}
AUDIENCES = {"kid", "toddler", "adult", "teen", "senior", "baby", "child"}
# A subject's own name goes before its search words, and these after all others: they are said of many subjects.
FAINT = {
    "tutor", "trainer", "fitness", "gym", "workout", "homework", "ap", "regent", "modern", "house", "contemporary",
    "jazz", "classical", "learn", "read", "speech", "communication", "recorder", "track", "film", "email", "drama",
    "english", "note", "art", "latin", "swing", "signing", "magic", "breaking", "tap", "recording", "saving", "typing",
}  # fmt: skip
ALSO_DONE = ("painting", "climbing", "sculpting", "coding")  # search words that are what one does; putting is not
BOROUGH_NAMES = {
    "manhattan": ("manhattan",),
    "brooklyn": ("brooklyn", "bklyn", "bk", "bkln", "brklyn"),
    "queens": ("queens", "qns"),
    "bronx": ("bronx", "bx", "da bronx"),
    "staten-island": ("staten island", "staten", "si ny"),
}


@dataclass(frozen=True)
class SubjectWords:
    """A subject of the catalogue with the words that mean it."""

    slug: str
    name: str
    search_words: tuple[str, ...]


@dataclass(frozen=True)
class AreaWords:
    """A neighbourhood of the map with the names and ZIP codes that mean it."""

    slug: str
    name: str
    borough: str
    nicknames: tuple[str, ...]
    zip_codes: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All names, once."""

    subject_words: tuple[SubjectWords, ...]
    area_words: tuple[AreaWords, ...]

    @cached_property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """Slugs by phrase; a phrase with several slugs means none of them."""
        found: dict[str, dict[str, None]] = {}
        for subject in self.subject_words:
            for phrase in _subject_phrases(subject):
                found.setdefault(phrase, {})[subject.slug] = None
        own = {_core(phrase_of(subject.name)): subject.slug for subject in self.subject_words}
        several = {phrase: tuple(slugs) for phrase, slugs in found.items()}
        return several | {phrase: (slug,) for phrase, slug in own.items()}

    @cached_property
    def subject_names(self) -> frozenset[str]:
        """The phrases that are a subject's own name."""
        return frozenset(_core(phrase_of(subject.name)) for subject in self.subject_words)

    @cached_property
    def words_of_name(self) -> Mapping[str, frozenset[str]]:
        """The words of a subject's own name, by its slug."""
        return {subject.slug: frozenset(_core(phrase_of(subject.name)).split()) for subject in self.subject_words}

    @cached_property
    def single_subjects(self) -> frozenset[str]:
        """The single words that mean one subject, and nothing else in a sentence."""
        return (
            frozenset(phrase for phrase, slugs in self.subjects.items() if " " not in phrase and len(slugs) == 1)
            - FAINT
        )

    @cached_property
    def areas(self) -> Mapping[str, tuple[AreaWords, ...]]:
        """Neighbourhoods by phrase, in the order of their names."""
        found: dict[str, dict[str, AreaWords]] = {}
        for area in sorted(self.area_words, key=lambda area: area.name):
            for name in (area.name, *area.nicknames):
                for phrase in _place_phrases(phrase_of(name)):
                    found.setdefault(phrase, {})[area.slug] = area
        return {phrase: tuple(areas.values()) for phrase, areas in found.items()}

    @cached_property
    def zip_codes(self) -> Mapping[str, tuple[AreaWords, ...]]:
        """Neighbourhoods by ZIP code."""
        found: dict[str, list[AreaWords]] = {}
        for area in sorted(self.area_words, key=lambda area: area.name):
            for code in area.zip_codes:
                found.setdefault(code, []).append(area)
        return {code: tuple(areas) for code, areas in found.items()}

    @cached_property
    def boroughs(self) -> Mapping[str, str]:
        """Slugs of boroughs by phrase."""
        slugs = {area.borough for area in self.area_words}
        return {stems(name): slug for slug in slugs for name in BOROUGH_NAMES.get(slug, (slug,))}

    @cached_property
    def longest(self) -> int:
        """How many words the longest phrase has."""
        return max((phrase.count(" ") + 1 for phrase in (*self.subjects, *self.areas)), default=1)

    @cached_property
    def words(self) -> frozenset[str]:
        """Each word of each phrase as it is written: what a typo may have meant."""
        written = [phrase_of(text) for subject in self.subject_words for text in (subject.name, *subject.search_words)]
        written += [phrase_of(name) for area in self.area_words for name in (area.name, *area.nicknames)]
        written += [name for names in BOROUGH_NAMES.values() for name in names]
        return frozenset(word for phrase in written for word in phrase.split() if not word[0].isdigit())

    @cached_property
    def known(self) -> frozenset[str]:
        """The same, with and without plurals."""
        return self.words | frozenset(map(stem, self.words))


def areas_of(found: Iterable[AreaWords]) -> tuple[Area, ...]:
    """What the answer says of neighbourhoods."""
    return tuple(Area(area.slug, area.name) for area in found)


def _core(phrase: str) -> str:
    """A phrase without joining words, in the singular."""
    kept = [word for word in phrase.split() if word not in JOINERS]
    return stems(" ".join(kept or phrase.split()))


def _bare(core: str) -> str:
    """A phrase without what is said of any subject: piano lessons are piano."""
    kept = [word for word in core.split() if word not in LESSON]
    kept = kept[:1] if kept[1:] == ["help"] else kept
    return " ".join(kept) if kept and not all(word in FILLERS for word in kept) else core


def _subject_phrases(subject: SubjectWords) -> set[str]:
    """The ways to say a subject: its name, its search words, these without fillers, short for long in all of them."""
    own = _core(phrase_of(subject.name))
    said = (subject.slug.replace("-", " "), *subject.search_words)
    cores = {own, *(_core(phrase_of(words)) for words in said)}
    cores = {_bare(core) for core in cores}
    cores |= {verb for core in cores if core in {own, *ALSO_DONE} for verb in _verbs(core)}
    shorts = {core for core in cores if " " not in core and own.startswith(core[:3]) and len(core) < len(own)}
    cores |= {core.replace(own, short) for core in cores if " " in core and " " not in own for short in shorts}
    cores |= {f"pre {core[3:]}" for core in cores if " " not in core and core.startswith("pre")}
    cores |= {core.replace(" ", "") for core in (own, *cores) if core.count(" ") == 1 and core not in FILLERS}
    return {core for core in cores if core not in FILLERS and not _said_of_whom(core, cores)}


def _verbs(core: str) -> set[str]:
    """What one does: baking is to bake, running to run."""
    if " " in core or not core.endswith("ing") or core in FAINT:
        return set()
    base = core.removesuffix("ing")
    doubled = {base[:-1]} if base[-1:] == base[-2:-1] else set()
    return {base, f"{base}e"} | doubled


def _said_of_whom(core: str, cores: set[str]) -> bool:
    """Whether a phrase only adds to another whom it is for: chess for kids is chess, and for kids."""
    if "beginner" in core:
        return True
    without = " ".join(word for word in core.split() if word not in AUDIENCES)
    return without != core and without in cores


def _place_phrases(phrase: str) -> set[str]:
    """A place's name, with the short forms that people write."""
    phrases = {phrase}
    if phrase.endswith(" side") and phrase.count(" ") == 2:
        phrases.add(phrase.removesuffix(" side"))
    if phrase.startswith("the ") and phrase.endswith("s"):  # the rockaways, not the village
        phrases.add(phrase.removeprefix("the "))
    for side in ("east", "west", "north", "south"):
        if phrase.startswith(f"{side} "):
            phrases.add(f"{side[0]} {phrase.removeprefix(side).strip()}")
    return {stems(one) for one in phrases} | {stems(one).replace(" ", "") for one in phrases if " " in one}
