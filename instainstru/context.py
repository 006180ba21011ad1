"""What every page's frame needs to know."""

from django.http import HttpRequest

from accounts.permissions import PermissionName
from instainstru.core.permissions import may


def site(request: HttpRequest) -> dict[str, object]:
    """Whether to show the way to teaching: asked only where a template shows it, and so never by an error page."""

    def teaches() -> bool:
        user = request.user
        return user.is_authenticated and may(user, PermissionName.MANAGE_AVAILABILITY)

    return {"teaches": teaches}
