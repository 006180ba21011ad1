"""Pages of one's data: taking it along, and closing the account."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.leaving import CloseForm
from accounts.permissions import PermissionName
from accounts.services import leaving
from accounts.views.shape import known_again, way_in
from instainstru.core import clock
from instainstru.core.errors import DomainError
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission

FILE = 'attachment; filename="instainstru-data.json"'


@never_cache
@require_safe
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def data(request: PageRequest) -> HttpResponse:
    """What is kept of a person, with the ways to take it along and to leave."""
    return page(request, "account/data.html", {})


@cache_control(private=True, no_store=True)
@require_safe
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
@known_again("GET", "HEAD")
def download(request: PageRequest) -> HttpResponse:
    """All of it as a file."""
    whole = leaving.export(person=request.user, now=clock.now())
    shape = {"indent": 2, "ensure_ascii": False}
    return JsonResponse(whole, json_dumps_params=shape, headers={"Content-Disposition": FILE})


@way_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.DELETE_OWN_ACCOUNT)
@known_again("GET", "HEAD", "POST")
def close(request: PageRequest) -> HttpResponse:
    """Shows what closing the account means now; closes it on POST, if that is still what it means."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    now = clock.now()  # one moment for what is shown and what is done
    refused = None
    try:
        if form.is_valid():
            leaving.close(person=request.user, by=request.user, now=now, agreed=request.POST.get("agreed", ""))
            logout(request)
            return see_other(request, "account_closed")
    except DomainError as said:
        refused = said
    return _shown(request, form, refused)


def _shown(request: PageRequest, form: CloseForm, refused: DomainError | None) -> HttpResponse:
    """The page: with what closing means by now, or with what forbids it instead of the form."""
    status = 422 if form.is_bound else 200
    foreseen = None
    try:
        foreseen = leaving.foresee(person=request.user, by=request.user, now=clock.now())
    except DomainError as forbidden:
        refused = refused or forbidden
    if refused is not None:
        status = refused.page_status
    context = {"form": form, "refused": refused, "foreseen": foreseen}
    return page(request, "account/close.html", context, status=status)


@never_cache
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """That it is done: for whoever has just left."""
    return page(request, "account/closed.html", {})
