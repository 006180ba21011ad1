"""A search as its address, its form and its chips say it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from instainstru.core import money, policy
from instainstru.core.policy import Place
from instainstru.core.templatetags import show
from instainstru.core.time import NEW_YORK
from instructors.forms.search import SearchForm, When, hour_label, length_label
from instructors.models import Sort
from instructors.services import asking
from instructors.services.asking import CONDITIONS, USUAL, Heard, Wish
from instructors.services.browse import Directory


def address(wish: Wish, *, q: str = "", at: str = "instructors:list", **more: str) -> str:
    """Where a wish is found. `q` are plain words, and more names beside it may be said."""
    query = urlencode({**fields(wish, q=q), **more})
    return reverse(at) + (f"?{query}" if query else "")


def fields(wish: Wish, *, q: str = "") -> dict[str, str]:
    """A wish by the names of an address: only what differs from the usual is said. `q` is else what words left."""
    one_day = wish.date_from == wish.date_to
    said: dict[str, object] = {
        "q": q or wish.rest,
        "service": wish.subject,
        "category": wish.category,
        "neighborhood": ",".join(wish.neighborhoods),
        "borough": wish.borough,
        "date": wish.date_from if one_day else None,
        "date_from": None if one_day else wish.date_from,
        "date_to": None if one_day else wish.date_to,
        "after": f"{wish.after:%H:%M}" if wish.after is not None else "",
        "before": f"{wish.before:%H:%M}" if wish.before is not None else "",
        "minutes": wish.minutes if wish.has("minutes") else "",
        "place": wish.place,
        "min_price": _dollars(wish.min_price_cents),
        "max_price": _dollars(wish.max_price_cents),
        "audience": wish.audience,
        "level": wish.level,
        "rating": wish.rating,
        "sort": wish.sort if wish.sort is not Sort.BEST else "",
    }
    return {name: str(value) for name, value in said.items() if value not in (None, "")}


def _dollars(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}".removesuffix(".00")


def search_form(typed: Mapping[str, str], directory: Directory, *, now: datetime) -> SearchForm:
    """The search row and its filters: words as they were typed, or those for an address's slugs and dates."""
    today, last = now.astimezone(NEW_YORK).date(), policy.last_date(now=now)
    typed = {"q": typed.get("what", ""), **typed}
    line = "" if {"where", "when"} & typed.keys() else _line(typed, directory)
    filled = {
        "q": " ".join(filter(None, [line, typed["q"]])),
        "where": typed.get("neighborhood") or typed.get("borough") or "",
        "when": _when(typed, today=today),
        "minutes": str(policy.DEFAULT_LESSON_MINUTES),
        "sort": Sort.BEST.value,
    }
    areas = [
        (borough.name, [(borough.slug, f"All of {borough.name}"), *((a.slug, a.name) for a in borough.neighborhoods)])
        for borough in directory.boroughs
    ]
    shown = {name: value for name, value in typed.items() if name != "q"}
    return SearchForm(filled | shown, areas=areas, today=today, last=last)


def _line(typed: Mapping[str, str], directory: Directory) -> str:
    subject = directory.subjects.get(typed.get("service", ""))
    category = next((one.name for one in directory.categories if one.slug == typed.get("category")), "")
    return subject[0].name if subject else category


def _when(typed: Mapping[str, str], *, today: date) -> str:
    if typed.get("date_from") or typed.get("date_to"):
        return When.RANGE
    known = {"": When.NEXT, today.isoformat(): When.TODAY, (today + timedelta(days=1)).isoformat(): When.TOMORROW}
    return known.get(typed.get("date", ""), When.DATE)


def given(form: SearchForm, directory: Directory) -> dict[str, Any]:
    """What a valid form asks for in single fields, by Wish's names: only what differs from the usual."""
    said, boroughs = form.cleaned_data, {borough.slug for borough in directory.boroughs}
    asked = {
        "subject": said["service"],
        "category": said["category"],
        "neighborhoods": tuple(slug for slug in said["where"] if slug not in boroughs),
        "borough": next((slug for slug in said["where"] if slug in boroughs), ""),
        "date_from": said["days"][0],
        "date_to": said["days"][1],
        **{name: said[name] for name in ("after", "before", "minutes", "place", "audience", "level", "rating", "sort")},
        "min_price_cents": None if said["min_price"] is None else int(said["min_price"] * 100),
        "max_price_cents": None if said["max_price"] is None else int(said["max_price"] * 100),
    }
    return {name: value for name, value in asked.items() if value not in (None, "") and value != getattr(USUAL, name)}


def sent(form: SearchForm, directory: Directory, *, now: datetime) -> str:
    """The short address for a form as a browser sends it.

    Its fields show what was made of the words before: where nobody changed them, the words go on saying it.
    """
    q, heard = _read_of(form.cleaned_data["q"]), _read_of(form.cleaned_data["heard"])
    fields = {name: value for name, value in given(form, directory).items() if name not in CONDITIONS["what"]}
    before = asking.hear(text=heard, given={}, now=now).wish if heard else USUAL
    shown = Wish(**fields)
    if heard and q == heard:
        kept = {name: getattr(before, name) for name in (*CONDITIONS["what"], "rest")}
        kept["usual_length_said"] = before.usual_length_said and not shown.has("minutes")
        same = all(getattr(shown, name) == getattr(before, name) for name in SHOWN)
        return address(USUAL, q=heard) if same else address(replace(shown, **kept))
    changed = {
        name: getattr(shown, name)
        for names in (*CONDITIONS.values(), ("sort",))
        if any(getattr(shown, name) != getattr(before, name) for name in names)
        for name in names
        if name in fields
    }
    shorter = before.has("minutes") and not before.usual_length_said and not shown.has("minutes")
    asked = Wish(**changed, usual_length_said=shorter)
    return address(replace(asked, **_named(q, directory)), q="" if _named(q, directory) else q)


def _read_of(text: str) -> str:
    """So much of a text as is read."""
    return " ".join(text.split())[: policy.LONGEST_QUERY].strip()


SHOWN = [name for names in CONDITIONS.values() for name in names if name not in (*CONDITIONS["what"], "rest")]
SHOWN += ["sort"]


def _named(q: str, directory: Directory) -> dict[str, Any]:
    """The subject or category that is called exactly so."""
    if exact := directory.subject_named(q):
        return {"subject": exact.slug}
    found = next((one for one in directory.categories if one.name.casefold() == q.casefold()), None)
    return {"category": found.slug} if found else {}


def is_name(typed: Mapping[str, str], directory: Directory) -> bool:
    """Whether an address has nothing in its box but the name of a subject or category."""
    q = typed.get("q") or typed.get("what") or ""
    return not (typed.get("service") or typed.get("category")) and bool(_named(" ".join(q.split()), directory))


def on(wish: Wish, day: date) -> Wish:
    """The same on one day."""
    return replace(wish, date_from=day, date_to=day)


def hear(form: SearchForm, directory: Directory, *, typed: Mapping[str, str], now: datetime) -> Heard:
    """The wish behind a valid form that was made of an address: a length that it names is said, the usual one, too."""
    length = {"minutes": form.cleaned_data["minutes"]} if typed.get("minutes") else {}
    q = str(form.cleaned_data["q"]).removeprefix(_line(form.cleaned_data, directory))
    return asking.hear(text=q.strip(), given=given(form, directory) | length, now=now)


def chips(wish: Wish, directory: Directory) -> list[tuple[str, str]]:
    """What is asked, each with the address without it; what is asked for first comes first."""
    set_ones = [name for name in reversed(CONDITIONS) if wish.has(name)]
    return [(said(wish, name, directory), address(wish.without(name))) for name in set_ones]


def said(wish: Wish, condition: str, directory: Directory) -> str:
    """One condition, as a chip says it."""
    return SENTENCES[condition](wish, directory)


def _what(wish: Wish, directory: Directory) -> str:
    if wish.subject:
        return directory.subjects[wish.subject][0].name
    return next((one.name for one in directory.categories if one.slug == wish.category), "")


def _where(wish: Wish, directory: Directory) -> str:
    return ", ".join(directory.areas[slug] for slug in (*wish.neighborhoods, *filter(None, [wish.borough])))


def _day(wish: Wish, directory: Directory) -> str:
    first, last = wish.date_from, wish.date_to
    if first == last:
        return show.day(first) if first else ""
    return " ".join([f"From {show.day(first)}" if first else "", f"to {show.day(last)}" if last else ""]).strip()


def _clock(wish: Wish, directory: Directory) -> str:
    after, before = (hour_label(one) if one is not None else "" for one in (wish.after, wish.before))
    if after and before:
        return f"{after} to {before}"
    return f"From {after}" if after else f"Before {before}"


def _price(wish: Wish, directory: Directory) -> str:
    low, high = wish.min_price_cents, wish.max_price_cents
    if low is None:
        return f"Up to {money.dollars(high or 0)}"
    above = f"Over {money.dollars(low - 1)}" if low % 100 == 1 else f"From {money.dollars(low)}"
    return above if high is None else f"{above}, up to {money.dollars(high)}"


SENTENCES: dict[str, Callable[[Wish, Directory], str]] = {
    "what": _what,
    "where": _where,
    "day": _day,
    "clock": _clock,
    "minutes": lambda wish, directory: length_label(wish.minutes),
    "place": lambda wish, directory: Place(wish.place).label if wish.place else "",
    "price": _price,
    "audience": lambda wish, directory: wish.audience.label if wish.audience else "",
    "level": lambda wish, directory: wish.level.label if wish.level else "",
    "rating": lambda wish, directory: f"{wish.rating} stars and up",
    "rest": lambda wish, directory: f"“{wish.rest}”",
}


def title(wish: Wish, directory: Directory) -> str:
    """What a page shows, in a few words."""
    what, where = _what(wish, directory), _where(wish, directory) or "New York"
    return f"{what} lessons in {where}" if what else f"Lessons in {where}"


def summary(wish: Wish, directory: Directory, *, now: datetime) -> str:
    """The search row in one line, for a phone: Piano · Park Slope · today."""
    today = now.astimezone(NEW_YORK).date()
    day = {today: "today", today + timedelta(days=1): "tomorrow"}.get(wish.date_from) if wish.date_from else ""
    when = day if day and wish.date_from == wish.date_to else _day(wish, directory)
    parts = [_what(wish, directory) or "Any subject", _where(wish, directory) or "All of New York", when or "any day"]
    return " · ".join(part for part in parts if part)
