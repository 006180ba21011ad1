"""Results: the address says what is looked for, and so can be kept, shared and read without JavaScript."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django_htmx.http import reselect, reswap, retarget

from instainstru.core import clock, money, policy
from instainstru.core.errors import Invalid
from instainstru.core.limits import Bucket, limited
from instainstru.core.pages import PageRequest, page
from instainstru.core.policy import Place
from instainstru.core.replica import may_lag
from instainstru.core.time import NEW_YORK
from instructors.forms.search import SearchForm
from instructors.models.profiles import portrait
from instructors.services import browse, facets, places, search, suggesting
from instructors.services.asking import Heard, Wish
from instructors.services.browse import Directory
from instructors.services.facets import Facets, Value
from instructors.services.ranking import Why
from instructors.services.search import Looser, Results, TooBroad
from instructors.views import recent, wishes
from instructors.views.wishes import address, search_form

HUES = 8
NEAREST_SHOWN = 3
LONGEST_TYPED = 60
APART = timedelta(minutes=30)  # starts that a card shows beside each other
SENT = {"where", "when"}  # a form was sent: its address is made short


def card(found: search.Found, *, minutes: int, why: Sequence[Why] = ()) -> dict[str, object]:
    """An instructor in a list, with the next free times of the asked lesson and what put them there."""
    place = Place(found.place)
    return {
        "slug": found.slug,
        "name": found.public_name,
        "initials": f"{found.first_name[:1]}{found.last_name[:1]}".upper(),
        "portrait": portrait(found.photo),
        "photo_hue": found.instructor_id % HUES,
        "headline": found.headline,
        "verified": found.verified,
        "rating": found.rating,
        "reviews_count": found.reviews,
        "service_id": found.service_id,
        "service_name": found.service_name,
        "minutes": minutes,
        "place": place.value,
        "place_label": place.label,
        "places": [one.label for one in Place if one in found.places],
        "price_cents": money.lesson_price(hourly_cents=found.hourly_cents, minutes=minutes),
        "times": _apart(found.starts),
        "why": [one.says for one in why if one.says],
    }


def _apart(starts: Sequence[datetime]) -> list[datetime]:
    """A few of these starts, of which no two nearly look alike, where there are enough."""
    chosen: list[datetime] = []
    for start in starts:
        if not chosen or start - chosen[-1] >= APART:
            chosen.append(start)
    others = [start for start in starts if start not in chosen]
    return sorted([*chosen, *others][: policy.CARD_TIMES])


def _cards(results: Results, wish: Wish) -> list[dict[str, object]]:
    return [card(one, minutes=wish.minutes, why=results.why[one.instructor_id]) for one in results.found]


@limited(Bucket.SEARCH)
@require_safe
@cache_control(private=True, no_cache=True)
@may_lag
def results(request: PageRequest) -> HttpResponse:
    """Who can be booked as the address asks, each with the next free times. htmx asks for the list alone."""
    now, directory = clock.now(), browse.directory()
    form = search_form(request.GET.dict(), directory, now=now)
    if not form.is_valid() or not _known(form, directory):
        return _refused(request, form, directory)
    if SENT & request.GET.keys() or wishes.is_name(request.GET.dict(), directory):
        recent.begin(request)
        return HttpResponseRedirect(wishes.sent(form, directory, now=now))
    try:
        begun = search.begun(cursor=form.cleaned_data["cursor"]) or now
    except Invalid as wrong:
        form.add_error(None, wrong.message)
        return _refused(request, form, directory)
    heard = wishes.hear(form, directory, typed=request.GET.dict(), now=begun)
    wish, chips = heard.wish, wishes.chips(heard.wish, directory)
    recent.remember(request, address=address(wish), said=[label for label, _ in chips])
    shown = _shown(form, heard, directory, now=now)
    try:
        found = search.search(
            wish=wish,
            cursor=form.cleaned_data["cursor"],
            limit=policy.RESULTS_A_PAGE,
            now=now,
            times=policy.CARD_LOOKS_AT,
        )
        counted = _counted(request, wish, now=now)
        context = {
            **_controls(shown, directory),
            "summary": wishes.summary(wish, directory, now=now),
            "count": found.count,
            "cards": _cards(found, wish),
            "unknown": found.unknown,
            "more": _more(request, found.next_cursor),
            "continued": bool(form.cleaned_data["cursor"]),
            "title": wishes.title(wish, directory),
            "chips": chips,
            "start_again": reverse("instructors:list"),
            "canonical": settings.SITE_ADDRESS + _canonical(wish, directory),
            **(_empty(wish, directory, now=now) if not found.found else {}),
            **_facets(wish, counted, directory, now=now),
        }
    except Invalid as wrong:
        form.add_error(None, wrong.message)
        return _refused(request, form, directory)
    except TooBroad as late:
        return _refused(request, form, directory, late=late)
    return page(request, "instructors/list.html", context, part="results")


@limited(Bucket.SEARCH)
@require_safe
@cache_control(private=True, no_cache=True)
@may_lag
def results_facets(request: PageRequest) -> HttpResponse:
    """Facets with counts, the strip of days and the map, for htmx. A browser without it is led to the whole page."""
    now, directory = clock.now(), browse.directory()
    form = search_form(request.GET.dict(), directory, now=now)
    if not form.is_valid() or not _known(form, directory) or not request.htmx:
        query = request.GET.copy()
        query["facets"] = "1"
        return HttpResponseRedirect(f"{reverse('instructors:list')}?{query.urlencode()}")
    wish = wishes.hear(form, directory, typed=request.GET.dict(), now=now).wish
    counted = facets.facets(wish=wish, now=now)
    return page(request, "instructors/facets.html", _facets(wish, counted, directory, now=now))


def _counted(request: PageRequest, wish: Wish, *, now: datetime) -> Facets | None:
    """The facets if they are at hand, or asked for with the page; the page fetches them afterwards otherwise."""
    if request.GET.get("facets"):
        return facets.facets(wish=wish, now=now)
    return facets.kept_facets(wish=wish, now=now)


def _more(request: PageRequest, cursor: str | None) -> str | None:
    """The next page: the same address, for what it means is what the cursor belongs to."""
    query = request.GET.copy()
    query.pop("facets", None)
    query["cursor"] = cursor or ""
    return f"{reverse('instructors:list')}?{query.urlencode()}" if cursor else None


def _shown(form: SearchForm, heard: Heard, directory: Directory, *, now: datetime) -> SearchForm:
    """The search row with what was made of plain words in its fields, and the words as they were typed."""
    if heard.understood is None or form.cleaned_data["service"] or form.cleaned_data["category"]:
        return form
    q = heard.understood.text
    typed = wishes.fields(heard.wish.without("what").without("rest"))
    filled = search_form({**typed, "q": q, "heard": q}, directory, now=now)
    if filled.is_valid():
        return filled
    # Words may contradict themselves, "after 5 before 3": nothing typed in words is an error.
    fewer = {name: said for name, said in typed.items() if name not in ("before", "min_price")}
    return search_form({**fewer, "q": q, "heard": q}, directory, now=now)


def _known(form: SearchForm, directory: Directory) -> bool:
    """Whether the slugs in an address name something; the form says of those that do not."""
    said = form.cleaned_data
    if said["service"] and said["service"] not in directory.subjects:
        form.add_error("q", "There is no such subject.")
    if said["category"] and said["category"] not in {one.slug for one in directory.categories}:
        form.add_error("q", "There is no such category.")
    return not form.errors


def _controls(form: SearchForm, directory: Directory) -> dict[str, object]:
    """The search row, the filters beside the list, and the names to suggest."""
    filters = [form[name] for name in ("after", "minutes", "place", "max_price", "sort")]
    return {"form": form, "filters": filters, "categories": directory.categories}


def _refused(
    request: PageRequest, form: SearchForm, directory: Directory, *, late: TooBroad | None = None
) -> HttpResponse:
    """The whole page with what is wrong, for htmx too: the form is not in its part."""
    context = {**_controls(form, directory), "late": late.message if late else ""}
    answer = page(request, "instructors/list.html", context, status=late.page_status if late else 422)
    return reswap(reselect(retarget(answer, "#main"), "#main"), "outerHTML") if request.htmx else answer


def _empty(wish: Wish, directory: Directory, *, now: datetime) -> dict[str, object]:
    """For a page without results: what each condition less would give, and the nearest next times."""
    ways = search.loosen(wish=wish, now=now)

    def way(looser: Looser) -> dict[str, object]:
        said = wishes.said(wish, looser.without, directory)
        return {"label": said, "address": address(looser.wish), "count": looser.count}

    wider = None if ways else search.anywhere(wish=wish, now=now)
    if wider:
        results = search.search(wish=wider.wish, cursor="", limit=NEAREST_SHOWN, now=now, times=policy.CARD_LOOKS_AT)
        what = wishes.said(wish, "what", directory)
        return {
            "wider": {"label": what, "address": address(wider.wish), "count": wider.count},
            "nearest": _cards(results, wider.wish),
            "nearest_label": f"the next times for {what} anywhere, on any day",
        }
    without_day = search.nearest(wish=wish, limit=NEAREST_SHOWN, now=now) if wish.has("day") else []
    if ways and not without_day:
        others = search.search(wish=ways[0].wish, cursor="", limit=NEAREST_SHOWN, now=now, times=policy.CARD_LOOKS_AT)
        nearest, label = _cards(others, ways[0].wish), f"without “{wishes.said(wish, ways[0].without, directory)}”"
    else:
        nearest, label = [card(one, minutes=wish.minutes) for one in without_day], "the next times for all of this"
    return {"ways": [way(looser) for looser in ways], "nearest": nearest, "nearest_label": label}


GROUPS = (
    ("part_of_day", "Part of day"),
    ("place", "Place"),
    ("price", "Price of the lesson"),
    ("rating", "Rating"),
    ("level", "Level"),
    ("age", "Age"),
    ("borough", "Borough"),
)


def _facets(wish: Wish, counted: Facets | None, directory: Directory, *, now: datetime) -> dict[str, object]:
    """The strip of days, and where they are known, facets and map; else the way to them."""
    days = facets.strip_days(wish=wish, now=now)
    shown: dict[str, object] = {"days": _days(wish, days, counted, now=now)}
    if counted is None or not counted.values:
        only = {"at": "instructors:facets"}
        return shown | {
            "facets_at": "" if counted else address(wish, **only),
            "with_facets": address(wish, facets="1"),
        }
    groups = [(title, [_choice(value) for value in counted.values[name]]) for name, title in GROUPS]
    return shown | {
        "groups": [(title, values) for title, values in groups if any(value["count"] for value in values)],
        "map": _map(wish, counted.values["neighborhood"], directory),
    }


def _choice(value: Value) -> dict[str, object]:
    return {"name": value.name, "count": value.count, "chosen": value.chosen, "address": address(value.wish)}


def _days(wish: Wish, days: list[date], counted: Facets | None, *, now: datetime) -> list[dict[str, object]]:
    """The strip: any day, and seven of them, each with how many can be booked then where that is known."""
    today = now.astimezone(NEW_YORK).date()
    counts = [value.count for value in counted.values["day"]] if counted and counted.values else [None] * len(days)
    shown: list[dict[str, object]] = [
        {"date": None, "chosen": not wish.has("day"), "address": address(wish.without("day")), "count": None}
    ]
    for day, count in zip(days, counts, strict=True):
        chosen, there = wish.date_from == day == wish.date_to, address(wishes.on(wish, day))
        shown.append({"date": day, "today": day == today, "chosen": chosen, "address": there, "count": count})
    return shown


def _map(wish: Wish, areas: list[Value], directory: Directory) -> places.CityMap:
    """The city, each neighbourhood leading to the same wish there, the greener the more can be booked."""
    boroughs = {borough.slug: [area.slug for area in borough.neighborhoods] for borough in directory.boroughs}
    return places.city_map(
        chosen=wish.neighborhoods or boroughs.get(wish.borough, []),
        links={area.value: address(area.wish) for area in areas},
        counts={area.value: area.count for area in areas},
    )


def _is_landing(category: str, subject: str, borough: str) -> bool:
    """Whether a subject has a page of its own in a borough."""
    return any(one.slug == borough for one in browse.by_borough(category=category, subject=subject))


def _canonical(wish: Wish, directory: Directory) -> str:
    """The page that search engines are to keep for this: the subject's own, or the list."""
    if wish.subject:
        line, category = directory.subjects[wish.subject]
        if _is_landing(category.slug, line.slug, wish.borough):
            return reverse("instructors:borough", args=[category.slug, line.slug, wish.borough])
        return reverse("instructors:subject", args=[category.slug, line.slug])
    if wish.category:
        return reverse("instructors:category", args=[wish.category])
    return reverse("instructors:list")


@limited(Bucket.SEARCH)
@require_safe
@cache_control(public=True, max_age=60)
@may_lag
def suggest(request: PageRequest) -> HttpResponse:
    """What is being typed may mean these, as choices of the search row's field."""
    typed = request.GET.get("q", request.GET.get("what", ""))[:LONGEST_TYPED].replace("\0", "")
    return page(request, "instructors/suggest.html", {"typed": typed, "found": suggesting.suggest(typed=typed)})


@require_safe
@cache_control(private=True, no_cache=True)
def how_we_rank(request: PageRequest) -> HttpResponse:
    """The formula behind the order, with its numbers."""
    context = {
        "parts": FORMULA,
        "first": policy.RANKED_FIRST,
        "canonical": settings.SITE_ADDRESS + reverse("instructors:how_we_rank"),
    }
    return page(request, "instructors/how_we_rank.html", context)


FORMULA = (
    ("Soon", f"The next free time: all for now, none from {policy.SOON_DAYS} days on.", policy.POINTS_SOON),
    (
        "Rating",
        f"From {policy.POINTS_FROM_STARS} stars to {policy.MOST_STARS}. It begins as if there were "
        f"{policy.RATING_PRIOR_REVIEWS} reviews at {policy.RATING_PRIOR_STARS}: a few reviews move it a little.",
        policy.POINTS_RATING,
    ),
    (
        "Near",
        f"In person in the neighborhood that you ask for; {policy.POINTS_IN_BOROUGH} in the borough; none online.",
        policy.POINTS_NEAR,
    ),
    (
        "Words",
        "What you write beyond subject, place and time: all if name or subject have it, three quarters if headline "
        "or description do, half if only the bio does.",
        policy.POINTS_MATCH,
    ),
    ("Price", "Below the highest price that you ask for: all for a quarter less.", policy.POINTS_PRICE),
    (
        "New here",
        f"With fewer than {policy.REVIEWS_SHOWN_FROM} reviews: a fair chance to get some.",
        policy.POINTS_NEWCOMER,
    ),
    ("Complete", "Half for a photo, half for a few sentences about the person.", policy.POINTS_COMPLETE),
)
