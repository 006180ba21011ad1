"""The instructor's time off."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.errors import DomainError
from instainstru.core.pages import PageRequest, page, see_other
from instainstru.core.permissions import require_permission
from instainstru.core.time import Span
from instructors.forms.time_off import TimeOffForm
from instructors.models import TimeOff
from instructors.services import time_off
from instructors.views.hours import sentences


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def time_off_page(request: PageRequest) -> HttpResponse:
    """Coming time off, and a form for more."""
    if request.method != "POST":
        return _time_off_page(request, TimeOffForm())
    form = TimeOffForm(request.POST)
    if not form.is_valid():
        return _time_off_page(request, form, status=422)
    asked = form.cleaned_data
    try:
        added = time_off.add(
            instructor_id=request.user.pk,
            span=Span(asked["starts_at"], asked["ends_at"]),
            reason=asked["reason"],
            now=clock.now(),
        )
    except DomainError as refused:
        form.add_error("ends_at", refused.message)
        return _time_off_page(request, form, status=refused.page_status)
    if added.met:
        names = "; ".join(sentences(added.met))
        messages.warning(request, f"Your time off is in the calendar. Lessons in it stand as booked: {names}.")
    else:
        messages.success(request, "Your time off is in the calendar.")
    return see_other(request, "instructors:time_off")


def _time_off_page(request: PageRequest, form: TimeOffForm, *, status: int = 200, **context: object) -> HttpResponse:
    def shown(period: TimeOff) -> dict[str, object]:
        return {
            "id": period.pk,
            "starts_at": period.span.start,
            "ends_at": period.span.end,
            "reason": period.reason,
        }

    asked = {"instructor_id": request.user.pk, "now": clock.now()}
    periods = [shown(period) for period in time_off.coming(**asked)]
    context |= {"form": form, "periods": periods, "met": time_off.lessons_met(**asked)}
    return page(request, "instructors/time_off.html", context, part="time_off", status=status)


@never_cache
@require_POST
@require_permission(PermissionName.MANAGE_AVAILABILITY)
def delete_time_off(request: PageRequest, time_off_id: int) -> HttpResponse:
    """Give one span of time off back."""
    time_off.remove(instructor_id=request.user.pk, time_off_id=time_off_id)
    messages.success(request, "The time off is removed.")
    return see_other(request, "instructors:time_off")
