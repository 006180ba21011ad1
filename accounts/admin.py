"""People, for staff."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.forms.names import NamesForm
from accounts.forms.staff import RolesForm
from accounts.models import ApiToken, User
from accounts.permissions import PermissionName
from accounts.services import people, roles, standing
from instainstru.core import clock
from instainstru.core.acts import Act, ActingAdmin
from instainstru.core.admin import NamedAdmin, lessons_links
from instainstru.core.pages import PageRequest
from instainstru.core.permissions import may

admin.site.unregister(Group)  # bundles are written in accounts/permissions.py, not here
for model in (EmailAddress, Authenticator, UserSession):  # allauth's own ask for names that nobody has
    admin.site.unregister(model)


def _deactivate(request: PageRequest, person: User, _typed: Mapping[str, Any]) -> None:
    standing.deactivate(person_id=person.pk, by=request.user)


def _reactivate(_request: PageRequest, person: User, _typed: Mapping[str, Any]) -> None:
    standing.reactivate(person_id=person.pk)


def _rename(_request: PageRequest, person: User, typed: Mapping[str, Any]) -> None:
    people.rename(person=person, now=clock.now(), **typed)


def _assign(request: PageRequest, person: User, typed: Mapping[str, Any]) -> None:
    roles.assign(person_id=person.pk, by=request.user, **typed)


@admin.register(User)
class UserAdmin(ActingAdmin):
    """A person, and the bundles they have. Passwords are nobody's to read or set, and nobody is deleted here."""

    view_names = (PermissionName.VIEW_ALL_USERS, PermissionName.MANAGE_USERS, PermissionName.MANAGE_ROLES)
    list_display = ("email", "full_name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff", "groups", "date_joined")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("-date_joined",)
    fields = (
        "email",
        "first_name",
        "last_name",
        "is_active",
        "is_staff",
        "bundles",
        "lessons",
        "date_joined",
        "last_login",
        "closed_at",
    )
    readonly_fields = ("bundles", "lessons", "date_joined", "closed_at")
    acts = (
        Act(
            name="deactivate",
            label="Deactivate",
            needs=PermissionName.MANAGE_USERS,
            says=(
                "They are signed out everywhere at once and cannot sign in; their API tokens are refused.",
                "An instructor leaves the public pages and search. Booked lessons stand, and nothing is deleted.",
            ),
            done="Deactivated, and signed out everywhere.",
            do=_deactivate,
            fits=lambda person: person.is_active,
        ),
        Act(
            name="reactivate",
            label="Reactivate",
            needs=PermissionName.MANAGE_USERS,
            says=("They can sign in again. A live instructor is found and booked again at once.",),
            done="Active again.",
            do=_reactivate,
            fits=lambda person: not person.is_active and person.closed_at is None,
        ),
        Act(
            name="names",
            label="Change names",
            needs=PermissionName.MANAGE_USERS,
            says=("Others see the first name and the last initial from now on.",),
            done="Names changed.",
            do=_rename,
            fits=lambda person: person.closed_at is None,
            form=NamesForm,
            begins_with=lambda person: {"first_name": person.first_name, "last_name": person.last_name},
        ),
        Act(
            name="roles",
            label="Change roles",
            needs=PermissionName.MANAGE_ROLES,
            says=(
                "Support sees people and lessons, cancels for them, moderates and verifies.",
                "Operations watches the site and its money, and decides about accounts and roles.",
            ),
            done="Roles changed.",
            do=_assign,
            fits=lambda person: person.closed_at is None,
            form=RolesForm,
            begins_with=lambda person: {"roles": [role.value for role in roles.held(person=person)]},
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The ways to lessons for who may see these."""
        sees = may(request.user, PermissionName.VIEW_ALL_BOOKINGS)
        return tuple(name for name in self.fields if name != "lessons" or sees)

    def about(self, row: Any, act: Act) -> dict[str, object]:
        """What others count on, before an account is shut."""
        if act.name != "deactivate":
            return {}
        lessons = standing.counted_on(person_id=row.pk, now=clock.now())
        return {"beside_title": "Lessons that are booked, and stand", "beside": lessons}

    @admin.display(description="bundles")
    def bundles(self, person: User) -> str:
        """The groups that a person is in."""
        return ", ".join(person.groups.order_by("name").values_list("name", flat=True)) or "none"

    @admin.display(description="lessons")
    def lessons(self, person: User) -> str:
        """The ways to a person's lessons."""
        return lessons_links(student=person.pk, instructor=person.pk)


@admin.register(EmailAddress)
class EmailAddressAdmin(NamedAdmin):
    """Whether an address was verified."""

    view_names = (PermissionName.VIEW_ALL_USERS,)
    list_display = ("email", "user", "verified", "primary")
    list_select_related = ("user",)
    list_filter = ("verified", "primary")
    search_fields = ("email", "user__first_name", "user__last_name")


@admin.register(ApiToken)
class ApiTokenAdmin(NamedAdmin):
    """That a token exists and when it was used; what it is, nobody can read."""

    view_names = (PermissionName.MANAGE_USERS,)
    list_display = ("user", "name", "scopes", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("created_at", "expires_at", "last_used_at")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    exclude = ("digest",)
