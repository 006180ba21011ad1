"""Lengths of a lesson: "90 min", "1.5 hours", "half an hour", "1h30", "hour and a half"."""

import re
from math import ceil

from instainstru.core import policy
from instructors.services.words.draft import Draft, Fields, Rule, pattern

HOUR, MINUTE = r"(?:hours?|hrs?|h)", r"(?:minutes?|mins?)"
NO_LENGTH = r"(?! (?:walk|away|from|drive|late|early|ago|notice|of experience|experience)(?!\S))"
CUE = r"(?:(?:for|about|around|at least|up to|under|max|lasting|over) )?"
# The longest way of saying it comes first.
SHAPES: list[tuple[str, float]] = [
    (rf"(?P<h>\d+|an?) {HOUR} and (?:a half|30(?: {MINUTE})?)", 30),
    (rf"(?P<h>\d+) and a half {HOUR}", 30),
    (rf"(?P<h>\d+) 1 / 2 {HOUR}", 30),
    (r"(?P<h>)(?:1 / 2|\.5|0\.5|half) (?:an? )?(?:hour|hr|h)", 30),
    (r"(?P<h>)half (?:an? )?(?:hour|hr)", 30),
    (r"(?P<h>)(?:3 quarters of an|3 / 4) (?:hour|hr)", 45),
    (r"(?P<h>)hour and a half", 90),
    (r"(?P<h>)(?:an )?hour and (?:15|a quarter)", 75),
]


def minutes_of(said: str) -> int | None:
    """The length that words say, rounded up to one that lessons have; None for none."""
    for shape, extra in SHAPES:
        if found := re.fullmatch(shape, said):
            hours = {"": 0, "a": 1, "an": 1}.get(found["h"]) if not found["h"].isdigit() else int(found["h"])
            return _offered((hours or 0) * 60 + extra)
    if found := re.fullmatch(rf"(\d+) {HOUR} (?:and )?(\d+)(?: (?:{MINUTE}|m))?", said):
        return _offered(int(found[1]) * 60 + int(found[2]))
    if found := re.fullmatch(rf"(\d*\.?\d+)(?: (?:-|to|or) \d*\.?\d+)? {HOUR}", said):
        return _offered(float(found[1]) * 60)
    if found := re.fullmatch(rf"(\d*\.?\d+)(?: (?:-|to|or) \d*\.?\d+)? (?:{MINUTE})", said):
        return _offered(float(found[1]))
    return 60


def _offered(minutes: float) -> int | None:
    step = policy.STEP_MINUTES
    rounded = ceil(minutes / step) * step if 0 < minutes <= policy.LONGEST_LESSON_MINUTES else 0
    return max(policy.SHORTEST_LESSON_MINUTES, rounded) if rounded else None


def _length(match: re.Match[str], _: Draft) -> Fields | None:
    minutes = minutes_of(match["said"])
    return None if minutes is None else {"minutes": minutes}


_ANY = "|".join(shape.replace("(?P<h>)", "").replace("?P<h>", "?:") for shape, _ in SHAPES)
LONG = r"(?: long)?"
RULES: list[Rule] = [
    (pattern(rf"{CUE}(?P<said>{_ANY}){LONG}{NO_LENGTH}"), _length),
    (
        pattern(
            rf"{CUE}(?P<said>\d {HOUR} (?:and )?(?:\d\d? (?:{MINUTE}|m)|(?:15|30|45)(?! (?:dollars|bucks)))){LONG}"
        ),
        _length,
    ),
    (pattern(rf"{CUE}(?P<said>\d*\.?\d+(?: (?:-|to|or) \d*\.?\d+)? (?:{MINUTE}|{HOUR})){LONG}{NO_LENGTH}"), _length),
    (pattern(rf"{CUE}an (?P<said>hour|hr){LONG}{NO_LENGTH}"), _length),
    (pattern(r"(?P<said>hour) long|(?P<other>hourlong)|hour(?= (?:lesson|class|session))"), lambda *_: {"minutes": 60}),
]
