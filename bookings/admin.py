"""Lessons, for staff: to read. Acting on one goes through its service."""

from django.contrib import admin

from accounts.permissions import PermissionName
from bookings.models import Booking
from instainstru.core.admin import NamedAdmin


@admin.register(Booking)
class BookingAdmin(NamedAdmin):
    """What was agreed, and where it stands."""

    view_names = (PermissionName.VIEW_ALL_BOOKINGS, PermissionName.MANAGE_ALL_BOOKINGS)
    list_display = (
        "reference",
        "status",
        "service_name",
        "student",
        "instructor",
        "booking_date",
        "start_time",
        "place",
    )
    list_select_related = ("student", "instructor")
    list_filter = ("status", "place", "booking_date")
    search_fields = ("reference", "student__email", "student__last_name", "instructor__slug", "service_name")
    date_hierarchy = "booking_date"
    ordering = ("-lesson",)
