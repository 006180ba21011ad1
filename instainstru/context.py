"""What every page's frame needs to know."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.permissions import PermissionName
from instainstru.core.permissions import may
from instructors.services import favorites
from instructors.services.recent import Search
from instructors.views import recent


def site(request: HttpRequest) -> dict[str, object]:
    """The way to teaching, one's favorites, recent searches: asked only where a template shows them.

    So no error page asks for any.
    """

    def teaches() -> bool:
        user = request.user
        return user.is_authenticated and may(user, PermissionName.MANAGE_AVAILABILITY)

    def liked() -> frozenset[str]:
        return favorites.slugs(person_id=request.user.pk) if request.user.pk else frozenset()

    def searches() -> list[Search]:
        return recent.shown(request)

    # Every card of a page asks who is a favorite: read once.
    return {"teaches": teaches, "favorites": SimpleLazyObject(liked), "recent": searches}
