"""What programs read before people come: robots.txt, llms.txt and the sitemaps."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instainstru.core import policy
from instructors.services import browse, landing, sitemaps

STATIC = ("instructors:home", "instructors:list", "instructors:subjects", "instructors:how_we_rank", "api-docs")
KEPT_SECONDS = 3600

Entry = tuple[str, datetime | None]  # a page's address, and when it last changed as far as is known


def _at(name: str, *args: object) -> str:
    return f"{settings.SITE_ADDRESS}{reverse(name, args=args)}"


def _sitemap(request: HttpRequest, entries: Iterable[Entry]) -> HttpResponse:
    return render(request, "sitemap.xml", {"entries": entries}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def index(request: HttpRequest) -> HttpResponse:
    """The sitemaps, each with at most 5,000 addresses."""
    parts = [_at(f"instructors:sitemap_{name}") for name in ("static", "subjects", "boroughs")]
    parts += [_at("instructors:sitemap_instructors", part) for part in sitemaps.parts()]
    return render(request, "sitemap_index.xml", {"parts": parts}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def static(request: HttpRequest) -> HttpResponse:
    """The pages that are always there."""
    return _sitemap(request, [(_at(name), None) for name in STATIC])


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def subjects(request: HttpRequest) -> HttpResponse:
    """Categories and subjects that somebody teaches."""
    categories = [one for one in browse.directory().categories if one.instructors]
    entries = [(_at("instructors:category", one.slug), None) for one in categories]
    entries += [
        (_at("instructors:subject", one.slug, line.slug), None) for one in categories for line in one.most_taught
    ]
    return _sitemap(request, entries)


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def boroughs(request: HttpRequest) -> HttpResponse:
    """Subjects in the boroughs where somebody teaches them."""
    return _sitemap(request, [(_at("instructors:borough", *slugs), None) for slugs in landing.everywhere()])


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def instructors(request: HttpRequest, part: int) -> HttpResponse:
    """The instructors of one part."""
    entries = [(_at("instructors:detail", slug), changed) for slug, changed in sitemaps.instructors(part=part)]
    if not entries:
        raise Http404
    return _sitemap(request, entries)


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read, and where the sitemaps are."""
    return render(request, "robots.txt", {"sitemap": _at("instructors:sitemap")}, content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def llms(request: HttpRequest) -> HttpResponse:
    """How a program that acts for a person searches and books."""
    context = {"site": settings.SITE_ADDRESS, "token_days": policy.TOKEN_DAYS, "fee_percent": policy.FEE_PERCENT}
    return render(request, "llms.txt", context, content_type="text/plain; charset=utf-8")
