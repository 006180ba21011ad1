"""Pages of one's address: which it is, whether it is confirmed, and changing it."""

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView, email_verification_sent
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.email import EmailForm
from accounts.permissions import PermissionName
from accounts.services import addresses
from accounts.views.shape import known_again, public, way_in, whole
from instainstru.core import policy
from instainstru.core.errors import Invalid
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission


@way_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_OWN_PROFILE)
@rate_limit(action="manage_email")  # type: ignore[untyped-decorator]
@whole
def email(request: PageRequest) -> HttpResponse:
    """The address that counts and the one that is to follow it; each with what can be done about it."""
    if request.method != "POST":
        return _email_page(request, EmailForm())
    if "action_send" in request.POST:
        _send(request, addresses.unconfirmed(person=request.user, email=request.POST.get("email", "")))
    elif "action_remove" in request.POST:
        addresses.keep(person=request.user)
        messages.success(request, f"Your e-mail stays {request.user.email}.")
    else:
        return _change(request)
    return see_other(request, "account_email")


@known_again("POST")
def _change(request: PageRequest) -> HttpResponse:
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _email_page(request, form, status=422)
    try:
        address = addresses.change(person=request.user, **form.cleaned_data)
    except Invalid as refused:
        form.add_error("email", refused.message)
        return _email_page(request, form, status=422)
    _send(request, address)
    return see_other(request, "account_email")


def _send(request: PageRequest, address: EmailAddress) -> None:
    """Send the letter with the link, and say so; not again and again, to whomever it is."""
    if not send_verification_email_to_address(request, address):
        pause = f"Another one can follow in {policy.CONFIRMATION_LETTER_PAUSE_MINUTES} minutes."
        messages.warning(request, f"A letter to {address.email} has just left. {pause}")


def _email_page(request: PageRequest, form: EmailForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "addresses": addresses.read(person=request.user)}
    return page(request, "account/email.html", context, status=status)


class Confirm(ConfirmEmailView):  # type: ignore[misc]
    """The page that a letter's link leads to: its button confirms."""

    def logout(self) -> None:
        """Nobody is signed out because a link of somebody else's was opened."""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """Confirm; pressed twice, the page says what its link says then."""
        shown: HttpResponse
        try:
            shown = super().post(*args, **kwargs)
        except Http404:
            shown = self.get(*args, **kwargs)
        return shown

    def render_to_response(self, context: dict[str, object], **response: object) -> HttpResponse:
        """A link that has run out, or was used, is not there any more."""
        status = 200 if context["confirmation"] else 404
        shown: HttpResponse = super().render_to_response(context, status=status, **response)
        return shown


sent = public(email_verification_sent)
confirm = way_in(public(Confirm.as_view()))
