"""Prices, in cents an hour: "under $90", "60-80 dollars", "$60 for 30 minutes", "up to 75/hr"."""

import re

from instainstru.core import policy
from instainstru.core.money import half_up
from instructors.services.words.draft import Draft, Fields, Rule, pattern
from instructors.services.words.lengths import minutes_of

LEAST_WITHOUT_SIGN = 20  # dollars: a smaller number without a sign is an age or an hour
MOST = 10_000  # dollars: more is no price
AMOUNT = r"(?:\$ )?(?:a )?\d+(?:\.\d+)?(?: k)?(?: (?:\$|dollars?|bucks?|usd))?"
LONG = r"(?:half (?:an )?hour|\d+(?:\.\d+)? (?:min|mins|minutes?|hours?|hrs?|h))"
UNIT = (
    rf"(?: (?:(?:/|per|an?|each|every) )?(?:hourly|hour|hr|h)| (?:/|per|an?|each|every) (?:lesson|class|session)"
    rf"| (?:/|per|for|a|an|every|each)(?: an?)? {LONG}| for (?:an|1) (?:hour|hr)"
    r"| for (?:the|a|1) (?:lesson|class|session))?"
)
IS_NO_PRICE = (  # what follows a number that counts something else
    r"(?! (?:min|mins|minutes?|hours?|hrs?|h|am|pm|a m|p m|years?|yrs?|yo|y|months?|days?|weeks?|people|"
    r"students|kids|children|persons|adults|th|st|nd|rd|miles?|blocks?|k)(?!\S))"
)
MOST_WORDS = (
    r"(?:(?:my |our |with |a |on ){0,3}(?:max(?:imum)? )?(?:budget|price)(?: (?:is|of|around|about|up to"
    r"|under|max))?|under|below|less than|lower than"
    r"|cheaper than|(?:no|not) (?:more|higher) than|not (?:over|above|exceeding)|max(?:imum)?(?: (?:of|is|price))?"
    r"|up to|upto|at most|within|< =|<|(?:can |could |will |to )?(?:pay|spend|afford)(?: up to)?|limit(?: of)?)"
)
LEAST_WORDS = (
    r"(?:over|above|more than|higher than|at least|(?<!\d )min(?: of)?|minimum(?: of)?|starting (?:at"
    r"|from)|from|> =|>|upwards of)"
)
ABOUT = r"(?:around|about|roughly|approximately|approx|for|at|only|just|price|rate)"
AFTER_MOST = (
    r"(?:max(?:imum)?|tops|or (?:less|under|below|cheaper|lower)|and (?:under|below|less)|ish|or so"
    r"|budget|limit|at most)"
)
AFTER_LEAST = r"(?:\+|or (?:more|above|over|higher)|and (?:up|over|above)|minimum|(?P<short>min))"


def _cents(said: str) -> int | None:
    """The cents of an amount; None for none that is a price."""
    number = re.search(r"\d+(?:\.\d+)?", said)
    dollars = float(number[0]) * (1000 if said.endswith(" k") else 1) if number else MOST + 1
    return round(dollars * 100) if dollars <= MOST else None


def _has_sign(said: str) -> bool:
    return bool(re.search(r"\$|dollar|buck|usd", said))


def _is_price(said: str, unit: str) -> bool:
    """Whether a number is money: by a sign, by the hour, or by its size."""
    cents = _cents(said)
    by_hour = bool(unit) and not unit.startswith(" for")  # "at 2 for 2 hours" is a time and a length
    return cents is not None and (_has_sign(said) or by_hour or cents >= LEAST_WITHOUT_SIGN * 100)


def _by_unit(unit: str) -> tuple[int | None, Fields]:
    """How many minutes a price is for, None for one lesson; and the length, if that was said with it."""
    if re.search(r"lesson|class|session", unit):
        return None, {}
    long = re.search(LONG, unit)
    minutes = minutes_of(long[0]) if long else None
    if minutes is None:
        return 60, {}
    return minutes, {"minutes": minutes} if unit.strip().startswith("for") else {}


def hourly(cents: int, minutes: int) -> int:
    """Cents an hour of a price for so many minutes."""
    return half_up(cents * 60, minutes)


def _priced(unit: str, **bounds: str) -> Fields | None:
    """Prices by the hour; a price for a lesson waits until the lesson's length is known."""
    minutes, length = _by_unit(unit)
    fields: dict[str, object] = dict(length)
    for name, said in bounds.items():
        cents = _cents(said)
        if cents is None:
            return None
        fields[name] = hourly(cents, minutes or 60)
    return fields | ({"per_lesson": True} if minutes is None else {})


def _range(match: re.Match[str], _: Draft) -> Fields | None:
    low, high, unit = match["low"], match["high"], match["unit"] or ""
    sign = _has_sign(low) or _has_sign(high) or unit
    lows, highs = _cents(low), _cents(high)
    if lows is None or highs is None or not (sign or min(lows, highs) >= LEAST_WITHOUT_SIGN * 100):
        return None
    if lows > highs:
        low, high = high, low
    return _priced(unit, min_price_cents=low, max_price_cents=high)


def _most(match: re.Match[str], _: Draft) -> Fields | None:
    unit = match["unit"] or ""
    return _priced(unit, max_price_cents=match["amount"]) if _is_price(match["amount"], unit) else None


def _least(match: re.Match[str], _: Draft) -> Fields | None:
    unit = match["unit"] or ""
    if match.groupdict().get("short") and not _has_sign(match["amount"]):
        return None  # minutes
    return _priced(unit, min_price_cents=match["amount"]) if _is_price(match["amount"], unit) else None


def _plain(match: re.Match[str], _: Draft) -> Fields | None:
    unit = match["unit"] or ""
    by_hour = unit and re.search(r"hour|hr|/|per|an?\b|min", unit)
    enough = (_cents(match["amount"]) or 0) >= LEAST_WITHOUT_SIGN * 100
    if not (_has_sign(match["amount"]) or (by_hour and enough and not re.fullmatch(r" (?:hours?|hrs?|h)", unit))):
        return None
    return _priced(unit, max_price_cents=match["amount"])


def _about(match: re.Match[str], draft: Draft) -> Fields | None:
    sign = _has_sign(match["amount"]) or bool(match["unit"])
    return _most(match, draft) if sign or match["about"] in {"around", "about", "price", "rate"} else None


_LOW, _HIGH, _ONE, _UNIT = f"(?P<low>{AMOUNT})", f"(?P<high>{AMOUNT})", f"(?P<amount>{AMOUNT})", f"(?P<unit>{UNIT})"
RULES: list[Rule] = [
    (
        pattern(rf"(?:(?:between|from|btw|bw|budget(?: of| is)?) )?{_LOW} (?:-|to|and) {_HIGH}{IS_NO_PRICE}{_UNIT}"),
        _range,
    ),
    (pattern(rf"{_ONE}{_UNIT} {AFTER_MOST}"), _most),
    (pattern(rf"{_ONE}{_UNIT} {AFTER_LEAST}"), _least),
    (pattern(rf"{MOST_WORDS} (?:of )?{_ONE}{IS_NO_PRICE}{_UNIT}"), _most),
    (pattern(rf"{LEAST_WORDS} {_ONE}{IS_NO_PRICE}{_UNIT}"), _least),
    (pattern(rf"(?P<about>{ABOUT}) {_ONE}{IS_NO_PRICE}{_UNIT}"), _about),
    (pattern(rf"{_ONE}{IS_NO_PRICE}{_UNIT}"), _plain),
]


def settle(draft: Draft) -> None:
    """Turn prices for a lesson into prices by the hour, now that its length is known."""
    if draft.values.pop("per_lesson", False):
        minutes = draft.values.get("minutes", policy.DEFAULT_LESSON_MINUTES)
        for name in ("min_price_cents", "max_price_cents"):
            if name in draft.values:
                draft.values[name] = hourly(draft.values[name], minutes)
    draft.said.pop("per_lesson", None)
