"""A person's favorites: the list with next times, and the button that puts somebody on it or takes them off."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import PermissionName
from instainstru.core import clock, money
from instainstru.core.pages import PageRequest, page, see_where_one_was
from instainstru.core.permissions import require_permission
from instainstru.core.policy import Place
from instructors.forms.favorites import PageForm
from instructors.models import InstructorProfile
from instructors.services import favorites
from instructors.services.favorites import Line
from instructors.views.profile import face


@never_cache
@require_safe
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def favorites_page(request: PageRequest) -> HttpResponse:
    """Whom a person likes, the latest first, each with the next free times."""
    form = PageForm(request.GET)
    form.is_valid()  # what is no number is the first page
    found = favorites.listed(person_id=request.user.pk, page=form.cleaned_data.get("page") or 1, now=clock.now())
    context = {
        "cards": [_card(line) for line in found.lines],
        "newer": f"?page={found.number - 1}" if found.number > 1 else None,
        "older": f"?page={found.number + 1}" if found.number < found.pages else None,
    }
    return page(request, "instructors/favorites.html", context)


def _card(line: Line) -> dict[str, object]:
    """One on the list, as results show them; without times who cannot be booked now."""
    card = face(line.instructor)
    if line.bookable is None:
        return {**card, "gone": not line.live}
    offer, minutes = line.bookable.offer, line.bookable.minutes
    place = Place(offer.place)
    return {
        **card,
        "service_id": offer.service_id,
        "service_name": offer.service.name,
        "minutes": minutes,
        "place": place.value,
        "place_label": place.label,
        "places": [one.label for one in Place if one in line.bookable.places],
        "price_cents": money.lesson_price(hourly_cents=offer.hourly_cents, minutes=minutes),
        "times": line.bookable.starts,
    }


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def add(request: PageRequest, slug: str) -> HttpResponse:
    """Put an instructor on one's list."""
    instructor = favorites.add(person_id=request.user.pk, slug=slug, now=clock.now())
    return _changed(request, instructor, liked={instructor.slug})


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def remove(request: PageRequest, slug: str) -> HttpResponse:
    """Take an instructor off one's list."""
    instructor = favorites.remove(person_id=request.user.pk, slug=slug)
    return _changed(request, instructor, liked=set())


def _changed(request: PageRequest, instructor: InstructorProfile, *, liked: set[str]) -> HttpResponse:
    """For htmx the button as it is now, else the page where it was pressed."""
    if not request.htmx:
        return see_where_one_was(request, otherwise="instructors:favorites", at=f"favorite-{instructor.slug}")
    context = {
        "slug": instructor.slug,
        "name": instructor.user.public_name,
        "favorites": liked,
        "back": request.POST.get("next", ""),
    }
    return page(request, "parts/favorite.html", context)
