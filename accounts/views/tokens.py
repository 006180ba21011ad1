"""A person's API tokens: the page where they are made, seen and revoked."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.tokens import TokenForm
from accounts.permissions import PermissionName, Scope
from accounts.services import tokens
from accounts.services.tokens import TooManyTokens
from accounts.views.shape import known_again, way_in
from instainstru.core.errors import Invalid
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission


@way_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_OWN_API_TOKENS)
@known_again("POST")
def manage(request: PageRequest) -> HttpResponse:
    """The tokens, and a form for one more. The answer to it is all that ever shows the new one."""
    if request.method != "POST":
        return _tokens_page(request, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _tokens_page(request, form, status=422)
    try:
        issued = tokens.make(person=request.user, now=datetime.now(UTC), **form.cleaned_data)
    except (Invalid, TooManyTokens) as refused:
        form.add_error("name" if refused.fields else None, refused.message)
        return _tokens_page(request, form, status=refused.page_status)
    made = {"issued": issued, "name": form.cleaned_data["name"]}
    return page(request, "account/token_made.html", made, status=201)


def _tokens_page(request: PageRequest, form: TokenForm, *, status: int = 200) -> HttpResponse:
    now = datetime.now(UTC)  # a token ages in real time
    rows = [
        {"token": token, "may": [Scope(scope).label for scope in token.scopes], "over": token.expires_at <= now}
        for token in tokens.listed(person_id=request.user.pk)
    ]
    return page(request, "account/tokens.html", {"form": form, "rows": rows}, status=status)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_OWN_API_TOKENS)
def revoke(request: PageRequest, token_id: int) -> HttpResponse:
    """Ends one token."""
    tokens.revoke(person_id=request.user.pk, token_id=token_id)
    messages.success(request, "The token is revoked. Whoever has it can do nothing with it any more.")
    return see_other(request, "account_tokens")


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_OWN_API_TOKENS)
def revoke_all(request: PageRequest) -> HttpResponse:
    """Ends all tokens."""
    tokens.revoke_all(person_id=request.user.pk)
    messages.success(request, "All tokens are revoked.")
    return see_other(request, "account_tokens")
