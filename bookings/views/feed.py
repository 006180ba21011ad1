"""A person's private calendar address: the page where it is made, renewed and revoked, and what it answers."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import PermissionName
from bookings.services import feed
from instainstru.core import clock
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.VIEW_OWN_BOOKINGS)
def manage(request: PageRequest) -> HttpResponse:
    """Shows the address and what to do with it; makes one on POST, if there is none yet."""
    if request.method == "POST":
        feed.create(person=request.user, now=clock.now())
        messages.success(request, "Your calendar has an address.")
        return see_other(request, "bookings:feed")
    found = feed.address(person=request.user)
    webcal = "webcal:" + found.url.partition(":")[2] if found else ""
    return page(request, "bookings/feed.html", {"feed": found, "webcal": webcal})


@never_cache
@require_POST
@require_permission(PermissionName.VIEW_OWN_BOOKINGS)
def renew(request: PageRequest) -> HttpResponse:
    """Puts another address in the place of the one that there is."""
    feed.renew(person=request.user, now=clock.now())
    messages.success(request, "Your calendar has a new address. The old one opens nothing any more.")
    return see_other(request, "bookings:feed")


@never_cache
@require_POST
@require_permission(PermissionName.VIEW_OWN_BOOKINGS)
def revoke(request: PageRequest) -> HttpResponse:
    """Takes the address away."""
    feed.revoke(person=request.user)
    messages.success(request, "Your calendar has no address any more.")
    return see_other(request, "bookings:feed")


@cache_control(private=True, no_store=True)
@require_safe
def calendar_feed(request: HttpRequest, number: uuid.UUID, secret: str) -> HttpResponse:
    """The calendar of whoever the address belongs to: no session is asked for or made."""
    file = feed.read(number=number, secret=secret, now=clock.now())
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})
