"""Pages of signing up, in and out: allauth's, with the statuses and headers that all our pages have."""

import functools
from collections.abc import Callable

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

Page = Callable[..., HttpResponse]


def bad_form_is_422(shown: Page) -> Page:
    """Say 422 where allauth shows a form again with 200: a form that was right is answered with another address."""

    @functools.wraps(shown)
    def page(request: HttpRequest) -> HttpResponse:
        answer = shown(request)
        if request.method == "POST" and answer.status_code == 200:
            answer.status_code = 422
        return answer

    return page


login: Page = never_cache(bad_form_is_422(views.login))
signup: Page = never_cache(bad_form_is_422(views.signup))
logout: Page = never_cache(views.logout)
inactive: Page = never_cache(views.account_inactive)
