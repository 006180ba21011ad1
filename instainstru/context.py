"""What every page's frame needs to know."""

from django.http import HttpRequest

from accounts.permissions import PermissionName
from instainstru.core.permissions import may


def site(request: HttpRequest) -> dict[str, object]:
    """Whether to show the way to teaching; asked for only by pages that show it."""
    user = getattr(request, "user", None)
    return {"teaches": user is not None and user.is_authenticated and may(user, PermissionName.MANAGE_AVAILABILITY)}
