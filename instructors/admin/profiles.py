"""Who teaches, for staff: read here, moderated and verified by the services."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin

from accounts.permissions import PermissionName
from instainstru.core import clock
from instainstru.core.acts import Act, ActingAdmin
from instainstru.core.admin import lessons_links
from instainstru.core.pages import PageRequest
from instructors.admin.supply import STAFF, ReadOnlyInline
from instructors.forms.moderation import ReasonForm, WordsForm
from instructors.models import InstructorProfile, WeeklyHours
from instructors.services import moderation, verification

TOLD = "The instructor is told by letter."


def _reword(_request: PageRequest, profile: InstructorProfile, typed: Mapping[str, Any]) -> None:
    moderation.reword(instructor_id=profile.pk, now=clock.now(), **typed)


def _remove_photo(_request: PageRequest, profile: InstructorProfile, typed: Mapping[str, Any]) -> None:
    moderation.remove_photo(instructor_id=profile.pk, now=clock.now(), **typed)


def _suspend(_request: PageRequest, profile: InstructorProfile, typed: Mapping[str, Any]) -> None:
    moderation.suspend(instructor_id=profile.pk, now=clock.now(), **typed)


def _restore(_request: PageRequest, profile: InstructorProfile, _typed: Mapping[str, Any]) -> None:
    moderation.restore(instructor_id=profile.pk, now=clock.now())


def _verify(_request: PageRequest, profile: InstructorProfile, _typed: Mapping[str, Any]) -> None:
    verification.verify(instructor_id=profile.pk, now=clock.now())


def _withdraw(_request: PageRequest, profile: InstructorProfile, _typed: Mapping[str, Any]) -> None:
    verification.withdraw(instructor_id=profile.pk, now=clock.now())


class HoursInline(ReadOnlyInline):
    """The repeating week."""

    model = WeeklyHours


@admin.register(InstructorProfile)
class InstructorProfileAdmin(ActingAdmin):
    """Who teaches, what they say, and whether they are verified or suspended. All else is the instructor's own."""

    view_names = (*STAFF, PermissionName.MODERATE_CONTENT, PermissionName.VERIFY_INSTRUCTORS)
    list_display = ("slug", "user", "headline", "live_since", "verified_at", "suspended_at", "founding", "free_through")
    list_select_related = ("user",)
    list_filter = (
        ("verified_at", admin.EmptyFieldListFilter),
        ("suspended_at", admin.EmptyFieldListFilter),
        "founding",
        "overnight_guard",
        "live_since",
    )
    search_fields = ("slug", "user__email", "user__first_name", "user__last_name", "headline")
    inlines = (HoursInline,)
    fields = (
        "user",
        "lessons",
        "slug",
        "headline",
        "bio",
        "photo",
        "verified_at",
        "suspended_at",
        "suspended_because",
        "neighborhoods",
        "place_neighborhood",
        "buffer_minutes",
        "overnight_guard",
        "live_since",
        "founding",
        "free_through",
    )
    readonly_fields = ("lessons", "free_through")
    acts = (
        Act(
            name="verify",
            label="Verify",
            needs=PermissionName.VERIFY_INSTRUCTORS,
            says=("Do this when you have checked who they are.", "“Verified” stands beside their name at once.", TOLD),
            done="Verified. The instructor has been written to.",
            do=_verify,
            fits=lambda profile: profile.verified_at is None,
        ),
        Act(
            name="withdraw",
            label="Withdraw verification",
            needs=PermissionName.VERIFY_INSTRUCTORS,
            says=("“Verified” disappears from beside their name at once.", TOLD),
            done="Not verified any more. The instructor has been written to.",
            do=_withdraw,
            fits=lambda profile: profile.verified_at is not None,
        ),
        Act(
            name="words",
            label="Change words",
            needs=PermissionName.MODERATE_CONTENT,
            says=("Headline and text are replaced, on their page and in search at once.", TOLD),
            done="Changed. The instructor has been written to.",
            do=_reword,
            form=WordsForm,
            begins_with=lambda profile: {"headline": profile.headline, "bio": profile.bio},
        ),
        Act(
            name="photo",
            label="Remove photo",
            needs=PermissionName.MODERATE_CONTENT,
            says=("The photo is deleted. This is final; the instructor can send another.", TOLD),
            done="The photo is removed. The instructor has been written to.",
            do=_remove_photo,
            fits=lambda profile: bool(profile.photo),
            form=ReasonForm,
        ),
        Act(
            name="suspend",
            label="Suspend",
            needs=PermissionName.MODERATE_CONTENT,
            says=(
                "Nobody finds or books them until somebody restores the profile. Lessons that are booked stand.",
                "The instructor is told by letter, and reads why on their own pages.",
            ),
            done="Suspended. The instructor has been written to.",
            do=_suspend,
            fits=lambda profile: profile.suspended_at is None,
            form=ReasonForm,
        ),
        Act(
            name="restore",
            label="Restore",
            needs=PermissionName.MODERATE_CONTENT,
            says=("Who was live before is found and booked again at once.", TOLD),
            done="Restored. The instructor has been written to.",
            do=_restore,
            fits=lambda profile: profile.suspended_at is not None,
        ),
    )

    @admin.display(description="lessons")
    def lessons(self, profile: InstructorProfile) -> str:
        """The way to the lessons that an instructor gives."""
        return lessons_links(instructor=profile.pk)
