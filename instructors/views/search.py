"""Results."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instainstru.core import clock, money
from instainstru.core.pages import page
from instainstru.core.policy import Place
from instructors.services import profiles
from instructors.services.profiles import Card
from instructors.views.profile import _face

CARDS_A_PAGE = 20


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
