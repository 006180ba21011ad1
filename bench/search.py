"""Searching a city of 10,000 instructors and a million lessons, beside the one statement that finds the page.

The city is made on the first run, which takes some minutes.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from bench.report import Line, timed
from instainstru.core import clock, policy
from instainstru.core.time import NEW_YORK
from instructors.models import Offer, Sort
from instructors.repositories import search as repository
from instructors.services import asking, browse, facets, search
from instructors.services.asking import Wish

INSTRUCTORS = 10_000
PAST_DAYS = 335  # with these there are some 1,000,000 lessons, nine in ten of them over
WARM_UP = 3


def measure(*, repeat: int) -> list[Line]:
    """Each wish in each order, the first page; then facets, which are kept for a minute and here worked out anew."""
    with a_city() as now:
        lines = []
        for name, wish in wishes(now.date()).items():
            for sort in Sort:
                asked = replace(wish, sort=sort)
                whole = partial(search.search, wish=asked, cursor="", limit=policy.RESULTS_A_PAGE, now=now)
                lines.append(beside(f"{name}, {sort.value}", whole, page_of(asked, now), repeat, note="page and count"))
            counted = partial(facets.facets, wish=wish, now=now)
            lines.append(beside(f"{name}, facets", counted, statement_of(wish, now), repeat, note="strip, facets, map"))
        return lines


def wishes(today: date) -> dict[str, Wish]:
    """From narrow to what nobody can do."""
    days = {"date_from": today, "date_to": today}
    narrow = {"subject": "piano", "neighborhoods": ("park-slope",)}
    return {
        "piano, Park Slope, today after 5": Wish(**narrow, **days, after=time(17)),  # type: ignore[arg-type]
        "music, Brooklyn, 3 days": Wish(category="music", borough="brooklyn", date_from=today, date_to=later(today, 2)),
        "everything, 7 days": Wish(date_from=today, date_to=later(today, 6)),
        "nobody: everything, today from 11:30 PM": Wish(date_from=today, date_to=today, after=time(23, 30)),
    }


def later(today: date, days: int) -> date:
    """A later day."""
    return today + timedelta(days=days)


@contextmanager
def a_city() -> Iterator[datetime]:
    """One in the afternoon in a city of so many, on the day that it was made."""
    if Offer.objects.values("instructor").distinct().count() < INSTRUCTORS * 0.9:
        call_command("seed_demo", instructors=INSTRUCTORS, past_days=PAST_DAYS, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    now = clock.now().astimezone(NEW_YORK).replace(hour=13, minute=0, second=0, microsecond=0)
    with clock.at(now):
        yield now


def page_of(wish: Wish, now: datetime) -> Callable[[], object]:
    """The statement that finds a page, and nothing else."""
    asked = asking.ask(wish, now=now)
    if asked is None:
        raise RuntimeError("This wish is over.")
    near = datetime.combine(later(now.date(), 1), time(), NEW_YORK)
    limit, times = policy.RESULTS_A_PAGE + 1, policy.CARD_TIMES
    return partial(repository.find, asked.question, after=None, limit=limit, times=times, near=near)


def statement_of(wish: Wish, now: datetime) -> Callable[[], object]:
    """The statement that counts facets, strip and neighbourhoods."""
    return partial(facets.count, wish=wish, now=now)


def beside(name: str, whole: Callable[[], object], bare: Callable[[], object], repeat: int, *, note: str) -> Line:
    """Both by turns, nothing kept from the run before."""
    runs, bares = [], []
    for number in range(repeat + WARM_UP):
        cache.clear()
        asking.ids()  # names are kept until they change: no part of what is measured
        browse.directory()
        took, bare_took = timed(whole), timed(bare)
        if number >= WARM_UP:
            runs.append(took)
            bares.append(bare_took)
    return Line(name, runs, bares, note)
