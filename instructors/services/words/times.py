"""Times of day: "after 5", "5-7pm", "around 6", "sat morning", "before noon", "half past five"."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from instructors.services.words.calendar_dates import DAY_NAME
from instructors.services.words.draft import TAKEN, Draft, Fields, Rule, pattern
from instructors.services.words.people import PEOPLE

DAY = 24 * 60
PARTS = {  # from and to, in minutes of the day; what is more particular comes first
    r"early (?:in the )?mornings?|first thing(?: in the morning)?": (6 * 60, 9 * 60),
    r"(?:late|mid) ?mornings?": (10 * 60, 12 * 60),
    r"early afternoons?": (12 * 60, 15 * 60),
    r"(?:late|mid) ?afternoons?": (15 * 60, 17 * 60),
    r"early evenings?": (17 * 60, 19 * 60),
    r"late (?:evenings?|nights?)|late at night": (20 * 60, 22 * 60),
    r"mornings?": (6 * 60, 12 * 60),
    r"afternoons?": (12 * 60, 17 * 60),
    r"(?:week)?(?:evenings?|nights?)|evngs?|eves?": (17 * 60, 22 * 60),
    r"lunch(?: ?(?:time|hour|break))?": (12 * 60, 14 * 60),
    r"(?:during (?:the day|business hours|work hours)|daytime)": (9 * 60, 17 * 60),
}
EVENTS = {  # a bound only
    r"after ?schools?": ("after", 15 * 60),
    r"after (?:work|office hours|business hours)": ("after", 17 * 60),
    r"after dinner": ("after", 19 * 60),
    r"after lunch": ("after", 13 * 60),
    r"after (?:noon|midday)": ("after", 12 * 60),
    r"before (?:work|office hours)": ("before", 9 * 60),
    r"before school": ("before", 8 * 60),
    r"before (?:lunch|noon|midday)": ("before", 12 * 60),
    r"before dinner": ("before", 18 * 60),
}

EXACT = (
    r"(?:\d{1,2}[:.]\d\d|\d{1,2})(?: oclock)?(?: (?:am|pm|a m|p m)(?!\S))|\d{3,4} (?:am|pm)"
    r"|\d{1,2}:\d\d|(?:[89]|1\d|2[0-3]) h(?: \d\d)?|noon|midday|midnight|12 noon"
)
SPOKEN = (
    r"half past (?:\d{1,2}|noon)|(?:a )?quarter (?:past|to|after|of) \d{1,2}|\d{1,2} (?:past"
    r"|to) \d{1,2}|\d{1,2} 30(?! \S*min)|\d{1,2} oclock"
)
HALF = r"(?: in the (?:mornings?|afternoons?|evenings?)| at night)?"
CLOCK = rf"(?:{SPOKEN}|{EXACT}|(?:1[3-9]|2[0-3])[0-5]\d|\d{{1,2}}[.]\d\d|\d{{1,2}})(?: oclock)?{HALF}"
SURE = rf"(?:(?:{SPOKEN}|{EXACT}){HALF}|\d{{1,2}} (?:in the (?:mornings?|afternoons?|evenings?)|at night))"
# What follows a number that is no hour.
COUNTS = (
    r"(?! (?:[$/]|dollars?|bucks?|min\w*|hours?|hrs?|times?|x|people|students|kids|lessons?|classes"
    r"|sessions?|days?|weeks?|months?|years?|yrs?|yo|blocks?|miles?|th|st|nd|rd|street|ave\w*|k"
    r"|percent|-)(?!\S))"
)
AFTER = (
    r"(?:any ?time )?(?:after|(?<!half )(?<!quarter )(?<!\d )past|from|starting(?: at| from| after)?"
    r"|starts?(?: at| after)?|beginning(?: at)?|since|(?:no|not) (?:earlier than|before)"
    r"|(?<!no )(?<!not )later than|>)"
)
BEFORE = (
    r"(?:before|by|until|till|til|(?:no|not) (?:later than|after)|(?:done|over|ends?|ending"
    r"|finish(?:ed|es)?) (?:by|before|at)|earlier than|up to|latest)"
)
ABOUT = r"(?:at )?(?:around|about|approximately|approx|roughly|circa|near|close to)"
ONWARDS = r"(?:\+|onwards?|or later|and later|and after|or after|and on|at the earliest)"


PART_NAMES = r"(?:mornings?|afternoons?|evenings?|nights?)"
MORNING = pattern(r"mornings?")
LATER = pattern(
    r"afternoons?|(?:week)?(?:evenings?|nights?)|eves?|tonight|tonite|2nite|after ?schools?|after (?:work|dinner)"
)


def _as_time(minute: int) -> time:
    """A minute of the day; the last midnight is 00:00 as well."""
    return time(minute % DAY // 60, minute % 60)


def _clock(said: str) -> tuple[int, bool] | None:
    """The minute of the day that words name, and whether they say which half of the day; None for none."""
    half = re.search(r"(?:in the (\w+?)s?|at (night))$", said)
    said = re.sub(r" (?:in the \w+|at night)$", "", said.replace(" oclock", ""))
    said = said.replace(" h ", ":").removesuffix(" h")
    if found := re.search(r"half past (noon|\d+)", said):
        hour, minute, mark = found[1].replace("noon", "12"), 30, "pm" if found[1] == "noon" else ""
    elif found := re.fullmatch(r"(?:a )?(quarter|\d+) (past|after|to|of) (\d+)", said):
        many = 15 if found[1] == "quarter" else int(found[1])
        shift = found[2] in {"to", "of"}
        hour, minute, mark = str(int(found[3]) - shift or 12), 60 - many if shift else many, ""
    elif found := re.fullmatch(r"(\d{1,2}?)(?:[:. ]?(\d\d))?(?: ([ap])(?: ?m)?)?", said):
        hour, minute, mark = found[1], int(found[2] or 0), f"{found[3]}m" if found[3] else ""
    else:  # noon, midday, midnight
        return (DAY if said == "midnight" else DAY // 2), True
    if half:
        mark = "am" if half[1] == "morning" else "pm"
    return _minute(int(hour), minute, mark)


def _minute(hour: int, minute: int, mark: str) -> tuple[int, bool] | None:
    if hour > 24 or minute > 59 or (mark and not 1 <= hour <= 12):
        return (hour * 60 + minute, True) if mark and 12 < hour < 24 and minute <= 59 else None
    if mark:
        return (hour % 12 + (12 if mark == "pm" else 0)) * 60 + minute, True
    return hour * 60 + minute, not 1 <= hour <= 12


def _leaning(minute: int, *, sure: bool, draft: Draft) -> int:
    """An hour without its half: as the part of day says, else 1 to 7 are after noon and 8 to 12 are not."""
    if sure:
        return minute
    if MORNING.search(draft.text):
        return minute
    if LATER.search(draft.text):
        return minute if minute >= DAY // 2 else minute + DAY // 2
    return minute + DAY // 2 if minute < 8 * 60 else minute


def _one(said: str, draft: Draft) -> int | None:
    found = _clock(said)
    if found is None:
        return None
    minute = _leaning(found[0], sure=found[1], draft=draft)
    return minute if found[1] or not _is_past(minute, draft) else minute + DAY // 2


def _is_past(minute: int, draft: Draft) -> bool:
    """Whether an hour before noon is over today, so that the evening's is meant."""
    today = {draft.values.get("date_from"), draft.values.get("date_to")} == {draft.today}
    now = draft.now.hour * 60 + draft.now.minute
    return today and minute < DAY // 2 and minute <= now and not MORNING.search(draft.text)


def _bound(name: str) -> Callable[[re.Match[str], Draft], Fields | None]:
    def meaning(match: re.Match[str], draft: Draft) -> Fields | None:
        minute = _one(match["clock"], draft)
        if minute is None:
            return None
        other = draft.values.get("after")
        if name == "before" and other is not None and minute <= other < minute + DAY // 2 <= DAY:
            minute += DAY // 2
        return {name: minute}

    return meaning


def _around(match: re.Match[str], draft: Draft) -> Fields | None:
    minute = _one(match["clock"], draft)
    return None if minute is None else {"after": max(0, minute - 60), "before": min(DAY, minute + 60)}


def _between(match: re.Match[str], draft: Draft) -> Fields | None:
    """From one clock time to another; the half of the day that one says goes for the other where it can."""
    one, two = _clock(match["one"]), _clock(match["two"])
    if one is None or two is None:
        return None
    if two[1] and not one[1]:
        low = next(
            (minute for minute in (one[0] % (DAY // 2) + DAY // 2, one[0] % (DAY // 2)) if minute < two[0]), None
        )
        return None if low is None else {"after": low, "before": two[0]}
    low = _leaning(one[0], sure=one[1], draft=draft)
    high = two[0] if two[1] else two[0] % (DAY // 2)
    high = high if two[1] else next((m for m in (high, high + DAY // 2, high + DAY) if m > low), DAY)
    return {"after": low, "before": high} if low < high <= DAY else None


def _soon(match: re.Match[str], draft: Draft) -> Fields | None:
    """In two hours: from then on. Within two hours: until then."""
    many = float({"a": 1, "an": 1, "half": 0.5, "few": 3, "couple": 2}.get(match["many"]) or match["many"] or 1)
    minutes = many if match["unit"].startswith("m") else many * 60
    if minutes > DAY:
        return None
    then = draft.now + timedelta(minutes=minutes)
    now = {"date_from": draft.today, "date_to": draft.today}
    if then.date() != draft.today:
        return {"date_from": draft.today if match["within"] else then.date(), "date_to": then.date()}
    return now | {"before" if match["within"] else "after": _quarter(then)}


def _quarter(instant: datetime) -> int:
    minute = instant.hour * 60 + instant.minute
    return min(-(-minute // 15) * 15, DAY)


def _part(span: tuple[int, int]) -> Callable[[re.Match[str], Draft], Fields | None]:
    def meaning(match: re.Match[str], draft: Draft) -> Fields:
        draft.values["parts"] = (*draft.values.get("parts", ()), span)
        return {"after_part": span[0], "before_part": span[1]}

    return meaning


def _tonight(match: re.Match[str], draft: Draft) -> Fields:
    return {"date_from": draft.today, "date_to": draft.today} | dict(_part((17 * 60, 22 * 60))(match, draft) or {})


SOON: list[Rule] = [
    (
        pattern(
            r"(?P<within>(?:with)?in (?:the )?next|within(?: the next)?|(?:in )?the next"
            r"|next) ?(?P<many>\d{1,3}|an?|few|couple)?"
            r"(?: of)? (?P<unit>hours?|hrs?|mins?|minutes?)"
        ),
        _soon,
    ),
    (
        pattern(
            r"(?P<within>)in (?:a |about )?(?P<many>\d{1,3}|\d\.5|an?|half|few|couple)(?: an"
            r"| of)? (?P<unit>hours?|hrs?|mins?|minutes?)(?! (?:lesson|session|class))"
        ),
        _soon,
    ),
]
_CUES = r"(?:(?:in|on|at|during|over|for|the|this|any|every|weekday|weekdays|weeknight) ){0,3}"
PART_RULES: list[Rule] = [
    (pattern(r"(?:for |later )?(?:tonight|tonite|2nite|this (?:evening|night))"), _tonight),
    *((pattern(rf"{words}"), lambda _, d, b=bound: {b[0]: b[1]}) for words, bound in EVENTS.items()),
    *((pattern(_CUES + f"(?:{words})"), _part(span)) for words, span in PARTS.items()),
]
CLOCK_RULES: list[Rule] = [
    (
        pattern(
            rf"(?:between|bw|btw|btwn|from|(?:some|any) ?time between)? ?(?P<one>{CLOCK}) (?:-|to|and|or|til"
            rf"|till|until) (?P<two>{SURE})"
        ),
        _between,
    ),
    (
        pattern(rf"(?:between|bw|btw|from)? ?(?P<one>{SURE}) (?:-|to|and|til|till|until) (?P<two>{CLOCK}){COUNTS}"),
        _between,
    ),
    (
        pattern(rf"(?:between|bw|btw|btwn|from) (?P<one>{CLOCK}) (?:-|to|and|til|till|until) (?P<two>{CLOCK}){COUNTS}"),
        _between,
    ),
    (pattern(rf"(?:at )?(?P<one>\d{{1,2}}) (?:-|to) (?P<two>\d{{1,2}}){COUNTS}"), _between),
    (pattern(rf"{ABOUT} (?P<clock>{CLOCK}){COUNTS}"), _around),
    (pattern(rf"(?:at )?(?P<clock>{CLOCK}) ?(?:ish|or so|give or take)"), _around),
    (pattern(rf"(?:at )?(?P<clock>{SURE}) {ONWARDS}"), _bound("after")),
    (pattern(r"(?P<clock>\d{1,2}) (?:onwards?|or later|and later|and after)"), _bound("after")),
    (pattern(rf"{AFTER} (?P<clock>{CLOCK}){COUNTS}(?: (?:or later|onwards?))?"), _bound("after")),
    (pattern(rf"{BEFORE} (?P<clock>{CLOCK}){COUNTS}"), _bound("before")),
    (pattern(rf"(?:at|@) (?P<clock>{CLOCK}){COUNTS}(?: or {CLOCK}{COUNTS})?"), _bound("after")),
    (pattern(rf"(?P<clock>{SURE})(?: (?:sharp|start))?"), _bound("after")),
]
HALVES: list[Rule] = [
    (pattern(r"ams?"), _part((6 * 60, 12 * 60))),
    (pattern(r"pms?"), _part((12 * 60, 22 * 60))),
]


HOUR_BESIDE = re.compile(
    rf"(?:{DAY_NAME}|todays?|tonight|tonite|2nite|tomorrows?|tm[rw]w?|tmrrw|(?:week)?{PART_NAMES})"
)
NO_HOUR_BEFORE = {"for", "level", "grade", "apt", "room", "ps", "suite", "unit", "-", "/", "$", "to", "under", "over"}
NO_HOUR_AFTER = pattern(
    rf"(?:{PEOPLE}|[$/-]|dollars?|bucks?|min\w*|hours?|hrs?|times?|x|lessons?|classes|sessions?|days?|weeks?|months?"
    r"|years?|yrs?|yo|blocks?|miles?|th|st|nd|rd|street|ave\w*|k|percent|train)"
)


def read_bare_hours(draft: Draft) -> None:
    """An hour that only stands beside a day or a part of it: "8 tonight", "friday 6"."""
    if draft.values.keys() & {"after", "before"}:
        return
    for place in draft.left():
        word = draft.words[place]
        before, after = (draft.words[at] if 0 <= at < len(draft.words) else "" for at in (place - 1, place + 1))
        if not re.fullmatch(r"[1-9]|1[0-2]", word) or before in NO_HOUR_BEFORE or NO_HOUR_AFTER.match(after):
            continue
        if draft.is_number_word(place) and int(word) < 3:  # one friday, for two
            continue
        if any(_is_day(draft, at) for at in (place - 1, place + 1)):
            draft.take([place], {"after": _one(word, draft)})
            return


def _is_day(draft: Draft, place: int) -> bool:
    if not 0 <= place < len(draft.words) or not HOUR_BESIDE.fullmatch(draft.tokens[place].word):
        return False
    return draft.words[place] != TAKEN or place in draft.said.get("date_from", ())


def settle(draft: Draft) -> None:
    """Put parts of the day and clock times together: a clock time stands before the part of day it lies in."""
    parts = draft.values.pop("parts", ())
    for name, other, edge in (("after", "before", min), ("before", "after", max)):
        draft.values.pop(f"{name}_part", None)
        said = draft.said.pop(f"{name}_part", set())
        bound = edge(part[name == "before"] for part in parts) if parts else None
        if bound is None or name in draft.values:
            continue
        known = draft.values.get(other)
        if known is not None and not (bound < known if name == "after" else known < bound):
            continue  # tonight after 10: the evening has no later end to give
        draft.values[name] = bound
        draft.said.setdefault(name, set()).update(said)
    for name in ("after", "before"):
        if name in draft.values:
            draft.values[name] = _as_time(draft.values[name])
