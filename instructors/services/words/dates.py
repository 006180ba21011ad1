"""Days by today: "tomorrow", "this saturday", "next week", "in 3 days", "mon to fri", "by friday"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from instructors.models import Sort
from instructors.services.words import calendar_dates
from instructors.services.words.calendar_dates import DAY_NAME, MONTH, days, whole_month
from instructors.services.words.draft import TAKEN, Draft, Fields, Rule, pattern
from instructors.services.words.fillers import FILLERS
from instructors.services.words.tokens import WEEKDAY_WORDS, stem

_TODAY, _TOMORROW = r"today|todays|2 ?day", r"tomorrows?|tmrw|tmw|tmr|tmrrw|tomorow|2 ?morrow"
BETWEEN = r"(?:or|and|to|-|/|through|thru|until)"
# "sat" is Saturday beside these, and the exam beside those.
TIME_FOLLOWS = (
    r"(?: (?:mornings?|afternoons?|evenings?|nights?|noon|midday|am|pm|at|after|before|around|between|from|by|or|and|"
    r"early|late|lunch\w*|\d{1,2} (?:am|pm|a|p|- \d)|\d{1,2}:\d\d|-|"
    rf"(?:{MONTH}) \d|{'|'.join(sorted(set(WEEKDAY_WORDS) - {'sat'}, key=len, reverse=True))})(?!\S))"
)
EXAM_FOLLOWS = {
    "prep", "math", "maths", "reading", "writing", "verbal", "tutor", "tutors", "tutoring", "test", "exam", "exams",
    "teacher", "coach", "class", "classes", "course", "score", "lessons", "instructor", "help", "english", "practice",
    "for",
}  # fmt: skip


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next(weekday: int, start: date) -> date:
    """The next such day, the start itself included."""
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def _week_from(match: re.Match[str], draft: Draft) -> Fields:
    return days(_next(_weekday_of(match["name"], draft.today), draft.today) + timedelta(days=7))


def _weekday(match: re.Match[str], draft: Draft) -> Fields | None:
    """The next such day; "next" is the calendar's next week. Several are one stretch from the first to the last."""
    names = re.findall(rf"(?<!\S)(?:{DAY_NAME}|{_TODAY}|{_TOMORROW})(?!\S)", match["names"])
    if names == ["sat"] and not _is_saturday(match, draft):
        return None
    start = draft.today
    if match["which"] == "next" or match["week"]:
        start = _monday(draft.today) + timedelta(days=7)
    named = [_next(_weekday_of(name, draft.today), start) for name in names]
    if re.search(r" (?:-|to|through|thru|until|till|til) ", match["names"]):
        return days(named[0], _next(named[-1].weekday(), named[0]))
    if not set(names) <= WEEKDAY_WORDS.keys():
        return days(min(named), max(named))
    stretches = [sorted(day if day >= first else day + timedelta(days=7) for day in named) for first in named]
    shortest = min(stretches, key=lambda one: (one[-1] - one[0], one[0]))
    return days(shortest[0], shortest[-1])


def _weekday_of(name: str, today: date) -> int:
    if name in WEEKDAY_WORDS:
        return WEEKDAY_WORDS[name]
    return (today + timedelta(days=0 if re.fullmatch(_TODAY, name) else 1)).weekday()


def _is_saturday(match: re.Match[str], draft: Draft) -> bool:
    """Whether "sat" is the day and not the exam: by what stands beside it, or by a subject named elsewhere."""
    following = match.string[match.end("names") :]
    if following.partition(" ")[2].split(" ")[0] in EXAM_FOLLOWS:
        return False
    if match["which"] or match[0].startswith("on ") or re.match(TIME_FOLLOWS, following):
        return True
    return "subject" in draft.values or draft.names_another_subject("sat")


def _exam(draft: Draft) -> Fields | None:
    """Beside another word for Saturday, "sat" is the exam, if no other subject is named."""
    others = (draft.words[place] for place in draft.left())
    named = "subject" in draft.values or any(word != "sat" and stem(word) in draft.subjects for word in others)
    return {"subject": "sat"} if "sat" in draft.subjects and not named else None


def _ahead(match: re.Match[str], draft: Draft) -> Fields | None:
    many = {"a": 1, "an": 1, "couple": 2, "few": 3}.get(match["many"]) or int(match["many"])
    return days(draft.today + timedelta(days=many * (7 if match["unit"].startswith("week") else 1)))


def _within(match: re.Match[str], draft: Draft) -> Fields | None:
    many = {None: 1, "a": 1, "couple": 2, "few": 3}.get(match["many"]) or int(match["many"])
    return days(draft.today, draft.today + timedelta(days=many * (7 if match["unit"].startswith("week") else 1)))


def _relative_month(match: re.Match[str], draft: Draft) -> Fields | None:
    months = draft.today.year * 12 + draft.today.month - 1 + (match["which"] == "next")
    return whole_month(months // 12, months % 12 + 1, draft.today)


def _weekend(match: re.Match[str], draft: Draft) -> Fields | None:
    weeks = 2 if match["after"] else 1 if match["which"] == "next" else 0
    monday = _monday(draft.today) + timedelta(days=7 * weeks)
    return days(max(draft.today, monday + timedelta(days=5)), monday + timedelta(days=6))


def _week(match: re.Match[str], draft: Draft) -> Fields | None:
    monday = _monday(draft.today)
    if match["which"] == "next":
        monday += timedelta(days=14 if match["after"] else 7)
    return days(max(draft.today, monday), monday + timedelta(days=6))


def _from_today(ahead: int, **more: object) -> Callable[[re.Match[str], Draft], Fields]:
    return lambda _, draft: {**days(draft.today + timedelta(days=ahead)), **more}


DAYISH = rf"(?:{DAY_NAME}|{_TODAY}|{_TOMORROW})"
RULES: list[Rule] = [
    (pattern(r"24 / 7"), lambda *_: {}),
    (
        pattern(r"sat(?= (?:(?:on|for|this|next|every|coming) ){0,2}(?:sat|saturdays?)(?!\S))|(?<=saturday )sat"),
        lambda _, draft: _exam(draft),
    ),
    (
        pattern(
            rf"(?:not|no|except|excluding|besides|other than|but(?: not)?)(?: (?:for|on|the))? (?:{DAYISH}"
            rf"|weekends?|weekdays?)"
            rf"(?: (?:or|and) (?:{DAYISH}))*"
        ),
        lambda *_: {},
    ),
    *calendar_dates.RULES,
    (pattern(rf"(?P<week>next week) (?:on )?(?P<which>)(?P<names>(?:{DAY_NAME}))"), _weekday),
    (pattern(r"(?:in )?(?P<many>\d{1,2}|an?|couple|few) (?:of )?(?P<unit>days?|weeks?) from (?:now|today)"), _ahead),
    (pattern(rf"(?:a|1) week from (?:on )?(?P<name>{DAYISH})"), _week_from),
    (
        pattern(
            rf"(?P<which>)(?P<names>(?:{_TODAY}|{_TOMORROW}) {BETWEEN} (?:on )?(?:{DAY_NAME}|{_TOMORROW}))(?P<week>)"
        ),
        _weekday,
    ),
    (pattern(rf"(?P<which>)(?P<names>(?:{DAY_NAME}) {BETWEEN} (?:{_TODAY}|{_TOMORROW}))(?P<week>)"), _weekday),
    (pattern(rf"(?:the )?day after (?:{_TOMORROW})"), _from_today(2)),
    (pattern(rf"(?:on |for )?(?:{_TOMORROW})"), _from_today(1)),
    (
        pattern(rf"(?:on |for |later ){{0,3}}(?:{_TODAY})|this(?= (?:morning|afternoon|evening))|same day"),
        _from_today(0),
    ),
    (pattern(r"(?:right |available |free )?now|immediately|right away"), _from_today(0, sort=Sort.SOONEST)),
    (pattern(r"in (?:a )?(?P<many>\d{1,2}|a|an|couple|few) (?:of )?(?P<unit>days?|weeks?)(?: time)?"), _ahead),
    (
        pattern(
            r"(?:within|in|over|during)?(?: the)? ?next (?P<many>\d{1,2}|few|couple)(?: of)? (?P<unit>days?|weeks?)"
        ),
        _within,
    ),
    (pattern(r"within (?:the )?(?P<many>a|\d{1,2})? ?(?P<unit>days?|weeks?)"), _within),
    (
        pattern(
            rf"(?:(?:on|for|every|each|either|any|the|this|coming|upcoming) ){{0,3}}(?P<which>next|this|coming|every"
            rf"|each|on)? ?"
            rf"(?P<names>(?:{DAY_NAME})(?:(?: (?:or|and|-|to|through|thru|/|until|till))*(?: on| this"
            rf"| next)? (?:{DAY_NAME})(?!\S))*)"
            rf"(?P<week> (?:of )?next week)?"
        ),
        _weekday,
    ),
    (
        pattern(
            r"(?:(?:on|over|during|for|the|coming|any|at) ){0,3}(?P<which>next|this)? ?(?:coming )?(?:weekends?"
            r"|wknds?)(?P<after> after next)?"
        ),
        _weekend,
    ),
    (
        pattern(
            r"(?:(?:sometime|some time|any ?time|any day|later|early|late|rest of|during|the|in|for|of) ){0,3}"
            r"(?P<which>this|next) week(?P<after> after next)?|(?P<rest>rest of the week)|(?P<soon>week after next)"
        ),
        lambda match, draft: _week(match, draft) if match["which"] else _other_week(match, draft),
    ),
    (pattern(r"(?:(?:in|during|sometime|the) ){0,3}(?P<which>this|next) month"), _relative_month),
    *calendar_dates.MONTH_RULES,
]


def _other_week(match: re.Match[str], draft: Draft) -> Fields:
    monday = _monday(draft.today)
    if match["rest"]:
        return days(draft.today, monday + timedelta(days=6))
    return days(monday + timedelta(days=14), monday + timedelta(days=20))


RANGES = {"to", "-", "through", "thru", "or", "and"}
UNTIL, SINCE = {"by", "before", "until", "till", "til"}, {"after", "from", "starting", "since", "beginning", "start"}


def _before(draft: Draft, place: int) -> int:
    """Where the word stands that a day is said with: in "before my exam on 15 march" three words ahead of it."""
    at = place
    while at >= 0 and draft.words[at] in FILLERS:
        if draft.words[at] == "before":
            return at
        at -= 1
    return place


def settle(draft: Draft) -> None:
    """By friday is until then, from friday on is from then; the week of a day is its Monday to Sunday."""
    said = draft.said.get("date_from", set())
    if not said or {draft.tokens[place].word for place in said} & RANGES:
        return
    first, last = draft.values["date_from"], draft.values["date_to"]
    place = min(said) - 1
    place = _before(draft, place)
    word, before = (draft.words[at] if at >= 0 else "" for at in (place, place - 1))
    if word in UNTIL:
        draft.values |= days(draft.today, max(draft.today, first - timedelta(days=1) if word == "before" else last))
    elif word in SINCE:
        draft.values["date_from"] = last + timedelta(days=1) if word == "after" else first
        del draft.values["date_to"], draft.said["date_to"]
    elif (before, word) == ("week", "of"):
        draft.values |= days(max(draft.today, _monday(first)), _monday(first) + timedelta(days=6))
    else:
        return
    said.add(place)
    draft.words[place] = TAKEN
