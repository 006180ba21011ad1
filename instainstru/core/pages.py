"""What every page shares: rendering, its fragment for htmx, and refusals said for people."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from instainstru.core.contention import pausing
from instainstru.core.errors import RETRY_AFTER, DomainError, Pausing

log = logging.getLogger(__name__)


class PageRequest(HttpRequest):
    """A request as the middleware leaves it to a page that a person has signed in for."""

    user: Any
    request_id: str
    htmx: HtmxDetails


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Render a page, or for htmx only its named part."""
    if part and request.htmx:  # type: ignore[attr-defined]
        template = f"{template}#{part}"
    response = render(request, template, {**context}, status=status)
    if part:
        patch_vary_headers(response, ["HX-Request"])
    return response


def see_other(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """Send the browser to another page after something was done; htmx is told to load it whole."""
    return _see(request, reverse(name, args=args))


def see_where_one_was(request: HttpRequest, *, otherwise: str, at: str = "") -> HttpResponse:
    """The same for what is done from many pages: to the one that the form names in `next`, if it is ours.

    `at` is the id of what to look at there.
    """
    address = request.POST.get("next", "").partition("#")[0]
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return _see(request, (address if ours else reverse(otherwise)) + (f"#{at}" if at else ""))


def _see(request: HttpRequest, address: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(address)
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def refusal(request: HttpRequest, status: int, *, message: str = "") -> HttpResponse:
    """The page of an error: what happened and what to do next."""
    context: Mapping[str, object] = {"message": message, "request_id": getattr(request, "request_id", "")}
    return not_kept(render(request, f"{status}.html", {**context}, status=status))


class RefusalMiddleware:
    """Turns what services refuse, when no page caught it, into the error page of its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a domain error with its page, and a database that pauses; leave every other exception alone."""
        if pause := pausing(exception):
            log.warning("the database cannot do it now: %s", exception)
            return paused(request, pause)
        if not isinstance(exception, DomainError):
            return None
        status = exception.page_status if exception.page_status in (403, 404, 409, 503) else 400
        answer = refusal(request, status, message=exception.message)
        if status == 503:
            answer["Retry-After"] = RETRY_AFTER
        return answer


def paused(request: HttpRequest, pause: Pausing) -> HttpResponse:
    """The page of a database that pauses, made without it."""
    answer = plain_refusal(request, 503, message=pause.message)
    answer["Retry-After"] = RETRY_AFTER
    return answer


def plain_refusal(request: HttpRequest, status: int, *, message: str) -> HttpResponse:
    """The same before anybody is known: without session, person or database."""
    context = {"message": message, "request_id": getattr(request, "request_id", "")}
    return not_kept(HttpResponse(loader.render_to_string(f"{status}.html", context), status=status))


def plain_answer(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """What is refused before its page is asked: said on a page of its own, made without the database.

    htmx keeps the page as it is, with all that was typed, and says it in its live region.
    """
    if request.htmx:  # type: ignore[attr-defined]
        said = format_html('<p class="alert">{}</p>', refused.message)
        ways = {"HX-Retarget": "#live", "HX-Reselect": ".alert", "HX-Reswap": "innerHTML show:window:top"}
        return not_kept(HttpResponse(said, status=refused.status, headers=ways))
    return plain_refusal(request, refused.status, message=refused.message)


def not_kept(answer: HttpResponse) -> HttpResponse:
    """An error is for now and for one person: nobody keeps it."""
    patch_cache_control(answer, no_store=True)
    return answer
