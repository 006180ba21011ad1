"""What students say of lessons, for staff: hidden and shown again by the service."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.acts import Act, ActingAdmin
from instainstru.core.admin import lesson_link
from instainstru.core.pages import PageRequest
from instructors.admin.supply import STAFF
from instructors.models import Review
from instructors.services import reviews


def _hide(_request: PageRequest, review: Review, _typed: Mapping[str, Any]) -> None:
    reviews.hide(review_id=review.pk, now=clock.now())


def _show(_request: PageRequest, review: Review, _typed: Mapping[str, Any]) -> None:
    reviews.show(review_id=review.pk)


@admin.register(Review)
class ReviewAdmin(ActingAdmin):
    """What students say of lessons they took. Words are theirs: they are hidden or shown, never changed."""

    view_names = (*STAFF, PermissionName.MODERATE_CONTENT)
    list_display = ("instructor", "student", "stars", "text", "created_at", "hidden_at")
    list_select_related = ("instructor", "student")
    list_filter = ("stars", "created_at", ("hidden_at", admin.EmptyFieldListFilter))
    search_fields = ("instructor__slug", "student__email", "lesson_reference", "text")
    fields = ("instructor", "student", "lesson", "stars", "text", "created_at", "hidden_at")
    readonly_fields = fields
    acts = (
        Act(
            name="hide",
            label="Hide",
            needs=PermissionName.MODERATE_CONTENT,
            says=("Nobody reads this review any more, and its stars do not count, here and in search at once.",),
            done="The review is hidden.",
            do=_hide,
            fits=lambda review: review.hidden_at is None,
        ),
        Act(
            name="show",
            label="Show again",
            needs=PermissionName.MODERATE_CONTENT,
            says=("The review is read again, and its stars count, here and in search at once.",),
            done="The review is shown again.",
            do=_show,
            fits=lambda review: review.hidden_at is not None,
        ),
    )

    @admin.display(description="lesson")
    def lesson(self, review: Review) -> str:
        """The lesson that is spoken of."""
        return lesson_link(review.lesson_reference)
