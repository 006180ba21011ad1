"""Recent searches: noted by the results, shown under the search row, forgotten on request."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from instainstru.core import clock
from instainstru.core.pages import PageRequest, see_where_one_was
from instainstru.core.time import NEW_YORK
from instructors.services import recent
from instructors.services.recent import Search

KEY = "recent_searches"
TYPED = ("q", "what")


def begin(request: PageRequest) -> None:
    """Begin a session for who sent the search row with words in it, so that what follows is remembered.

    Who only follows links, as crawlers do, gets none.
    """
    if "where" in request.GET and any(request.GET.get(name, "").strip() for name in TYPED):
        request.session.setdefault(KEY, [])


def remember(request: PageRequest, *, address: str, said: Sequence[str]) -> None:
    """Note a search that asks for something, by the words of its chips, in a session that is there already."""
    if request.method != "GET" or not said or not (request.user.is_authenticated or request.session.session_key):
        return
    before = request.session.get(KEY, [])
    after = recent.with_newest(before=before, address=address, said=said)
    if after != before:  # a session is written for news only
        request.session[KEY] = after


def shown(request: HttpRequest) -> list[Search]:
    """The searches to go back to from here."""
    found = recent.standing(kept=request.session.get(KEY, []), today=clock.now().astimezone(NEW_YORK).date())
    return [one for one in found if one.address != request.get_full_path()]


@never_cache
@require_POST
def clear(request: PageRequest) -> HttpResponse:
    """Forget the searches of this session."""
    request.session.pop(KEY, None)
    return see_where_one_was(request, otherwise="instructors:home")
