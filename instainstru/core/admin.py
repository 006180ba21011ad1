"""Django's admin, asking the product's own permission names. Staff are no superusers."""

import re
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DataError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string

from instainstru.core import clock
from instainstru.core.models import OutboxMessage
from instainstru.core.permissions import may
from instainstru.core.services import outbox, timeline

SKIPPED = re.compile(r"[1-9][0-9]{0,6}")
LESSONS_READ_BY = ("view_all_bookings", "manage_all_bookings")


class NamedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not a generic at run time
    """Shows a model to who has one of `view_names`, lets who has one of `change_names` change it. Deleting is nobody's.

    What a service must do (a lesson, hours, a calendar) has no `change_names`: it is read here, never written.
    """

    view_names: ClassVar[tuple[str, ...]] = ()
    change_names: ClassVar[tuple[str, ...]] = ()
    linked_by: ClassVar[tuple[str, ...]] = ()  # what links from other pages narrow the list by
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/timeline.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, or admin's own word for a filter that PostgreSQL cannot read: a NUL, half a range."""
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except DataError:
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What triggers kept of a row, for who may see the row; below it what staff noted here."""
        thing = self.get_object(request, unquote(object_id))
        context = extra_context or {}
        if thing is not None and self.has_view_permission(request, thing):
            asked = request.GET.get("skip", "")
            skip = int(asked) if SKIPPED.fullmatch(asked) else 0
            told = timeline.told(thing=thing, viewer=request.user, skip=skip)
            context = {"timeline": told, "skipped": skip, **context}
        return super().history_view(request, object_id, context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Narrow a list by what it offers only: any other column could be guessed from addresses, letter by letter."""
        offered = [one if isinstance(one, str) else str(one[0]) for one in self.list_filter]  # type: ignore[index]
        names = [*offered, *self.linked_by, *([self.date_hierarchy] if self.date_hierarchy else [])]
        known = any(lookup == name or lookup.startswith(f"{name}__") for name in names)
        return known and super().lookup_allowed(lookup, value, request)

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


def lesson_link(reference: str) -> str:
    """The way to the page of a lesson, by its reference. Lessons lie above: their address stands in a template."""
    return render_to_string("admin/parts/lesson.html", {"reference": reference}) if reference else "—"


def lessons_links(**people: int) -> str:
    """The ways to the lessons that a person takes (student=id) or teaches (instructor=id)."""
    return render_to_string("admin/parts/lessons.html", people)


@admin.register(OutboxMessage)
class OutboxAdmin(NamedAdmin):
    """What was told to whom, and what has not left yet. The words of a letter are for who may see the lesson.

    Those of a confidential letter are for its reader alone.
    """

    view_names = (*LESSONS_READ_BY, "access_monitoring")
    list_display = ("key", "recipient", "subject", "created_at", "attempts", "delivered_at", "given_up_at")
    list_filter = ("created_at", "delivered_at", "given_up_at", "confidential")
    search_fields = ("key", "recipient", "subject", "reference")
    readonly_fields = ("lesson", "created_at")
    actions = ("redrive",)

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The bare reference, and the body for who may not see lessons: it has names and doors in it.

        That of a confidential letter is nobody's.
        """
        confidential = isinstance(obj, OutboxMessage) and obj.confidential
        reads = not confidential and any(may(request.user, name) for name in LESSONS_READ_BY)
        return ("reference",) if reads else ("reference", "body")

    def has_redrive_permission(self, request: HttpRequest) -> bool:
        """Who helps with lessons, and who keeps the site running."""
        return any(may(request.user, name) for name in ("manage_all_bookings", "access_monitoring"))

    @admin.action(description="Try again what was given up", permissions=["redrive"])
    def redrive(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        """Have the chosen letters tried again from now on; those that were not given up are left alone."""
        again = outbox.redrive(keys=[message.key for message in chosen], now=clock.now())
        self.message_user(request, f"Letters that are tried again: {again}.")

    @admin.display(description="lesson")
    def lesson(self, message: OutboxMessage) -> str:
        """The lesson that a letter speaks of."""
        return lesson_link(message.reference)
