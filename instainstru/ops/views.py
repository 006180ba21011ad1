"""Pages for staff that belong to no row."""

from itertools import groupby

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import PermissionName
from instainstru.core.pages import PageRequest, page
from instainstru.core.permissions import require_permission
from instainstru.core.services import policies


@never_cache
@require_safe
@require_permission(PermissionName.VIEW_ALL_BOOKINGS, PermissionName.ACCESS_MONITORING)
def policy_numbers(request: PageRequest) -> HttpResponse:
    """Every number of the product's rules, to read: they are changed in code, with a review."""
    sections = [(name, list(rules)) for name, rules in groupby(policies.listed(), key=lambda rule: rule.section)]
    return page(request, "ops/policies.html", {"sections": sections})
