"""The page of one instructor."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instainstru.core import clock, money, policy
from instainstru.core.pages import PageRequest, page
from instainstru.core.policy import Place
from instainstru.core.templatetags import show
from instainstru.core.time import NEW_YORK
from instructors.forms.profile import ChoiceForm
from instructors.models import InstructorProfile, Review, Service
from instructors.services import free_time, places, profiles, reviews
from instructors.services.free_time import LessonKind
from instructors.services.profiles import OfferedService, Shown
from instructors.views.offering import for_whom

HUES = 8
DAYS_SHOWN = 7
LADDER = (
    (f"{policy.FULL_REFUND_HOURS} hours before, or earlier", "Everything, fee included"),
    (f"{policy.CREDIT_HOURS} to {policy.FULL_REFUND_HOURS} hours before", "Lesson price as credit"),
    (f"Less than {policy.CREDIT_HOURS} hours before", "Half of it as credit"),
    ("If the instructor cancels", "Everything, fee included"),
)
# What hour a part of the day ends at.
PARTS = (("Morning", 12), ("Afternoon", 17), ("Evening", 24))


def face(profile: InstructorProfile) -> dict[str, object]:
    """What a page shows of an instructor at first glance."""
    return {
        "slug": profile.slug,
        "name": profile.user.public_name,
        "headline": profile.headline,
        "initials": profile.user.initials,
        "portrait": profile.portrait,
        "photo_hue": profile.pk % HUES,
        "verified": profile.verified_at is not None,
        "rating": profile.rating,
        "reviews_count": profile.reviews_count,
    }


@dataclass(frozen=True)
class Chosen:
    """The lesson that a visitor looks at, the first of the seven days, and the day of these whose times are open."""

    service: Service
    minutes: int
    place: Place
    hourly_cents: int
    first: date
    day: date | None

    def address(self, **changes: object) -> str:
        """This page's address with some of it changed."""
        asked = {
            "service": self.service.pk,
            "minutes": self.minutes,
            "place": self.place.value,
            "first": self.first,
            "day": self.day,
        }
        return "?" + urlencode({name: value for name, value in (asked | changes).items() if value is not None})


def _choose(services: list[OfferedService], asked: dict[str, Any], *, now: datetime) -> Chosen | None:
    """The lesson asked for, each part that is not on offer replaced by the usual one."""
    if not services:
        return None
    offered = next((one for one in services if one.service.pk == asked.get("service")), services[0])
    place = next((one for one in offered.places if one.place == asked.get("place")), offered.places[0])
    wanted, lengths = asked.get("minutes"), offered.service.lengths
    today, last = now.astimezone(NEW_YORK).date(), policy.last_date(now=now)
    return Chosen(
        service=offered.service,
        minutes=wanted if wanted in lengths else profiles.usual_length(service=offered.service),
        place=Place(place.place),
        hourly_cents=place.hourly_cents,
        first=min(max(asked.get("first") or today, today), last),
        day=asked.get("day"),
    )


@require_safe
@cache_control(private=True, no_cache=True)
def detail(request: PageRequest, slug: str) -> HttpResponse:
    """One instructor: a week of free times, prices, reviews. htmx asks for the times or the reviews alone."""
    shown = profiles.shown(slug=slug)
    form = ChoiceForm(request.GET)
    form.is_valid()  # what is wrong is not in cleaned_data, and the usual stands in its place
    asked, now = form.cleaned_data, clock.now()
    chosen = _choose(shown.services, asked, now=now)
    part = "reviews" if chosen is None or request.htmx.target == "reviews" else "times"
    context: dict[str, object] = {"instructor": face(shown.profile)}
    if chosen is not None and not (request.htmx and part == "reviews"):
        context |= _times(shown, chosen, now=now)
    if not (request.htmx and part == "times"):
        context["reviews"] = _reviews(shown.profile, chosen, number=asked.get("reviews") or 1)
    if not request.htmx:
        context |= _about(shown)
    return page(request, "instructors/detail.html", context, part=part)


def _times(shown: Shown, chosen: Chosen, *, now: datetime) -> dict[str, object]:
    """The chosen lesson, what else could be chosen, its free starts on seven days, and those of one of them."""
    kind, last = LessonKind(shown.profile, chosen.place, chosen.minutes), policy.last_date(now=now)
    starts = free_time.on_days(kind=kind, first=chosen.first, days=DAYS_SHOWN, now=now)
    free = {day: list(times) for day, times in groupby(starts, key=show.local_date)}
    week = [day for day in (chosen.first + timedelta(days=n) for n in range(DAYS_SHOWN)) if day <= last]
    day = chosen.day if chosen.day in week else next(iter(free), None)
    today = now.astimezone(NEW_YORK).date()
    return {
        "chosen": {
            "service_id": chosen.service.pk,
            "service_name": chosen.service.name,
            "minutes": chosen.minutes,
            "place": chosen.place.value,
            "place_label": chosen.place.label,
            "price_cents": money.lesson_price(hourly_cents=chosen.hourly_cents, minutes=chosen.minutes),
        },
        "choices": _choices(shown, chosen),
        "week": [
            {"date": one, "count": len(free.get(one, [])), "chosen": one == day, "address": chosen.address(day=one)}
            for one in week
        ],
        "day": day,
        "day_count": len(free.get(day, [])) if day else 0,
        "parts": _parts(free.get(day, [])) if day else [],
        "next_free": None if free else _next_free(kind, chosen, now=now),
        "earlier": chosen.address(first=max(chosen.first - timedelta(days=DAYS_SHOWN), today), day=None)
        if chosen.first > today
        else None,
        "later": chosen.address(first=week[-1] + timedelta(days=1), day=None) if week[-1] < last else None,
    }


def _choices(shown: Shown, chosen: Chosen) -> list[dict[str, object]]:
    """The questions beside the times, each with its answers as addresses; one answer only is no question."""
    offered = next(one for one in shown.services if one.service.pk == chosen.service.pk)
    questions = (
        ("service", "Lesson", chosen.service.pk, [(one.service.pk, one.service.name) for one in shown.services]),
        ("minutes", "Minutes", chosen.minutes, [(length, str(length)) for length in offered.service.lengths]),
        ("place", "Where", chosen.place.value, [(one.place, one.get_place_display()) for one in offered.places]),
    )
    return [
        {
            "name": name,
            "label": label,
            "answers": [
                {"key": key, "label": said, "chosen": key == now, "address": chosen.address(**{name: key})}
                for key, said in answers
            ],
        }
        for name, label, now, answers in questions
        if len(answers) > 1
    ]


def _parts(starts: list[datetime]) -> list[tuple[str, list[datetime]]]:
    """A day's starts as morning, afternoon and evening."""

    def part_of(start: datetime) -> str:
        return next(name for name, ends in PARTS if start.astimezone(NEW_YORK).hour < ends)

    return [(name, list(times)) for name, times in groupby(starts, key=part_of)]


def _next_free(kind: LessonKind, chosen: Chosen, *, now: datetime) -> dict[str, object] | None:
    """The next start of all, and the way to its day: for a week without any."""
    [found] = free_time.next_times(kinds=[kind], limit=1, now=now)
    day = show.local_date(found[0]) if found else None
    return {"starts_at": found[0], "address": chosen.address(first=day, day=day)} if found else None


def _reviews(profile: InstructorProfile, chosen: Chosen | None, *, number: int) -> dict[str, object]:
    """A page of reviews, with the histogram where a rating is shown."""
    found = reviews.latest(instructor=profile, page=number)
    kept = chosen.address() + "&" if chosen else "?"
    most = max(count for _, count in found.histogram)

    def shown(review: Review) -> dict[str, object]:
        return {
            "stars": review.stars,
            "text": review.text,
            "student": review.student.public_name,
            "month": review.created_at.astimezone(NEW_YORK).date(),
        }

    return {
        "latest": [shown(review) for review in found.reviews],
        # Widths are of the longest bar, in hundredths.
        "histogram": [(stars, count, round(100 * count / most)) for stars, count in found.histogram]
        if profile.rating is not None and most
        else [],
        "pages": found.pages,
        "prior": (policy.RATING_PRIOR_REVIEWS, policy.RATING_PRIOR_STARS),
        "newer": f"{kept}reviews={found.number - 1}" if found.number > 1 else None,
        "older": f"{kept}reviews={found.number + 1}" if found.number < found.pages else None,
    }


def _about(shown: Shown) -> dict[str, object]:
    """What does not change with what is chosen: prices, words, places, and the same for search engines."""
    profile, own = shown.profile, shown.profile.place_neighborhood
    areas = [slug for slug, _ in shown.areas]
    canonical = settings.SITE_ADDRESS + reverse("instructors:detail", args=[profile.slug])
    return {
        "bio": profile.bio,
        "areas": [name for _, name in shown.areas],
        "own_area": own.name if own else "",
        "online": any(place.place == Place.ONLINE for one in shown.services for place in one.places),
        "map": places.city_map(chosen=[*areas, own.slug] if own else areas, closer=True) if areas or own else None,
        "services": [_priced(one) for one in shown.services],
        "ladder": LADDER,
        "fee_percent": policy.FEE_PERCENT,
        "canonical": canonical,
        "structured": _structured(shown, canonical),
    }


def _priced(offered: OfferedService) -> dict[str, object]:
    """A service with what each length costs at each place."""
    service, at = offered.service, sorted(offered.places, key=lambda one: list(Place).index(Place(one.place)))
    category = service.subject.subcategory.category
    levels, ages = for_whom(service)
    return {
        "id": service.pk,
        "name": service.name,
        "description": service.description,
        "levels": levels,
        "ages": ages,
        "bullet": category.bullet,
        "colour": category.colour,
        "places": [Place(one.place) for one in at],
        "rows": [
            (length, [money.lesson_price(hourly_cents=one.hourly_cents, minutes=length) for one in at])
            for length in service.lengths
        ],
    }


def _structured(shown: Shown, canonical: str) -> dict[str, object]:
    """The page in the words of schema.org; nothing that the page does not say itself."""
    profile = shown.profile
    prices = [
        {
            "@type": "Offer",
            "name": f"{one.service.name}, {length} minutes, {place.get_place_display().lower()}",
            "price": f"{money.lesson_price(hourly_cents=place.hourly_cents, minutes=length) / 100:.2f}",
            "priceCurrency": "USD",
        }
        for one in shown.services
        for length in one.service.lengths
        for place in one.places
    ]
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Service",
        "name": f"Private lessons with {profile.user.public_name}",
        "url": canonical,
        "serviceType": [one.service.name for one in shown.services],
        "provider": {"@type": "Person", "name": profile.user.public_name, "description": profile.headline},
        "areaServed": [{"@type": "Place", "name": name} for _, name in shown.areas],
        "offers": prices,
    }
    if profile.rating is not None:
        said["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{profile.rating:.1f}",
            "reviewCount": profile.reviews_count,
            "bestRating": policy.MOST_STARS,
            "worstRating": 1,
        }
    return said
