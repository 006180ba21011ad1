"""Words that say nothing of what is looked for."""

from pathlib import Path

from instructors.services.words.draft import Rule, pattern

DATA = Path(__file__).resolve().parents[2] / "data"


def words_in(name: str) -> frozenset[str]:
    """The words of a file that comes with the site."""
    return frozenset((DATA / name).read_text(encoding="utf-8").split())


FILLERS = words_in("filler_words.txt")
# One letter from the name of a subject or a place, and meant as they stand.
PROTECTED = FILLERS | words_in("common_words.txt")

RULES: list[Rule] = [
    (pattern(r"1 (?:on|to|:|-) 1|1:1|1 1"), lambda *_: {}),
    (
        pattern(
            r"(?:new york(?: city)?|nyc|the city|ny)(?: ny)?|any ?time|any day|(?:around|near) me|close by|near ?by"
        ),
        lambda *_: {},
    ),
    (
        pattern(r"(?:for )?\d{1,2} (?:people|persons|students?|of us|learners)|(?:family|group|party) of \d{1,2}"),
        lambda *_: {},
    ),
    (
        pattern(
            r"(?:once|twice|\d times?|\d x|\d days?) (?:(?:a|per|each|every|/) (?:day|week|month)|weekly|monthly|daily)"
        ),
        lambda *_: {},
    ),
    (pattern(r"\d{1,2} (?:lessons|sessions|classes|weeks|months)|levels? \d"), lambda *_: {}),
    (pattern(r"(?:i|we|who|that) lives?(?= in| near| at| on)|(?:would|id|d|also) like|like (?=to)"), lambda *_: {}),
    (pattern(r"m f|m to f"), lambda *_: {}),  # weekdays
    (
        pattern(
            r"4 (?=(?:a|an|my|our|the|me|kids)(?!\S))|(?:lessons?|tutor|teacher|coach) 4(?! \d)"
            r"|2 (?=(?:learn|play|teach)(?!\S))"
        ),
        lambda *_: {},
    ),  # for, to
    (pattern(r"(?:for )?the first time|as a beginner"), lambda *_: {}),
]
