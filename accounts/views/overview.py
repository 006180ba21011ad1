"""The first page of one's account: who one is here, and the way to all the rest."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.names import NamesForm
from accounts.permissions import PermissionName
from accounts.services import addresses, people
from instainstru.core import clock
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import may, require_permission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
def overview(request: PageRequest) -> HttpResponse:
    """Names, e-mail, password, and what one does here; saves the names."""
    if request.method != "POST":
        names = {name: getattr(request.user, name) for name in NamesForm.base_fields}
        return _overview_page(request, NamesForm(initial=names))
    form = NamesForm(request.POST)
    if not form.is_valid():
        return _overview_page(request, form, status=422)
    people.rename(person=request.user, now=clock.now(), **form.cleaned_data)
    messages.success(request, f"Your name is saved. Others see {request.user.public_name}")
    return see_other(request, "account_overview")


def _overview_page(request: PageRequest, form: NamesForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "addresses": addresses.read(person=request.user),
        "learns": may(request.user, PermissionName.CREATE_BOOKINGS),
    }
    return page(request, "account/overview.html", context, status=status)
