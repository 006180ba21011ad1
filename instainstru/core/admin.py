"""Django's admin, asking the product's own permission names. Staff are no superusers."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from instainstru.core.models import OutboxMessage
from instainstru.core.permissions import may


class NamedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not a generic at run time
    """Shows a model to who has one of `view_names`, lets who has one of `change_names` change it. Deleting is nobody's.

    What a service must do (a lesson, hours, a calendar) has no `change_names`: it is read here, never written.
    """

    view_names: ClassVar[tuple[str, ...]] = ()
    change_names: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model is listed."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether a row may be read."""
        return any(may(request.user, name) for name in (*self.view_names, *self.change_names))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether a row may be changed."""
        return any(may(request.user, name) for name in self.change_names)

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        """Rows are made by services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows end by services."""
        return False


@admin.register(OutboxMessage)
class OutboxAdmin(NamedAdmin):
    """What was told to whom, and what has not left yet."""

    view_names = ("view_all_bookings", "access_monitoring")
    list_display = ("key", "recipient", "subject", "created_at", "attempts", "delivered_at", "given_up_at")
    list_filter = ("created_at", "delivered_at", "given_up_at")
    search_fields = ("key", "recipient", "reference")
