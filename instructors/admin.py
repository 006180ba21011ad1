"""The supply, for staff: profiles are moderated here, time is only read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.permissions import PermissionName
from instainstru.core.admin import NamedAdmin
from instructors.models import (
    Borough,
    CalendarEntry,
    Category,
    InstructorProfile,
    Neighborhood,
    Service,
    ServicePlace,
    Subcategory,
    Subject,
    TimeOff,
    WeeklyHours,
)

STAFF = (PermissionName.VIEW_ALL_BOOKINGS, PermissionName.VIEW_ALL_USERS)


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]  # not a generic at run time
    """Rows that belong to another, to read."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the row sees these."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds them here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes them here."""
        return False


class HoursInline(ReadOnlyInline):
    """The repeating week."""

    model = WeeklyHours


class PlacesInline(ReadOnlyInline):
    """Where a service is given, and its price."""

    model = ServicePlace


@admin.register(Borough)
class BoroughAdmin(NamedAdmin):
    """The five."""

    view_names = STAFF
    list_display = ("name", "slug")
    search_fields = ("name",)


@admin.register(Neighborhood)
class NeighborhoodAdmin(NamedAdmin):
    """The city's residential areas."""

    view_names = STAFF
    list_display = ("name", "borough", "code", "slug")
    list_select_related = ("borough",)
    list_filter = ("borough",)
    search_fields = ("name", "code", "slug")


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    """The first level of what is taught."""

    view_names = STAFF
    list_display = ("name", "slug")
    search_fields = ("name",)


@admin.register(Subcategory)
class SubcategoryAdmin(NamedAdmin):
    """The second level."""

    view_names = STAFF
    list_display = ("name", "category", "slug")
    list_select_related = ("category",)
    list_filter = ("category",)
    search_fields = ("name",)


@admin.register(Subject)
class SubjectAdmin(NamedAdmin):
    """What a lesson can be in."""

    view_names = STAFF
    list_display = ("name", "subcategory", "slug")
    list_select_related = ("subcategory",)
    list_filter = ("subcategory__category",)
    search_fields = ("name", "slug", "search_words")


@admin.register(InstructorProfile)
class InstructorProfileAdmin(NamedAdmin):
    """Who teaches. Words are moderated; everything else is the instructor's own."""

    view_names = STAFF
    change_names = (PermissionName.MODERATE_CONTENT,)
    list_display = ("slug", "user", "headline", "live_since", "founding", "free_through")
    list_select_related = ("user",)
    list_filter = ("founding", "overnight_guard", "live_since")
    search_fields = ("slug", "user__email", "user__first_name", "user__last_name", "headline")
    inlines = (HoursInline,)
    fields = (
        "user",
        "slug",
        "headline",
        "bio",
        "neighborhoods",
        "place_neighborhood",
        "buffer_minutes",
        "overnight_guard",
        "live_since",
        "founding",
        "free_through",
    )
    readonly_fields = tuple(name for name in fields if name not in ("headline", "bio"))


@admin.register(Service)
class ServiceAdmin(NamedAdmin):
    """What an instructor offers."""

    view_names = STAFF
    list_display = ("pk", "instructor", "subject", "lengths", "active")
    list_select_related = ("instructor", "subject")
    list_filter = ("active", "subject__subcategory__category")
    search_fields = ("instructor__slug", "subject__name", "subject__slug")
    inlines = (PlacesInline,)


@admin.register(CalendarEntry)
class CalendarEntryAdmin(NamedAdmin):
    """What takes an instructor's time. Written by the calendar's services only."""

    view_names = STAFF
    list_display = ("instructor", "kind", "core", "during", "reference", "label")
    list_select_related = ("instructor",)
    list_filter = ("kind",)
    search_fields = ("reference", "instructor__slug", "label")


@admin.register(TimeOff)
class TimeOffAdmin(NamedAdmin):
    """Time off as it was asked."""

    view_names = STAFF
    list_display = ("person", "during", "reason", "lesson_reference")
    list_select_related = ("person",)
    search_fields = ("person__email", "lesson_reference")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The latest first."""
        return super().get_queryset(request).order_by("-during")
