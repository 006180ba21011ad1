"""Days of the calendar: "dec 5", "5th of december", "12/5", "2026-12-05", "the 12th", "june", "christmas"."""

import calendar
import re
from datetime import date

from instructors.services.words.draft import Draft, Fields, Rule, pattern
from instructors.services.words.tokens import WEEKDAY_WORDS

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
ALSO_A_WORD = {"may", "march", "mar", "jun", "dec", "sep", "jan", "feb", "apr", "jul", "aug", "oct", "nov"}  # alone
DAY_NAME = "|".join(sorted(WEEKDAY_WORDS, key=len, reverse=True))
NUMBER = r"\d{1,2}(?: (?:st|nd|rd|th))?"
TO = r"(?:-|to|through|thru|until|till|til|and|or)"
ON = r"(?:(?:on|for|this|the) ){0,3}"
HOLIDAYS = {
    "christmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "new years eve": (12, 31), "new years": (1, 1),
    "valentines": (2, 14), "halloween": (10, 31), "juneteenth": (6, 19), "veterans": (11, 11),
}  # fmt: skip


def days(first: date, last: date | None = None) -> Fields:
    """One day, or all from the first to the last."""
    return {"date_from": first, "date_to": last or first}


def _dated(month: int, day: int, year: int | None, today: date) -> date | None:
    """A day of the calendar; without a year the next one that comes. None where there is none such."""
    for tried in [year] if year else range(today.year, today.year + 5):
        try:
            found = date(tried + 2000 if tried < 100 else tried, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _holiday(match: re.Match[str], draft: Draft) -> Fields | None:
    name = next(name for name in HOLIDAYS if name in match[0])
    found = _dated(*HOLIDAYS[name], None, draft.today)
    return days(found) if found else None


def _thanksgiving(_: re.Match[str], draft: Draft) -> Fields:
    """The fourth Thursday of November."""
    this, following = (_fourth_thursday(year) for year in (draft.today.year, draft.today.year + 1))
    return days(this if this >= draft.today else following)


def _fourth_thursday(year: int) -> date:
    return date(year, 11, 22 + (calendar.THURSDAY - date(year, 11, 1).weekday()) % 7)


def _figures(match: re.Match[str], draft: Draft) -> Fields | None:
    """From 3/6 to 3/8."""
    month, day, until, last = (int(match[name]) for name in ("month", "day", "until", "last"))
    first = _dated(month, day, None, draft.today) if month <= 12 else None
    end = _dated(until, last, None, first) if first and until <= 12 else None
    return days(first, end) if first and end else None


def _number(said: str) -> int:
    return int(said.partition(" ")[0])


def _written(match: re.Match[str], draft: Draft) -> Fields | None:
    """A date in figures: year first, or month first as New York writes it (day first where that cannot be)."""
    said = match.groupdict()
    month, day, year = int(said["month"]), int(said["day"]), said.get("year")
    if month > 12 and "iso" not in said:
        month, day = day, month
    found = _dated(month, day, int(year) if year else None, draft.today) if month <= 12 else None
    return days(found) if found else None


def _named(match: re.Match[str], draft: Draft) -> Fields | None:
    said = match.groupdict()
    month, year = MONTHS[said["month"]], int(said["year"]) if said.get("year") else None
    first = _dated(month, _number(said["day"]), year, draft.today)
    if first is None:
        return None
    if not said.get("last"):
        return days(first)
    last = _dated(MONTHS[said.get("until") or said["month"]], _number(said["last"]), None, first)
    return days(first, last) if last else None


def _the_nth(match: re.Match[str], draft: Draft) -> Fields | None:
    """The next such day of a month."""
    day, today = _number(match["day"]), draft.today
    for months in range(3):
        year, month = today.year + (today.month - 1 + months) // 12, (today.month - 1 + months) % 12 + 1
        found = _dated(month, day, year, today)
        if found and found >= today:
            return days(found)
    return None


def _month(match: re.Match[str], draft: Draft) -> Fields | None:
    name = match["month"]
    if name in ALSO_A_WORD and not match["cue"]:
        return None
    month, today = MONTHS[name], draft.today
    year = int(
        match["year"] or today.year + (month < today.month or (month == today.month and match["cue"] == "next "))
    )
    return whole_month(year, month, today)


def whole_month(year: int, month: int, today: date) -> Fields:
    """A month, from today on if that is in it."""
    last = calendar.monthrange(year, month)[1]
    return days(max(today, date(year, month, 1)), date(year, month, last))


# From one day of a month to another: read before prices, as "nov 28-29" is none.
STRETCHES: list[Rule] = [
    (
        pattern(
            rf"{ON}(?:(?:{DAY_NAME}) )?{ON}(?P<month>{MONTH}) (?:the )?(?P<day>{NUMBER})"
            rf" {TO} (?:(?P<until>{MONTH}) )?(?P<last>{NUMBER})"
            r"(?! (?:am|pm|a|p|:|min\w*|hours?|/|\$(?! \d)|dollars?|bucks?)(?!\S))"
        ),
        _named,
    ),
    (pattern(rf"{ON}(?<!\$ )(?P<day>{NUMBER}) {TO} (?P<last>{NUMBER})(?: of)? (?P<month>{MONTH})"), _named),
]
RULES: list[Rule] = [
    (pattern(rf"{ON}thanks ?giving(?: day)?"), _thanksgiving),
    (pattern(rf"{ON}(?:{'|'.join(HOLIDAYS)})(?: day)?"), _holiday),
    (
        pattern(
            rf"{ON}(?P<month>\d{{1,2}}) / (?P<day>\d{{1,2}}) (?:-|to|until) (?P<until>\d{{1,2}}) / (?P<last>\d{{1,2}})"
        ),
        _figures,
    ),
    (pattern(rf"{ON}(?P<iso>(?P<year>20\d\d)) - (?P<month>\d{{1,2}}) - (?P<day>\d{{1,2}})"), _written),
    (
        pattern(rf"{ON}(?P<month>\d{{1,2}}) / (?P<day>\d{{1,2}})(?: / (?P<year>20\d\d|\d\d))?(?! hours?(?!\S))"),
        _written,
    ),
    *STRETCHES,
    (
        pattern(
            rf"{ON}(?:(?:{DAY_NAME}) )?{ON}(?P<month>{MONTH}) (?:the )?(?P<day>{NUMBER})"
            rf"(?! (?:am|pm|min\w*|hours?)(?!\S))(?: (?P<year>20\d\d))?(?: (?:{DAY_NAME})(?!\S))?"
        ),
        _named,
    ),
    (
        pattern(rf"{ON}(?:(?:{DAY_NAME}) )?{ON}(?P<day>{NUMBER})(?: of)? (?P<month>{MONTH})(?: (?P<year>20\d\d))?"),
        _named,
    ),
    (
        pattern(
            rf"(?:(?:{DAY_NAME}) )?(?:on )?the (?P<day>\d{{1,2}} (?:st|nd|rd|th))"
            r"(?! (?:grade\w*|street|st|ave\w*|floor|time|year|birthday|lesson)(?!\S))"
        ),
        _the_nth,
    ),
]
MONTH_RULES: list[Rule] = [
    (
        pattern(
            rf"(?P<cue>(?:in|during|this|next|for) )?(?:early |late |mid )?(?P<month>{MONTH})(?: (?P<year>20\d\d))?"
        ),
        _month,
    ),
]
