"""The devices that one is signed in on."""

from allauth.usersessions import views
from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import PermissionName
from accounts.services import sessions
from accounts.views.shape import for_person
from instainstru.core.pages import PageRequest, see_other
from instainstru.core.permissions import require_permission

devices = for_person(views.list_usersessions, PermissionName.MANAGE_OWN_PROFILE)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def end(request: PageRequest, session_id: int) -> HttpResponse:
    """Signs out one device."""
    sessions.end(person_id=request.user.pk, session_id=session_id)
    messages.success(request, "That device is signed out.")
    return see_other(request, "usersessions_list")
