"""Setting up to teach: a list of what is done and what is missing, and a page for each step."""

from itertools import pairwise

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import PermissionName
from instainstru.core import clock, policy
from instainstru.core.errors import Invalid, NotFound
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instructors.forms.setup import Areas, PlacesForm, ProfileForm
from instructors.models.profiles import Step
from instructors.services import catalogue, offering, places, setup
from instructors.services.setup import Changes, NotComplete, Suspended

ADDRESSES = {
    Step.PROFILE: "instructors:profile_step",
    Step.PHOTO: "instructors:photo_step",
    Step.SERVICES: "instructors:services",
    Step.PLACES: "instructors:places_step",
    Step.HOURS: "instructors:hours",
}
WHY = {
    Step.PROFILE: "It is what students read first.",
    Step.PHOTO: "A clear picture of your face.",
    Step.SERVICES: "At least one subject, with its lengths and its price.",
    Step.PLACES: "Where you travel to, or where your own place is. Online needs neither.",
    Step.HOURS: "The week that repeats. What is inside, and not taken, can be booked.",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def overview(request: PageRequest) -> HttpResponse:
    """What is asked of who wants to teach, and then how far they are. POST begins."""
    if request.method == "POST":
        setup.begin_to_teach(person=request.user)
        return see_other(request, "instructors:setup")
    try:
        return page(request, "instructors/setup.html", _standing(request))
    except NotFound:
        costs = {
            "tiers": _tiers(),
            "founders": policy.FOUNDING_INSTRUCTORS,
            "founding_percent": policy.FOUNDING_PERCENT,
            "window": policy.COMMISSION_WINDOW_DAYS,
        }
        return page(request, "instructors/setup_begin.html", costs)


def _tiers() -> list[tuple[str, int]]:
    """The commission as a list: for how many lessons in the window, and how many percent."""
    firsts = [first for first, _ in policy.COMMISSION_TIERS]
    lasts = [f"{first} to {following - 1}" for first, following in pairwise(firsts)]
    said = [*lasts, f"{firsts[-1]} or more"]
    return [(words, percent) for words, (_, percent) in zip(said, policy.COMMISSION_TIERS, strict=True)]


def _standing(request: PageRequest) -> dict[str, object]:
    """The steps, each done or missing in words, with the way to it."""
    side = setup.read(instructor_id=request.user.pk)
    profile, lacking = side.profile, setup.missing(side=side)
    own = profile.place_neighborhood
    done = {
        Step.PROFILE: profile.headline,
        Step.PHOTO: "Shown on your page and beside your times.",
        Step.SERVICES: ", ".join(service.name for service in offering.own(instructor_id=profile.pk) if service.active),
        Step.PLACES: " · ".join(
            [
                *([f"You travel to {len(side.areas)} neighborhood{'s'[: len(side.areas) > 1]}"] if side.areas else []),
                *([f"Your own place is in {own.name}"] if own else []),
            ]
        )
        or "Online, from anywhere",
        Step.HOURS: "Set. Change them whenever you like.",
    }
    return {
        "profile": profile,
        "portrait": profile.portrait,
        "lacking": lacking,
        "needs": NotComplete.without(lacking).message,
        "steps": [
            {
                "label": step.label,
                "done": step not in lacking,
                "says": WHY[step] if step in lacking else done[step],
                "address": reverse(ADDRESSES[step]),
            }
            for step in Step
        ],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
def profile_step(request: PageRequest) -> HttpResponse:
    """Headline and bio."""
    if request.method != "POST":
        profile = setup.read(instructor_id=request.user.pk).profile
        return _profile_page(request, ProfileForm(initial={"headline": profile.headline, "bio": profile.bio}))
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, form, status=422)
    try:
        setup.change(instructor_id=request.user.pk, changes=Changes(**form.cleaned_data), now=clock.now())
    except Invalid as refused:
        for name, sentences in (refused.fields or {}).items():
            form.add_error(name, list(sentences))
        return _profile_page(request, form, status=422)
    messages.success(request, "Your headline and what you say about yourself are saved.")
    return see_other(request, "instructors:setup")


def _profile_page(request: PageRequest, form: ProfileForm, *, status: int = 200) -> HttpResponse:
    return page(request, "instructors/setup_profile.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
def places_step(request: PageRequest) -> HttpResponse:
    """Neighborhoods served, and that of one's own place."""
    areas = _areas()
    if request.method != "POST":
        side = setup.read(instructor_id=request.user.pk)
        own = side.profile.place_neighborhood
        now = {"neighborhoods": [slug for slug, _ in side.areas], "place_neighborhood": own.slug if own else ""}
        return _places_page(request, PlacesForm(areas=areas, initial=now), areas)
    form = PlacesForm(request.POST, areas=areas)
    if not form.is_valid():
        return _places_page(request, form, areas, status=422)
    try:
        setup.change(instructor_id=request.user.pk, changes=Changes(**form.cleaned_data), now=clock.now())
    except Invalid as refused:
        for name, sentences in (refused.fields or {}).items():
            form.add_error(name, sentences[0])
        return _places_page(request, form, areas, status=refused.page_status)
    messages.success(request, "Where you teach is saved.")
    return see_other(request, "instructors:setup")


def _areas() -> Areas:
    """The boroughs with their neighbourhoods, as choices."""
    boroughs: dict[str, list[tuple[str, str]]] = {}
    for area in catalogue.neighborhoods():
        boroughs.setdefault(area.borough.name, []).append((area.slug, area.name))
    return sorted(boroughs.items())


def _places_page(request: PageRequest, form: PlacesForm, areas: Areas, *, status: int = 200) -> HttpResponse:
    """The list by borough, and the map that leads into it."""
    chosen = set(form["neighborhoods"].value() or ())
    links = {slug: f"#area-{slug}" for _, borough in areas for slug, _ in borough}
    context = {
        "form": form,
        "map": places.city_map(chosen=chosen, links=links),
        "boroughs": [
            {
                "name": name,
                "areas": [(slug, label, slug in chosen) for slug, label in borough],
                "chosen": sum(slug in chosen for slug, _ in borough),
            }
            for name, borough in areas
        ],
    }
    return page(request, "instructors/setup_places.html", context, status=status)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_INSTRUCTOR_PROFILE)
def go_live(request: PageRequest) -> HttpResponse:
    """Show one's profile to the public."""
    try:
        setup.go_live(instructor_id=request.user.pk, now=clock.now())
    except (NotComplete, Suspended) as refused:
        context = {**_standing(request), "refused": refused.message}
        return page(request, "instructors/setup.html", context, status=refused.page_status)
    messages.success(request, "You are live. Students can find and book you now.")
    return see_other(request, "instructors:setup")
