"""The way in: home, and the catalogue as pages."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instainstru.core import clock, policy
from instainstru.core.pages import PageRequest, page
from instainstru.core.time import NEW_YORK
from instructors.services import browse, search
from instructors.services.search import Soon, Wish
from instructors.views.profile import LADDER
from instructors.views.search import card, search_form

SOON_HOURS = 3
SOON_SHOWN = 6
SUBJECTS_SHOWN = 6
FIRST_SHOWN = 6


def _soon_title(soon: Soon, *, now: datetime) -> str:
    """When the shown times are, in the words of a person who is awake now."""
    if soon.within:
        return f"Free in the next {SOON_HOURS} hours"
    today, first = now.astimezone(NEW_YORK), soon.found[0].starts[0].astimezone(NEW_YORK)
    if first.date() == today.date():
        return "First thing this morning" if today.time() < policy.NIGHT_ENDS else "Next free today"
    return "First thing tomorrow" if first.date() == today.date() + timedelta(days=1) else "Next free"


def _day_label(start: datetime, *, now: datetime) -> str:
    """The day of a start, seen from today."""
    day, today = start.astimezone(NEW_YORK).date(), now.astimezone(NEW_YORK).date()
    return {0: "Today", 1: "Tomorrow"}.get((day - today).days, f"{day:%A %-d %B}")


@require_safe
@cache_control(private=True, no_cache=True)
def home(request: PageRequest) -> HttpResponse:
    """The search row, who is free now, what is taught, and how it works."""
    now, directory = clock.now(), browse.directory()
    soon = search.soon(within=timedelta(hours=SOON_HOURS), limit=SOON_SHOWN, now=now)
    context = {
        "form": search_form({}, directory, now=now),
        "soon": [
            {**card(one, minutes=policy.DEFAULT_LESSON_MINUTES), "day": _day_label(one.starts[0], now=now)}
            for one in soon.found
        ],
        "soon_title": _soon_title(soon, now=now) if soon.found else "",
        "free_now": soon.within,
        "instructors": directory.instructors,
        "categories": directory.categories,
        "taught": [(one, one.most_taught[:SUBJECTS_SHOWN]) for one in directory.categories],
        "ladder": LADDER,
        "canonical": settings.SITE_ADDRESS + reverse("instructors:home"),
    }
    return page(request, "instructors/home.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def subjects(request: PageRequest) -> HttpResponse:
    """Everything that is taught, with how many teach it."""
    directory = browse.directory()
    context = {
        "categories": directory.categories,
        "instructors": directory.instructors,
        "canonical": settings.SITE_ADDRESS + reverse("instructors:subjects"),
    }
    return page(request, "instructors/subjects.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def category(request: PageRequest, category: str) -> HttpResponse:
    """A category: its subjects in groups, boroughs, and the first instructors."""
    line = browse.category(slug=category)
    context = {
        "category": line,
        "about": line,
        **_first(Wish(category=line.slug), now=clock.now()),
        "boroughs": _boroughs(f"category={line.slug}", browse.by_borough(category=line.slug)),
        "all": f"{reverse('instructors:list')}?category={line.slug}",
        "canonical": settings.SITE_ADDRESS + reverse("instructors:category", args=[line.slug]),
    }
    return page(request, "instructors/category.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def subject(request: PageRequest, category: str, subject: str) -> HttpResponse:
    """A subject: how many teach it and where, and the first of them."""
    line, parent = browse.subject(slug=subject, category=category)
    counts = browse.by_borough(category=parent.slug, subject=line.slug)
    context = {
        "category": parent,
        "about": line,
        **_first(Wish(subject=line.slug), now=clock.now()),
        "boroughs": _boroughs(f"service={line.slug}", counts),
        "related": [one for one in parent.most_taught if one.slug != line.slug][:SUBJECTS_SHOWN],
        "all": f"{reverse('instructors:list')}?service={line.slug}",
        "canonical": settings.SITE_ADDRESS + reverse("instructors:subject", args=[parent.slug, line.slug]),
    }
    return page(request, "instructors/subject.html", context)


def _first(wish: Wish, *, now: datetime) -> dict[str, object]:
    """The first instructors of a list."""
    found = search.search(wish=wish, cursor="", limit=FIRST_SHOWN, now=now)
    return {"cards": [card(one, minutes=wish.minutes) for one in found.found], "count": found.count}


def _boroughs(query: str, counts: list[browse.BoroughCount]) -> list[tuple[str, int, str]]:
    """Boroughs where somebody teaches in person: the name, how many, and the way to them."""
    return [(one.name, one.instructors, f"{reverse('instructors:list')}?{query}&borough={one.slug}") for one in counts]
