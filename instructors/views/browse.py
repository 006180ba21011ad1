"""The way in: home, and the catalogue as pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instainstru.core import clock, policy
from instainstru.core.pages import PageRequest, page
from instainstru.core.replica import may_lag
from instainstru.core.time import NEW_YORK
from instructors.services import browse, landing, search
from instructors.services.browse import BoroughCount, CategoryLine, SubjectLine
from instructors.services.search import Soon, Wish
from instructors.views.profile import LADDER
from instructors.views.search import card
from instructors.views.wishes import search_form

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
@may_lag
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
        **_found_as(reverse("instructors:home"), _site()),
    }
    return page(request, "instructors/home.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@may_lag
def subjects(request: PageRequest) -> HttpResponse:
    """Everything that is taught, with how many teach it."""
    directory = browse.directory()
    context = {
        "categories": directory.categories,
        "instructors": directory.instructors,
        **_found_as(reverse("instructors:subjects")),
    }
    return page(request, "instructors/subjects.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@may_lag
def category(request: PageRequest, category: str) -> HttpResponse:
    """A category: its subjects in groups, boroughs, and the first instructors."""
    line = browse.category(slug=category)
    results = f"{reverse('instructors:list')}?category={line.slug}"
    counts = browse.by_borough(category=line.slug)
    context = {
        "category": line,
        "about": line,
        **_first(Wish(category=line.slug), now=clock.now()),
        "boroughs": [(one.name, one.instructors, f"{results}&borough={one.slug}") for one in counts],
        "all": results,
        **_crumbs((line.name, _at("category", line.slug))),
    }
    return page(request, "instructors/category.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@may_lag
def subject(request: PageRequest, category: str, subject: str) -> HttpResponse:
    """A subject: how many teach it and where, and the first of them."""
    line, parent = browse.subject(slug=subject, category=category)
    counts = browse.by_borough(category=parent.slug, subject=line.slug)
    context = {
        "category": parent,
        "about": line,
        **_first(Wish(subject=line.slug), now=clock.now()),
        "boroughs": _boroughs(parent, line, counts),
        "related": [
            (one.name, one.instructors, _at("subject", parent.slug, one.slug))
            for one in parent.most_taught
            if one is not line
        ][:SUBJECTS_SHOWN],
        "all": f"{reverse('instructors:list')}?service={line.slug}",
        **_crumbs(
            (parent.name, _at("category", parent.slug)),
            (line.name, _at("subject", parent.slug, line.slug)),
        ),
    }
    return page(request, "instructors/subject.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@may_lag
def borough(request: PageRequest, category: str, subject: str, borough: str) -> HttpResponse:
    """A subject in a borough where somebody teaches it: how many, for how much, and the first of them."""
    found = landing.of(category=category, subject=subject, borough=borough)
    line, parent, here = found.subject, found.category, found.here
    context = {
        "category": parent,
        "about": line,
        "here": here,
        **_first(Wish(subject=line.slug, borough=here.slug), now=clock.now()),
        "boroughs": _boroughs(parent, line, found.elsewhere),
        "related": [
            (one.name, number, _at("borough", parent.slug, one.slug, here.slug)) for one, number in found.neighbors
        ][:SUBJECTS_SHOWN],
        "all": f"{reverse('instructors:list')}?service={line.slug}&borough={here.slug}",
        **_crumbs(
            (parent.name, _at("category", parent.slug)),
            (line.name, _at("subject", parent.slug, line.slug)),
            (here.name, _at("borough", parent.slug, line.slug, here.slug)),
        ),
    }
    return page(request, "instructors/landing.html", context)


def _at(name: str, *slugs: str) -> str:
    return reverse(f"instructors:{name}", args=slugs)


def _first(wish: Wish, *, now: datetime) -> dict[str, object]:
    """The first instructors of a list."""
    found = search.search(wish=wish, cursor="", limit=FIRST_SHOWN, now=now)
    return {"cards": [card(one, minutes=wish.minutes) for one in found.found], "count": found.count}


def _boroughs(category: CategoryLine, subject: SubjectLine, counts: list[BoroughCount]) -> list[tuple[str, int, str]]:
    """Boroughs where somebody teaches a subject in person: the name, how many, and the way to them."""
    return [(one.name, one.instructors, _at("borough", category.slug, subject.slug, one.slug)) for one in counts]


def _found_as(address: str, structured: Mapping[str, object] | None = None) -> dict[str, object]:
    """The one address under which search engines keep a page, and what it says in the words of schema.org."""
    return {"canonical": settings.SITE_ADDRESS + address, "structured": structured}


def _crumbs(*steps: tuple[str, str]) -> dict[str, object]:
    """The way to a page from all subjects down, the page itself last: for people, and for search engines."""
    way = [("All subjects", reverse("instructors:subjects")), *steps]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": settings.SITE_ADDRESS + address}
        for number, (name, address) in enumerate(way, start=1)
    ]
    said = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
    return {"crumbs": way[:-1], "crumb": way[-1][0], **_found_as(way[-1][1], said)}


def _site() -> dict[str, object]:
    """Who we are, and how to search here."""
    home, results = (settings.SITE_ADDRESS + reverse(f"instructors:{name}") for name in ("home", "list"))
    search_here = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{results}?q={{words}}"},
        "query-input": "required name=words",
    }
    us = {"@type": "Organization", "@id": f"{home}#us", "name": "InstaInstru", "url": home}
    site = {"@type": "WebSite", "name": us["name"], "url": home, "publisher": {"@id": us["@id"]}}
    return {"@context": "https://schema.org", "@graph": [us, {**site, "potentialAction": search_here}]}
