"""allauth's pages with the statuses, headers and permissions that all our pages have."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.permissions import PermissionName
from instainstru.core.permissions import require_permission

Page = Callable[..., HttpResponse]


def public(shown: Page) -> Page:
    """A page of allauth's for whoever comes."""
    return never_cache(bad_form_is_422(shown))


def for_person(shown: Page, name: PermissionName) -> Page:
    """A page of allauth's for a person with this name."""
    return require_permission(name)(public(shown))


def bad_form_is_422(shown: Page) -> Page:
    """Say 422 where allauth shows a form again with 200: a form that was right is answered with another address."""

    @functools.wraps(shown)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer = shown(request, *args, **kwargs)
        if request.method == "POST" and answer.status_code == 200:
            answer.status_code = 422
        return answer

    return page
