"""People, for staff."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import ApiToken, User
from accounts.permissions import PermissionName
from instainstru.core.admin import NamedAdmin, lessons_links

admin.site.unregister(Group)  # bundles are written in accounts/permissions.py, not here
for model in (EmailAddress, Authenticator, UserSession):  # allauth's own ask for names that nobody has
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(NamedAdmin):
    """A person, and the bundles they have. Passwords are nobody's to read or set."""

    view_names = (PermissionName.VIEW_ALL_USERS,)
    change_names = (PermissionName.MANAGE_USERS,)
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
    )
    readonly_fields = ("email", "is_staff", "bundles", "lessons", "date_joined", "last_login")

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
    list_display = ("user", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("created_at", "expires_at", "last_used_at")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    exclude = ("digest",)
