"""The supply, for staff to read: catalogue, places, services, and instructors' time."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.permissions import PermissionName
from instainstru.core.admin import NamedAdmin, lesson_link
from instructors.models import (
    Borough,
    CalendarEntry,
    Category,
    DatedHours,
    Neighborhood,
    Offer,
    Outline,
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


class PlacesInline(ReadOnlyInline):
    """Where a service is given, and its price."""

    model = ServicePlace


@admin.register(Borough)
class BoroughAdmin(NamedAdmin):
    """The five."""

    view_names = STAFF
    list_display = ("name", "slug")
    list_filter = ("name",)
    search_fields = ("name", "slug")


@admin.register(Neighborhood)
class NeighborhoodAdmin(NamedAdmin):
    """The city's residential areas."""

    view_names = STAFF
    list_display = ("name", "borough", "code", "slug")
    list_select_related = ("borough",)
    list_filter = ("borough",)
    search_fields = ("name", "code", "slug", "nicknames", "zip_codes")


@admin.register(Outline)
class OutlineAdmin(NamedAdmin):
    """The shapes on the map, those of parks and airports too."""

    view_names = STAFF
    list_display = ("name", "borough", "code", "neighborhood")
    list_select_related = ("borough", "neighborhood")
    list_filter = ("borough", ("neighborhood", admin.EmptyFieldListFilter))
    search_fields = ("name", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the shape itself: a list of them is megabytes."""
        return super().get_queryset(request).defer("path")


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    """The first level of what is taught."""

    view_names = STAFF
    list_display = ("name", "slug", "bullet", "colour")
    list_filter = ("name",)
    search_fields = ("name", "slug")


@admin.register(Subcategory)
class SubcategoryAdmin(NamedAdmin):
    """The second level."""

    view_names = STAFF
    list_display = ("name", "category", "slug")
    list_select_related = ("category",)
    list_filter = ("category",)
    search_fields = ("name", "slug")


@admin.register(Subject)
class SubjectAdmin(NamedAdmin):
    """What a lesson can be in."""

    view_names = STAFF
    list_display = ("name", "subcategory", "slug")
    list_select_related = ("subcategory",)
    list_filter = ("subcategory__category",)
    search_fields = ("name", "slug", "search_words")


@admin.register(Service)
class ServiceAdmin(NamedAdmin):
    """What an instructor offers."""

    view_names = STAFF
    list_display = ("pk", "instructor", "subject", "lengths", "levels", "ages", "active", "retired_at")
    list_select_related = ("instructor", "subject")
    list_filter = ("active", "retired_at", "subject__subcategory__category")
    search_fields = ("instructor__slug", "subject__name", "subject__slug")
    inlines = (PlacesInline,)


@admin.register(ServicePlace)
class ServicePlaceAdmin(NamedAdmin):
    """What an hour of a service costs at one kind of place."""

    view_names = STAFF
    list_display = ("pk", "instructor", "subject", "place", "hourly_cents")
    list_select_related = ("service__instructor", "service__subject")
    list_filter = ("place", "service__active")
    search_fields = ("service__instructor__slug", "service__subject__name")

    @admin.display(ordering="service__instructor__slug")
    def instructor(self, place: ServicePlace) -> str:
        """Whose it is."""
        return place.service.instructor.slug

    @admin.display(ordering="service__subject__name")
    def subject(self, place: ServicePlace) -> str:
        """What is taught."""
        return place.service.subject.name


@admin.register(Offer)
class OfferAdmin(NamedAdmin):
    """What search reads: written from services and profiles by one function, never by hand."""

    view_names = STAFF
    list_display = ("instructor", "subject", "place", "hourly_cents", "rating", "score")
    list_select_related = ("instructor", "subject")
    list_filter = ("place", "category", "travel", "guard")
    search_fields = ("instructor__slug", "subject__name")
    ordering = ("pk",)


@admin.register(WeeklyHours)
class WeeklyHoursAdmin(NamedAdmin):
    """The repeating hours of all instructors, in minutes of the day."""

    view_names = STAFF
    list_display = ("instructor", "weekday", "opens", "closes")
    list_select_related = ("instructor",)
    list_filter = ("weekday",)
    search_fields = ("instructor__slug",)
    ordering = ("instructor", "weekday", "opens")


@admin.register(DatedHours)
class DatedHoursAdmin(NamedAdmin):
    """Hours of single days, in minutes of the day. A row without hours is a day off."""

    view_names = STAFF
    list_display = ("instructor", "day", "opens", "closes")
    list_select_related = ("instructor",)
    list_filter = ("day",)
    search_fields = ("instructor__slug",)
    date_hierarchy = "day"


@admin.register(CalendarEntry)
class CalendarEntryAdmin(NamedAdmin):
    """What takes an instructor's time. Written by the calendar's services only."""

    view_names = STAFF
    list_display = ("instructor", "kind", "core", "during", "reference", "label")
    list_select_related = ("instructor",)
    list_filter = ("kind",)
    search_fields = ("reference", "instructor__slug", "label")
    fields = ("instructor", "kind", "lesson", "label", "core", "during")
    readonly_fields = fields

    @admin.display(description="lesson")
    def lesson(self, entry: CalendarEntry) -> str:
        """The lesson that takes the time."""
        return lesson_link(entry.reference)


@admin.register(TimeOff)
class TimeOffAdmin(NamedAdmin):
    """Time off as it was asked."""

    view_names = STAFF
    list_display = ("person", "during", "reason", "lesson_reference")
    list_select_related = ("person",)
    list_filter = ("created_at",)
    search_fields = ("person__email", "person__last_name", "reason", "lesson_reference")
    fields = ("person", "during", "reason", "lesson", "created_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The latest first."""
        return super().get_queryset(request).order_by("-during")

    @admin.display(description="lesson taken")
    def lesson(self, asked: TimeOff) -> str:
        """The lesson that a person takes while they do not teach."""
        return lesson_link(asked.lesson_reference)
