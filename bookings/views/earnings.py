"""What an instructor earned, by month: a page, and the same for a spreadsheet."""

from datetime import date

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import PermissionName
from bookings.forms import MonthForm
from bookings.services import earnings
from instainstru.core import clock
from instainstru.core.pages import PageRequest, page
from instainstru.core.permissions import require_permission


@never_cache
@require_safe
@require_permission(PermissionName.VIEW_OWN_INSTRUCTOR_ANALYTICS)
def earnings_page(request: PageRequest) -> HttpResponse:
    """The month of ?month=, or this one, line by line, and the commission as it stands now."""
    now = clock.now()
    form = MonthForm(request.GET)
    first = form.cleaned_data["month"] if form.is_valid() else earnings.month_of(now=now)
    known = earnings.months(instructor_id=request.user.pk)
    context = {
        "month": earnings.in_month(instructor_id=request.user.pk, first=first),
        "earlier": _address(max((one for one in known if one < first), default=None)),
        "later": _address(min((one for one in known if one > first), default=None)),
        "tier": earnings.tier(instructor_id=request.user.pk, now=now),
    }
    return page(request, "bookings/earnings.html", context)


def _address(month: date | None) -> dict[str, object] | None:
    if month is None:
        return None
    return {"month": month, "address": f"{reverse('bookings:earnings')}?month={month:%Y-%m}"}


@cache_control(private=True, no_store=True)
@require_safe
@require_permission(PermissionName.VIEW_OWN_INSTRUCTOR_ANALYTICS)
def earnings_csv(request: PageRequest, month: str) -> HttpResponse:
    """One month for a spreadsheet."""
    form = MonthForm({"month": month})
    if not form.is_valid():
        raise Http404
    first = form.cleaned_data["month"]
    file = earnings.as_csv(month=earnings.in_month(instructor_id=request.user.pk, first=first))
    return HttpResponse(
        file,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="instainstru-earnings-{first:%Y-%m}.csv"'},
    )
