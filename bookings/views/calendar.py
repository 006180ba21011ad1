"""An instructor's week, as a calendar or as a list of the same."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import PermissionName
from bookings.forms import ChosenWeekForm
from bookings.models import STANDING
from bookings.services import week
from bookings.services.week import QUARTERS, Block
from instainstru.core import clock
from instainstru.core.pages import PageRequest, page
from instainstru.core.permissions import require_permission
from instainstru.core.time import NEW_YORK

AS_LIST = "list"
SHORT = 2  # quarters: room for two lines


@never_cache
@require_safe
@require_permission(PermissionName.VIEW_INCOMING_BOOKINGS)
def teaching_calendar(request: PageRequest) -> HttpResponse:
    """The week of ?week= (any of its days), or this one; ?view=list has the same without a grid."""
    today = clock.now().astimezone(NEW_YORK).date()
    form = ChosenWeekForm(request.GET)
    chosen = form.cleaned_data["week"] if form.is_valid() else today
    monday = chosen - timedelta(days=chosen.weekday())
    view = AS_LIST if request.GET.get("view") == AS_LIST else ""
    found = week.shown(person=request.user, monday=monday)
    context = {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "today": today,
        "as_list": bool(view),
        "days": [
            {"date": day.date, "blocks": [_shown(block, request.user) for block in day.blocks]} for day in found.days
        ],
        "hours": [
            {"clock": hour.clock, "again": hour.again, "row": f"from-h{number}"}
            for number, hour in enumerate(found.hours)
        ],
        "calendar_address": _address(monday),
        "list_address": _address(monday, AS_LIST),
        "earlier": _address(monday - timedelta(days=7), view),
        "later": _address(monday + timedelta(days=7), view),
        "this_week": "" if monday <= today < monday + timedelta(days=7) else _address(today, view),
    }
    return page(request, "bookings/teaching_calendar.html", context)


def _address(day: date, view: str = "") -> str:
    query = {"week": day.isoformat()} | ({"view": view} if view else {})
    return f"{reverse('bookings:teaching_calendar')}?{urlencode(query)}"


def _shown(block: Block, viewer: User) -> dict[str, object]:
    """A block with the classes that place it: the hour and quarter where it begins, and for how long it lasts."""
    (hour, quarter), (hours, quarters) = divmod(block.first, QUARTERS), divmod(block.last - block.first, QUARTERS)
    booking = block.booking
    lesson = None
    if booking is not None:
        teaches = booking.instructor_id == viewer.pk
        lesson = {
            "reference": booking.reference,
            "service_name": booking.service_name,
            "other_name": booking.student.public_name if teaches else booking.instructor.user.public_name,
            "stands": booking.status in STANDING,
            "status_label": booking.get_status_display(),
            "place": booking.get_place_display() if booking.place == "online" else "",
            "neighborhood": booking.neighborhood.name if booking.neighborhood else "",
        }
    return {
        "kind": block.kind.value,
        "starts_at": block.span.start,
        "ends_at": block.span.end,
        "reason": block.reason,
        "lesson": lesson,
        "row": f"from-h{hour} from-q{quarter} for-h{hours} for-q{quarters}",
        "is_short": block.last - block.first <= SHORT,
    }
