"""Results: the address says what is looked for, and so can be kept, shared and read without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django_htmx.http import reselect, reswap, retarget

from instainstru.core import clock, money, policy
from instainstru.core.errors import Invalid
from instainstru.core.pages import PageRequest, page
from instainstru.core.policy import Place
from instainstru.core.templatetags import show
from instainstru.core.time import NEW_YORK
from instructors.forms.search import SearchForm, When, hour_label, length_label
from instructors.models import Sort
from instructors.services import browse, catalogue, places, search
from instructors.services.browse import Directory
from instructors.services.search import Looser, Wish

HUES = 8
DAYS_SHOWN = 7
NEAREST_SHOWN = 3
LONGEST_TYPED = 60


def card(found: search.Found, *, minutes: int) -> dict[str, object]:
    """An instructor in a list, with the next free times of the asked lesson."""
    place = Place(found.place)
    return {
        "slug": found.slug,
        "name": found.public_name,
        "initials": f"{found.first_name[:1]}{found.last_name[:1]}".upper(),
        "photo_hue": found.instructor_id % HUES,
        "headline": found.headline,
        "rating": found.rating,
        "reviews_count": found.reviews,
        "service_id": found.service_id,
        "service_name": found.service_name,
        "minutes": minutes,
        "place": place.value,
        "place_label": place.label,
        "places": [one.label for one in Place if one in found.places],
        "price_cents": money.lesson_price(hourly_cents=found.hourly_cents, minutes=minutes),
        "times": found.starts,
    }


@dataclass(frozen=True)
class Asked:
    """A wish with the words for it, and its address."""

    wish: Wish
    what: str = ""  # as typed, where it is no subject's name

    def address(self, cursor: str = "") -> str:
        """Where this is found: only what differs from the usual is said."""
        wish = self.wish
        said = {
            "what": self.what,
            "service": "" if self.what else wish.subject,
            "category": wish.category,
            "neighborhood": wish.neighborhood,
            "borough": wish.borough,
            "date": wish.day.isoformat() if wish.day else "",
            "after": f"{wish.after:%H:%M}" if wish.after else "",
            "minutes": wish.minutes if wish.minutes != policy.DEFAULT_LESSON_MINUTES else "",
            "place": wish.place.value if wish.place else "",
            "max_price": _dollars(wish.max_price_cents),
            "sort": wish.sort.value if wish.sort is not Sort.BEST else "",
            "cursor": cursor,
        }
        query = urlencode({name: value for name, value in said.items() if value != ""})
        return reverse("instructors:list") + (f"?{query}" if query else "")

    def without(self, name: str) -> "Asked":
        """The same with one filter less."""
        usual = getattr(Wish(), name)
        return Asked(replace(self.wish, **{name: usual}), "" if name == "subject" else self.what)


def _dollars(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}".removesuffix(".00")


def search_form(typed: Mapping[str, str], directory: Directory, *, now: datetime) -> SearchForm:
    """The search row and its filters: words as they were typed, or those for an address's slugs and dates."""
    today, last = now.astimezone(NEW_YORK).date(), policy.last_date(now=now)
    day, tomorrow = typed.get("date", ""), today + timedelta(days=1)
    known = {"": When.NEXT, today.isoformat(): When.TODAY, tomorrow.isoformat(): When.TOMORROW}
    subject, category = directory.subjects.get(typed.get("service", "")), typed.get("category", "")
    filled = {
        "what": subject[0].name if subject else next((c.name for c in directory.categories if c.slug == category), ""),
        "where": typed.get("neighborhood") or typed.get("borough") or "",
        "when": known.get(day, When.DATE),
        "minutes": str(policy.DEFAULT_LESSON_MINUTES),
        "sort": Sort.BEST.value,
    }
    areas = [
        (borough.name, [(borough.slug, f"All of {borough.name}"), *((a.slug, a.name) for a in borough.neighborhoods)])
        for borough in directory.boroughs
    ]
    return SearchForm(filled | dict(typed), areas=areas, today=today, last=last)


@dataclass(frozen=True)
class Meant:
    """What typed words were taken for, and what else they may mean."""

    typed: str
    name: str
    others: list[tuple[str, str]]  # names with addresses


def _understood(form: SearchForm, directory: Directory) -> tuple[Asked, Meant | None]:
    """The wish behind a valid form, and what typed words that name no subject were taken for."""
    said = form.cleaned_data
    boroughs = {borough.slug for borough in directory.boroughs}
    where = said["where"]
    wish = Wish(
        neighborhood="" if where in boroughs else where,
        borough=where if where in boroughs else "",
        day=said["day"],
        after=said["after"],
        minutes=said["minutes"],
        place=said["place"],
        max_price_cents=None if said["max_price"] is None else int(said["max_price"] * 100),
        sort=said["sort"],
    )
    what = said["what"].strip()
    if not what:
        return Asked(wish), None
    if exact := directory.subject_named(what):
        return Asked(replace(wish, subject=exact.slug)), None
    if category := next((one for one in directory.categories if one.name.casefold() == what.casefold()), None):
        return Asked(replace(wish, category=category.slug)), None
    found = catalogue.suggest(typed=what)
    if not found:
        return Asked(wish, what), Meant(what, "", [])
    others = [(one.name, Asked(replace(wish, subject=one.slug)).address()) for one in found[1:4]]
    return Asked(replace(wish, subject=found[0].slug), what), Meant(what, found[0].name, others)


@require_safe
@cache_control(private=True, no_cache=True)
def results(request: PageRequest) -> HttpResponse:
    """Who can be booked as the address asks, each with the next free times. htmx asks for the list alone."""
    now, directory = clock.now(), browse.directory()
    form = search_form(request.GET.dict(), directory, now=now)
    if not form.is_valid() or not _known(form, directory):
        return _refused(request, form, directory)
    asked, meant = _understood(form, directory)
    if {"where", "when"} & request.GET.keys() or ("what" in request.GET and not meant):
        return HttpResponseRedirect(asked.address())
    if meant and not meant.name:
        context = {**_controls(form, directory), "meant": meant}
        return page(request, "instructors/list.html", context, part="results")
    try:
        found = search.search(wish=asked.wish, cursor=form.cleaned_data["cursor"], limit=policy.RESULTS_A_PAGE, now=now)
    except Invalid as wrong:
        form.add_error(None, wrong.message)
        return _refused(request, form, directory)
    context = {
        **_controls(form, directory),
        "meant": meant,
        "count": found.count,
        "cards": [card(one, minutes=asked.wish.minutes) for one in found.found],
        "more": asked.address(found.next_cursor) if found.next_cursor else None,
        "continued": bool(form.cleaned_data["cursor"]),
        "title": _title(asked.wish, directory),
        "chips": _chips(asked, directory),
        "days": _days(asked, now=now),
        "start_again": reverse("instructors:list"),
    }
    if not found.found:
        context |= _nearest(asked, directory, now=now)
    context |= {"map": _map(asked, directory), "canonical": settings.SITE_ADDRESS + _canonical(asked, directory)}
    return page(request, "instructors/list.html", context, part="results")


def _known(form: SearchForm, directory: Directory) -> bool:
    """Whether the slugs in an address name something; the form says of those that do not."""
    said = form.cleaned_data
    if said["service"] and said["service"] not in directory.subjects:
        form.add_error("what", "There is no such subject.")
    if said["category"] and said["category"] not in {one.slug for one in directory.categories}:
        form.add_error("what", "There is no such category.")
    return not form.errors


def _controls(form: SearchForm, directory: Directory) -> dict[str, object]:
    """The search row, the filters beside the list, and the names to suggest."""
    filters = [form[name] for name in ("after", "minutes", "place", "max_price", "sort")]
    return {"form": form, "filters": filters, "categories": directory.categories}


def _refused(request: PageRequest, form: SearchForm, directory: Directory) -> HttpResponse:
    """The whole page with the errors beside the fields, for htmx too: the form is not in its part."""
    answer = page(request, "instructors/list.html", {**_controls(form, directory)}, status=422)
    return reswap(reselect(retarget(answer, "#main"), "#main"), "outerHTML") if request.htmx else answer


def _title(wish: Wish, directory: Directory) -> str:
    """What the page shows, in a few words."""
    what = directory.subjects[wish.subject][0].name if wish.subject else ""
    what = what or next((one.name for one in directory.categories if one.slug == wish.category), "")
    area = directory.areas.get(wish.neighborhood or wish.borough, "New York")
    return f"{what} lessons in {area}" if what else f"Lessons in {area}"


def _said(wish: Wish, name: str, directory: Directory) -> str:
    """One filter, as a chip says it."""
    match name:
        case "subject":
            return directory.subjects[wish.subject][0].name
        case "category":
            return next(one.name for one in directory.categories if one.slug == wish.category)
        case "neighborhood" | "borough":
            return directory.areas[getattr(wish, name)]
        case "day":
            return show.day(wish.day) if wish.day else ""
        case "after":
            return f"From {hour_label(wish.after)}" if wish.after else ""
        case "minutes":
            return length_label(wish.minutes)
        case "place":
            return wish.place.label if wish.place else ""
        case _:
            return f"Up to {money.dollars(wish.max_price_cents or 0)}"


CHIPS = ("subject", "category", "neighborhood", "borough", "day", "after", "minutes", "place", "max_price_cents")


def _chips(asked: Asked, directory: Directory) -> list[tuple[str, str]]:
    """What is asked, each with the address without it."""
    usual = Wish()
    return [
        (_said(asked.wish, name, directory), asked.without(name).address())
        for name in CHIPS
        if getattr(asked.wish, name) != getattr(usual, name)
    ]


def _days(asked: Asked, *, now: datetime) -> list[dict[str, object]]:
    """A strip of seven days from today on, or around a later one that is asked."""
    today, last, chosen = now.astimezone(NEW_YORK).date(), policy.last_date(now=now), asked.wish.day
    first = today
    if chosen and chosen >= today + timedelta(days=DAYS_SHOWN):
        first = min(chosen - timedelta(days=DAYS_SHOWN // 2), last - timedelta(days=DAYS_SHOWN - 1))
    days: list[date | None] = [None, *(first + timedelta(days=n) for n in range(DAYS_SHOWN))]
    return [
        {
            "date": day,
            "today": day == today,
            "chosen": day == chosen,
            "address": Asked(replace(asked.wish, day=day), asked.what).address(),
        }
        for day in days
    ]


def _nearest(asked: Asked, directory: Directory, *, now: datetime) -> dict[str, object]:
    """For a page without results: what each filter less would give, and the first few of the nearest of these."""
    ways = search.loosen(wish=asked.wish, now=now)
    if not ways:
        return {"ways": [], "nearest": []}

    def way(looser: Looser) -> dict[str, object]:
        return {
            "label": _said(asked.wish, looser.without, directory),
            "address": asked.without(looser.without).address(),
            "count": looser.count,
        }

    first = search.search(wish=ways[0].wish, cursor="", limit=NEAREST_SHOWN, now=now)
    return {
        "ways": [way(looser) for looser in ways],
        "nearest": [card(one, minutes=ways[0].wish.minutes) for one in first.found],
    }


def _map(asked: Asked, directory: Directory) -> places.CityMap:
    """The city, each neighbourhood leading to the same wish there."""
    boroughs = {borough.slug: [area.slug for area in borough.neighborhoods] for borough in directory.boroughs}
    there = {
        slug: Asked(replace(asked.wish, neighborhood=slug, borough=""), asked.what).address()
        for slugs in boroughs.values()
        for slug in slugs
    }
    chosen = [asked.wish.neighborhood] if asked.wish.neighborhood else boroughs.get(asked.wish.borough, [])
    return places.city_map(chosen=chosen, links=there)


def _canonical(asked: Asked, directory: Directory) -> str:
    """The page that search engines are to keep for this: the subject's own, or the list."""
    if asked.wish.subject:
        line, category = directory.subjects[asked.wish.subject]
        return reverse("instructors:subject", args=[category.slug, line.slug])
    if asked.wish.category:
        return reverse("instructors:category", args=[asked.wish.category])
    return reverse("instructors:list")


@require_safe
@cache_control(public=True, max_age=60)
def suggest(request: PageRequest) -> HttpResponse:
    """Subjects that what is being typed may mean, as choices of the search row's field."""
    typed = request.GET.get("q", request.GET.get("what", ""))[:LONGEST_TYPED].replace("\0", "")
    return page(request, "instructors/suggest.html", {"typed": typed, "found": catalogue.suggest(typed=typed)})
