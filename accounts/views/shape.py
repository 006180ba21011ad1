"""allauth's pages with the statuses, headers and permissions that all our pages have."""

import functools
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows import reauthentication
from allauth.core.exceptions import ReauthenticationRequired
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from accounts.permissions import PermissionName
from instainstru.core.limits import Bucket, limited
from instainstru.core.permissions import require_permission

Page = Callable[..., HttpResponse]

# What is sent to such a page is a try: to get in, or to change a way in.
way_in = limited(Bucket.AUTH)


def asked_as_page(shown: Page) -> Page:
    """Refuse other methods before all else, as our own pages do: allauth takes a PUT for a POST."""
    sends = hasattr(getattr(shown, "view_class", FormView), "post")
    return require_http_methods(["GET", "HEAD", *(["POST"] if sends else [])])(shown)


def public(shown: Page) -> Page:
    """A page of allauth's for whoever comes."""
    return never_cache(asked_as_page(whole(bad_form_is_422(shown))))


def for_person(shown: Page, name: PermissionName) -> Page:
    """A page of allauth's for a person with this name."""
    return never_cache(asked_as_page(require_permission(name)(asked_once_more(whole(bad_form_is_422(shown))))))


def known_again(*methods: str) -> Callable[[Page], Page]:
    """Have a person say once more who they are before these methods, unless they have just done so."""

    def among(request: HttpRequest) -> bool:
        return request.method in methods

    def decorate(shown: Page) -> Page:
        return asked_once_more(reauthentication_required(shown, enabled=among))

    return decorate


def asked_once_more(shown: Page) -> Page:
    """Send on here whom allauth asks who they are once more: its middleware's answer would say nothing of caches."""

    @functools.wraps(shown)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return shown(request, *args, **kwargs)
        except ReauthenticationRequired:
            ways = get_adapter().get_reauthentication_methods(request.user)
            answer: HttpResponse = reauthentication.suspend_request(request, ways[0]["url"])
            return answer

    return page


def bad_form_is_422(shown: Page) -> Page:
    """Say 422 where allauth shows a form again with 200: a form that was right is answered with another address."""

    @functools.wraps(shown)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer = shown(request, *args, **kwargs)
        if request.method == "POST" and answer.status_code == 200:
            answer.status_code = 422
        return answer

    return page


def whole(shown: Page) -> Page:
    """Do all of what is sent or nothing: no letter says what did not happen, nothing happens without its letter."""

    @functools.wraps(shown)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            return shown(request, *args, **kwargs)
        with transaction.atomic():
            return shown(request, *args, **kwargs)

    return page
