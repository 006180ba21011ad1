"""Lessons, for staff: to read with their whole story, and to cancel for one of their people, by the one service."""

import re
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import PermissionName
from bookings.models import STANDING, Booking, Side
from bookings.services import cancelling, financials, story
from instainstru.core import clock
from instainstru.core.admin import NamedAdmin
from instainstru.core.errors import DomainError
from instainstru.core.money import dollars
from instainstru.core.pages import PageRequest
from instainstru.core.permissions import may

REFERENCE = re.compile(r"LS-[0-9A-Z]{5}-[0-9A-Z]{5}")


@admin.register(Booking)
class BookingAdmin(NamedAdmin):
    """What was agreed, where it stands, and what happened. Nobody writes here: acting on a lesson is its service's.

    What is kept of a price, and what instructors get, is for who may see financials; so is what all came to by month.
    """

    view_names = (PermissionName.VIEW_ALL_BOOKINGS, PermissionName.MANAGE_ALL_BOOKINGS)
    list_display = (
        "reference",
        "status",
        "service_name",
        "student_name",
        "instructor",
        "booking_date",
        "start_time",
        "place",
    )
    list_select_related = ("student", "instructor")
    list_filter = ("status", "place", "booking_date")
    search_fields = ("reference", "student__email", "student__last_name", "instructor__slug", "service_name")
    linked_by = ("student", "instructor")
    date_hierarchy = "booking_date"
    ordering = ("-lesson",)
    fieldsets = (
        (None, {"fields": ("reference", "status", "student", "instructor", "service", "service_name", "entry")}),
        ("When", {"fields": ("booking_date", "start_time", "end_time", "time_zone", "duration_minutes", "lesson")}),
        ("Where", {"fields": ("place", "neighborhood", "address", "notes")}),
        ("Money", {"fields": ("price",)}),
        ("Cancelling", {"fields": ("cancelled_at", "cancelled_by", "settled")}),
        ("Completing", {"fields": ("completed_at",)}),
    )  # and never the instructor's private note
    house = ("The house", {"fields": ("commission", "paid_out")})
    # What is editable nowhere, or worded here, has to be named to be shown.
    readonly_fields = ("reference", "entry", "price", "settled", "commission", "paid_out")

    @admin.display(description="student", ordering="student__last_name")
    def student_name(self, booking: Booking) -> str:
        """Who takes the lesson."""
        return booking.student.full_name

    @admin.display
    def price(self, booking: Booking) -> str:
        """What the student owes, line by line."""
        hourly, price, fee = (dollars(c) for c in (booking.hourly_cents, booking.price_cents, booking.fee_cents))
        return f"{price} ({hourly} an hour) and {fee} booking protection: {dollars(booking.total_cents)}"

    @admin.display
    def settled(self, booking: Booking) -> str:
        """What the student got when it was cancelled."""
        if booking.refund_cents is None:
            return "—"
        return f"student {dollars(booking.refund_cents)} back and {dollars(booking.credit_cents or 0)} as credit"

    @admin.display(description="paid for a late cancelling")
    def paid_out(self, booking: Booking) -> str:
        """What the instructor got when it was cancelled."""
        return "—" if booking.instructor_cents is None else dollars(booking.instructor_cents)

    @admin.display
    def commission(self, booking: Booking) -> str:
        """What is kept of the price, and what the instructor gets."""
        if booking.commission_cents is None:
            return "—"
        kept, net = dollars(booking.commission_cents), dollars(booking.net_cents or 0)
        return f"{kept} ({booking.commission_percent} %), instructor {net}"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of a lesson; the house's money for who may see that."""
        return (*self.fieldsets, self.house) if _sees_house(request) else self.fieldsets

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Whether a lesson may be acted on for its people."""
        return may(request.user, PermissionName.MANAGE_ALL_BOOKINGS)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """A lesson by its id, or by its reference: that is what people say on the telephone, and what letters carry."""
        if not from_field and REFERENCE.fullmatch(object_id):
            from_field = "reference"
        return super().get_object(request, object_id, from_field)

    def get_urls(self) -> list[URLPattern]:
        """Admin's own addresses, and that of cancelling."""
        cancel = self.admin_site.admin_view(self.cancel)
        months, file = (self.admin_site.admin_view(view) for view in (self.months, self.months_csv))
        return [
            path("months/", months, name="bookings_booking_months"),
            path("months.csv", file, name="bookings_booking_months_csv"),
            path("<path:object_id>/cancel/<str:side>/", cancel, name="bookings_booking_cancel"),
            *super().get_urls(),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Booking | None = None,
    ) -> HttpResponse:
        """The lesson's page, with its story and, while it stands, the ways to cancel it."""
        if obj is not None:
            cancellable = (
                obj.status in STANDING and obj.span.start > clock.now() and self.has_manage_permission(request)
            )
            context |= {
                "story": story.told(booking=obj, viewer=request.user),
                "cancel_for": Side if cancellable else (),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def cancel(self, request: PageRequest, object_id: str, side: str) -> HttpResponse:
        """Shows who gets what if the lesson is cancelled for one side; cancels it on POST, at those amounts only."""
        if not self.has_manage_permission(request):
            raise PermissionDenied
        booking = self.get_object(request, unquote(object_id))
        if booking is None or side not in Side.values:
            raise Http404
        try:
            return self._cancel(request, booking, Side(side))
        except DomainError as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return redirect("admin:bookings_booking_change", booking.pk)

    def _cancel(self, request: PageRequest, booking: Booking, side: Side) -> HttpResponse:
        now = clock.now()  # one moment for what is shown and what is done
        due = cancelling.settlement(booking=booking, by_instructor=side is Side.INSTRUCTOR, now=now)
        shown = due if _sees_house(request) else replace(due, instructor_cents=0)
        agreed = f"{shown.refund_cents}-{shown.credit_cents}-{shown.instructor_cents}"
        if request.method == "POST":
            if request.POST.get("agreed") == agreed:
                cancelling.cancel_lesson(reference=booking.reference, by=request.user, now=now, on_behalf_of=side)
                self.log_change(request, booking, f"Cancelled for {side.label}.")
                self.message_user(request, f"Cancelled for {side.label}. Both have been written to.", messages.SUCCESS)
                return redirect("admin:bookings_booking_change", booking.pk)
            self.message_user(request, "The amounts are others by now: look again.", messages.WARNING)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Cancel {booking.reference} for {side.label}",
            "opts": self.opts,
            "booking": booking,
            "side": side,
            "due": due,
            "sees_house": _sees_house(request),
            "agreed": agreed,
        }
        return TemplateResponse(request, "admin/bookings/booking/cancel.html", context)

    @method_decorator(require_safe)
    def months(self, request: PageRequest) -> HttpResponse:
        """What lessons came to, month by month."""
        if not _sees_house(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Money by month",
            "months": financials.months(),
            "may_export": may(request.user, PermissionName.EXPORT_ANALYTICS),
        }
        return TemplateResponse(request, "admin/bookings/booking/months.html", context)

    @method_decorator(require_safe)
    def months_csv(self, request: PageRequest) -> HttpResponse:
        """The same for a spreadsheet."""
        if not (_sees_house(request) and may(request.user, PermissionName.EXPORT_ANALYTICS)):
            raise PermissionDenied
        headers = {"Content-Disposition": 'attachment; filename="money-by-month.csv"'}
        return HttpResponse(
            financials.as_csv(months=financials.months()), content_type="text/csv; charset=utf-8", headers=headers
        )


def _sees_house(request: HttpRequest) -> bool:
    """Whether somebody may know what is kept of a price, and what instructors get."""
    return may(request.user, PermissionName.VIEW_FINANCIALS)
