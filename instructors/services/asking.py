"""What a person asks for, from plain words and single fields, and the same in the database's own terms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from instainstru.core import money, policy
from instainstru.core.errors import Invalid
from instainstru.core.measure import measure_operation
from instainstru.core.policy import Audience, Level, Place
from instainstru.core.time import NEW_YORK, STEP, first_instant, is_second_pass, midnight, round_up
from instructors.models import Sort
from instructors.repositories import catalogue as catalogue_repository
from instructors.repositories import questions as repository
from instructors.repositories.questions import Earliest, Question, Window
from instructors.services import words
from instructors.services.kept import Part, kept
from instructors.services.words import Understood


@dataclass(frozen=True)
class Wish:
    """What a person asks for: slugs, local days, clock times, minutes, the lesson's price in cents without fee.

    A lesson starts at `after` or later, and before `before` (00:00 is the midnight that ends the day); it may end
    later. One day alone opens the range towards the other side. `rest` is looked for as text.
    """

    subject: str = ""
    category: str = ""
    neighborhoods: tuple[str, ...] = ()
    borough: str = ""
    date_from: date | None = None
    date_to: date | None = None
    after: time | None = None
    before: time | None = None
    minutes: int = policy.DEFAULT_LESSON_MINUTES
    place: Place | None = None
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    audience: Audience | None = None
    level: Level | None = None
    rating: float | None = None
    rest: str = ""
    sort: Sort = Sort.BEST
    usual_length_said: bool = False  # it finds the same; who said so is shown it

    def has(self, condition: str) -> bool:
        """Whether a condition, by its name, is set."""
        said = condition == "minutes" and self.usual_length_said
        return said or any(getattr(self, name) != getattr(USUAL, name) for name in CONDITIONS[condition])

    def without(self, condition: str) -> "Wish":
        """The same without one condition."""
        usual = {name: getattr(USUAL, name) for name in CONDITIONS[condition]}
        return replace(self, **usual, usual_length_said=self.usual_length_said and condition != "minutes")


# What is taken away as one thing, and in words or fields overrules as one: smallest change first.
CONDITIONS: dict[str, tuple[str, ...]] = {
    "clock": ("after", "before"),
    "day": ("date_from", "date_to"),
    "price": ("min_price_cents", "max_price_cents"),
    "rating": ("rating",),
    "rest": ("rest",),
    "minutes": ("minutes",),
    "place": ("place",),
    "level": ("level",),
    "audience": ("audience",),
    "where": ("neighborhoods", "borough"),
    "what": ("subject", "category"),
}
USUAL = Wish()


@dataclass(frozen=True)
class Heard:
    """A wish, and what of it came from plain words."""

    wish: Wish
    understood: Understood | None = None


@measure_operation
def hear(*, text: str, given: Mapping[str, Any], now: datetime) -> Heard:
    """The wish behind plain words and single fields (by Wish's names): a field that is given wins over words.

    Prices in words are an hour's, and become the lesson's. Never raises.
    """
    understood = words.understand(text=text, now=now) if text.strip() else None
    said = _said(understood) if understood else {}
    for names in CONDITIONS.values():
        if any(name in given for name in names):
            said = {name: value for name, value in said.items() if name not in names}
    minutes = given.get("minutes", said.get("minutes", policy.DEFAULT_LESSON_MINUTES))
    for name in CONDITIONS["price"]:
        if name in said:
            said[name] = money.lesson_price(hourly_cents=said[name], minutes=minutes)
    asked = said | dict(given)
    return Heard(Wish(**asked, usual_length_said=asked.get("minutes") == policy.DEFAULT_LESSON_MINUTES), understood)


def _said(understood: Understood) -> dict[str, Any]:
    """What was understood, by Wish's names."""
    said = {name: getattr(understood, name) for names in CONDITIONS.values() for name in names if name in SPOKEN}
    said["neighborhoods"] = tuple(area.slug for area in understood.neighborhoods)
    said["sort"] = understood.sort
    return {name: value for name, value in said.items() if value not in (None, "", ())}


SPOKEN = {name for names in CONDITIONS.values() for name in names} - {"category", "rating", "neighborhoods"}


@dataclass(frozen=True)
class Text:
    """The words of a text that somebody's profile or services have, and those that nobody's have."""

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def text_of(rest: str) -> Text:
    """Which words of a text can be searched for. Words that say nothing, such as "the", are neither."""
    wanted = tuple(dict.fromkeys(rest.lower().split()))[: policy.MOST_WORDS]
    if not wanted:
        return Text()
    return kept(f"text:{' '.join(wanted)}", Part.OFFERS, work_out=lambda: Text(*repository.sort_words(wanted)))


@dataclass(frozen=True)
class Asked:
    """A wish in the database's terms, its local days, and the words that nobody has."""

    question: Question
    days: list[date]
    unknown: tuple[str, ...]


def ask(wish: Wish, *, now: datetime, since: datetime | None = None) -> Asked | None:
    """A wish in the database's terms; None when its time is over. Soonness is counted from `since`, or now.

    Raises Invalid for a slug that does not exist.
    """
    ids, text, days = _ids(wish), text_of(wish.rest), days_of(wish, now=now)
    windows = _windows(days, wish, now=now)
    if not windows:
        return None
    question = Question(
        windows=windows,
        fold=fold(days),
        earliest=earliest(now),
        since=since or now,
        minutes=wish.minutes,
        sort=wish.sort,
        place=wish.place,
        min_price_cents=wish.min_price_cents,
        max_price_cents=wish.max_price_cents,
        audience=wish.audience,
        level=wish.level,
        rating=wish.rating,
        words=text.known,
        **ids,
    )
    return Asked(question, days, text.unknown)


def days_of(wish: Wish, *, now: datetime) -> list[date]:
    """The local days of a wish that are not over, up to the last that can be booked."""
    today, last = now.astimezone(NEW_YORK).date(), policy.last_date(now=now)
    first = max(wish.date_from or today, today)
    days = [first + timedelta(days=n) for n in range((min(wish.date_to or last, last) - first).days + 1)]
    return days if wish.date_to else days[: policy.SEARCH_DAYS]


def clock_of(day: date, wish: Wish, *, now: datetime) -> tuple[datetime, datetime]:
    """The first and last start on a local day as the wish has it; what has passed is cut off."""
    opens = first_instant(day, wish.after.hour * 60 + wish.after.minute) if wish.after else midnight(day)
    ends = midnight(day + timedelta(days=1))
    if wish.before and wish.before != time():
        ends = first_instant(day, wish.before.hour * 60 + wish.before.minute)
    return max(round_up(opens), round_up(now)), round_up(ends) - STEP


def _windows(days: list[date], wish: Wish, *, now: datetime) -> list[Window]:
    """A window a day; without a clock time one for all days, which one look is enough for."""
    if not days:
        return []
    if not (wish.after or wish.before):
        opens, last = clock_of(days[0], wish, now=now)[0], clock_of(days[-1], wish, now=now)[1]
        return [Window(midnight(days[0]), opens, last)] if opens <= last else []
    each = [Window(midnight(day), *clock_of(day, wish, now=now)) for day in days]
    return [window for window in each if window.opens <= window.last]


def fold(days: list[date]) -> tuple[datetime, datetime] | None:
    """The second pass of the hour that one of these days repeats."""
    for day in days:
        if midnight(day + timedelta(days=1)) - midnight(day) > timedelta(days=1):
            steps = (midnight(day) + STEP * n for n in range(24 * 4))
            begins = next(instant for instant in steps if is_second_pass(instant))
            return begins, begins + timedelta(hours=1)
    return None


def earliest(now: datetime) -> Earliest:
    """The first starts that booking would grant now, by travel and overnight guard."""

    def first(*, travel: bool, guard: bool) -> datetime:
        return policy.earliest_start(travel=travel, guard=guard, now=now)

    return Earliest(
        plain=first(travel=False, guard=False),
        guarded=first(travel=False, guard=True),
        travel=first(travel=True, guard=False),
        travel_guarded=first(travel=True, guard=True),
    )


def ids() -> dict[str, dict[str, int]]:
    """The ids behind all slugs, by what they name."""
    return kept("ids", Part.CATALOGUE, work_out=catalogue_repository.all_ids)


def _ids(wish: Wish) -> dict[str, Any]:
    known = ids()

    def of(kind: str, slug: str) -> int | None:
        if slug and slug not in known[kind]:
            raise Invalid.field("service" if kind == "subject" else kind, f"There is no such {kind}.")
        return known[kind][slug] if slug else None

    return {
        "subject_id": of("subject", wish.subject),
        "category_id": of("category", wish.category),
        "borough_id": of("borough", wish.borough),
        "neighborhood_ids": tuple(
            known["neighborhood"][slug] for slug in wish.neighborhoods if of("neighborhood", slug)
        ),
    }
