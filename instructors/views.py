"""Pages about the supply: who teaches and when, and the instructor's own hours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import PermissionName
from instainstru.core import clock, money, policy
from instainstru.core.errors import DomainError, Stale
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place
from instainstru.core.templatetags import show
from instainstru.core.time import NEW_YORK, Span
from instructors.forms import WEEKDAYS, ChoiceForm, TimeOffForm, WeekForm, hours_text
from instructors.models import CalendarEntry, InstructorProfile, Service, TimeOff
from instructors.services import free_time, hours, profiles, time_off
from instructors.services.free_time import LessonKind
from instructors.services.hours import Pattern
from instructors.services.profiles import Card

HUES = 8
CARDS_A_PAGE = 20
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


def _card(card: Card) -> dict[str, object]:
    place = Place(card.offer.place)
    return {
        **_face(card.profile),
        "place": place.value,
        "place_label": place.label,
        "service_id": card.service.pk,
        "service_name": card.service.name,
        "minutes": card.minutes,
        "price_cents": money.lesson_price(hourly_cents=card.offer.hourly_cents, minutes=card.minutes),
        "times": card.times,
    }


@require_safe
@cache_control(private=True, no_cache=True)
def listing(request: HttpRequest) -> HttpResponse:
    """All instructors, each with the next free times as buttons."""
    pages = Paginator(profiles.listed(), CARDS_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    cards = profiles.cards(profiles=list(shown), now=clock.now())
    context = {
        "cards": [_card(card) for card in cards],
        "count": pages.count,
        "next_page": f"?page={shown.next_page_number()}" if shown.has_next() else None,
    }
    return page(request, "instructors/list.html", context)


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


def _sentences(lessons: list[CalendarEntry]) -> list[str]:
    return [f"{lesson.label}, {show.when(lesson.span.start)} ({lesson.reference})" for lesson in lessons]


def _week_form(pattern: Pattern) -> WeekForm:
    typed = {f"day_{weekday}": hours_text(day) for weekday, day in enumerate(pattern.days)}
    return WeekForm(initial={"version": pattern.version, **typed})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def weekly_hours(request: PageRequest) -> HttpResponse:
    """The repeating week as a plain form; a save over somebody else's change shows both."""
    if request.method != "POST":
        return _hours_page(request, _week_form(hours.read(instructor_id=request.user.pk)))
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _hours_page(request, form, status=422)
    try:
        saved = hours.save(
            instructor_id=request.user.pk, days=form.days, versions=[form.cleaned_data["version"]], now=clock.now()
        )
    except Stale:
        return _hours_conflict(request, hours.read(instructor_id=request.user.pk))
    messages.success(request, "Your hours are saved.")
    if not saved.uncovered:
        return see_other(request, "instructors:hours")
    return _hours_page(request, _week_form(saved.pattern), uncovered=_sentences(saved.uncovered))


def _hours_page(request: PageRequest, form: WeekForm, *, status: int = 200, **context: object) -> HttpResponse:
    context |= {"form": form, "days": form.lines}
    return page(request, "instructors/hours.html", context, part="hours", status=status)


def _hours_conflict(request: PageRequest, theirs: Pattern) -> HttpResponse:
    """Keep what was typed, show what is saved, and let the next save go over it knowingly."""
    form = WeekForm({**request.POST.dict(), "version": theirs.version})
    saved = [(label, hours_text(day)) for label, day in zip(WEEKDAYS, theirs.days, strict=True)]
    return _hours_page(request, form, status=409, conflict={"theirs": saved})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def time_off_page(request: PageRequest) -> HttpResponse:
    """Coming time off, and a form for more."""
    if request.method != "POST":
        return _time_off_page(request, TimeOffForm())
    form = TimeOffForm(request.POST)
    if not form.is_valid():
        return _time_off_page(request, form, status=422)
    asked = form.cleaned_data
    try:
        added = time_off.add(
            instructor_id=request.user.pk,
            span=Span(asked["starts_at"], asked["ends_at"]),
            reason=asked["reason"],
            now=clock.now(),
        )
    except DomainError as refused:
        form.add_error("ends_at", refused.message)
        return _time_off_page(request, form, status=refused.page_status)
    if added.met:
        return _time_off_page(request, TimeOffForm(), met=_sentences(added.met))
    messages.success(request, "Your time off is in the calendar.")
    return see_other(request, "instructors:time_off")


def _time_off_page(request: PageRequest, form: TimeOffForm, *, status: int = 200, **context: object) -> HttpResponse:
    def shown(period: TimeOff) -> dict[str, object]:
        return {
            "id": period.pk,
            "starts_at": period.span.start,
            "ends_at": period.span.end,
            "reason": period.reason,
        }

    periods = [shown(period) for period in time_off.coming(instructor_id=request.user.pk, now=clock.now())]
    context |= {"form": form, "periods": periods}
    return page(request, "instructors/time_off.html", context, part="time_off", status=status)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def delete_time_off(request: PageRequest, time_off_id: int) -> HttpResponse:
    """Give one span of time off back."""
    time_off.remove(instructor_id=request.user.pk, time_off_id=time_off_id)
    messages.success(request, "The time off is removed.")
    return see_other(request, "instructors:time_off")
