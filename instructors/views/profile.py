"""The page of one instructor."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instainstru.core import clock, money, policy
from instainstru.core.pages import page
from instainstru.core.policy import Place
from instainstru.core.templatetags import show
from instainstru.core.time import NEW_YORK
from instructors.forms import ChoiceForm
from instructors.models import InstructorProfile, Service
from instructors.services import free_time, profiles
from instructors.services.free_time import LessonKind

HUES = 8
DAYS_SHOWN = 7
LADDER = (
    f"{policy.FULL_REFUND_HOURS} hours before or earlier: everything back, fee included.",
    f"{policy.CREDIT_HOURS} to {policy.FULL_REFUND_HOURS} hours before: the lesson’s price as credit.",
    f"Less than {policy.CREDIT_HOURS} hours before: half the lesson’s price as credit.",
    "If the instructor cancels: everything back.",
)


def _face(profile: InstructorProfile) -> dict[str, object]:
    """What a page shows of an instructor at first glance."""
    return {
        "slug": profile.slug,
        "name": profile.user.public_name,
        "headline": profile.headline,
        "initials": profile.user.initials,
        "photo_hue": profile.pk % HUES,
        "neighborhoods": [neighborhood.name for neighborhood in profile.neighborhoods.all()],
    }


@dataclass(frozen=True)
class Chosen:
    """The lesson that a visitor looks at."""

    service: Service
    minutes: int
    place: Place
    hourly_cents: int


def _choose(profile: InstructorProfile, form: ChoiceForm) -> Chosen | None:
    """The lesson asked for, each part that is not on offer replaced by the usual one."""
    asked = form.cleaned_data if form.is_valid() else {}
    services = [service for service in profile.services.all() if service.places.all()]
    if not services:
        return None
    service = next((one for one in services if one.pk == asked.get("service")), services[0])
    offers = {Place(offer.place): offer.hourly_cents for offer in service.places.all()}
    place = next((one for one in offers if one == asked.get("place")), next(iter(offers)))
    wanted = asked.get("minutes")
    minutes = wanted if wanted in service.lengths else profiles.usual_length(service=service)
    return Chosen(service, minutes, place, offers[place])


def _offered_places(service: Service) -> list[tuple[str, str, int]]:
    return [(offer.place, offer.get_place_display(), offer.hourly_cents) for offer in service.places.all()]


@require_safe
@cache_control(private=True, no_cache=True)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One instructor: services, prices and a week of free times."""
    profile = profiles.public(slug=slug)
    form = ChoiceForm(request.GET)
    chosen = _choose(profile, form)
    context: dict[str, object] = {
        "instructor": {
            **_face(profile),
            "bio": profile.bio,
            "place_neighborhood": profile.place_neighborhood.name if profile.place_neighborhood else None,
        },
        "services": [
            {
                "id": service.pk,
                "name": service.name,
                "description": service.description,
                "lengths": service.lengths,
                "places": _offered_places(service),
            }
            for service in profile.services.all()
        ],
        "ladder": LADDER,
    }
    if chosen is not None:
        context |= _times(profile, chosen, asked=form.cleaned_data.get("first"), now=clock.now())
    return page(request, "instructors/detail.html", context)


def _times(profile: InstructorProfile, chosen: Chosen, *, asked: date | None, now: datetime) -> dict[str, object]:
    """The chosen lesson's free times on a week of days, and the way to the weeks beside it."""
    today, last = now.astimezone(NEW_YORK).date(), policy.last_date(now=now)
    first = min(max(asked or today, today), last)
    times = free_time.on_days(
        kind=LessonKind(profile, chosen.place, chosen.minutes), first=first, days=DAYS_SHOWN, now=now
    )
    by_day = {day: list(starts) for day, starts in groupby(times, key=show.local_date)}
    week = [first + timedelta(days=n) for n in range(DAYS_SHOWN)]

    def way_to(day: date) -> str:
        kept = {"service": chosen.service.pk, "minutes": chosen.minutes, "place": chosen.place.value}
        return "?" + urlencode({**kept, "first": day.isoformat()})

    return {
        "chosen": {
            "service_id": chosen.service.pk,
            "service_name": chosen.service.name,
            "minutes": chosen.minutes,
            "place": chosen.place.value,
            "place_label": chosen.place.label,
            "price_cents": money.lesson_price(hourly_cents=chosen.hourly_cents, minutes=chosen.minutes),
            "lengths": chosen.service.lengths,
            "places": _offered_places(chosen.service),
        },
        "days": [(day, by_day.get(day, [])) for day in week if day <= last],
        "earlier": way_to(max(first - timedelta(days=DAYS_SHOWN), today)) if first > today else None,
        "later": way_to(week[-1] + timedelta(days=1)) if week[-1] < last else None,
    }
