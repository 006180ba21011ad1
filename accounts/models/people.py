"""A person."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property

from accounts.permissions import STAFF_NAMES, Narrowing, PermissionName
from instainstru.core.models import PERSONAL, audited


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address."""
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person. Without a password nobody can sign in as them."""
        person = self.model(email=email, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person whom no permission stops: for the operator's first minutes, not for staff."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


@audited(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.UpdateEvent("password", condition=pghistory.AnyChange("password")),  # that it changed, not to what
    pghistory.DeleteEvent(),
    exclude=("password", "last_login"),
    told_on={"accounts.User": "pgh_obj"},
    whose="pgh_obj",
)
class User(AbstractBaseUser, PermissionsMixin):
    """One person: student, instructor, staff, or several of these. What they may do is in their groups."""

    email = models.EmailField(max_length=254, unique=True, db_comment=PERSONAL)
    first_name = models.CharField(max_length=60, db_comment=PERSONAL)
    last_name = models.CharField(max_length=60, db_comment=PERSONAL)
    is_staff = models.BooleanField(
        default=False, help_text="May open the admin; what they see there, their groups say."
    )
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Closed for good, and emptied.")

    objects: ClassVar[UserManager] = UserManager()

    authenticator_set: Any  # second factors, as allauth keeps them
    narrowed_to: Narrowing | None = None  # what a token leaves of their names: set for one request, never stored

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        default_permissions = ()
        permissions = tuple((name.value, name.label) for name in PermissionName)
        constraints = (
            models.CheckConstraint(
                name="user_email_is_lower_case",
                condition=models.Q(email=Lower("email")),
                violation_error_message="Write the address in lower case.",
            ),
            models.CheckConstraint(
                name="user_closed_is_out", condition=models.Q(closed_at=None) | models.Q(is_active=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the address in lower case: it is unique without regard to case."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether a name holds: one of staff's with a second factor only, where the site demands it."""
        if not super().has_perm(perm, obj):
            return False
        return perm not in STAFF_NAMES or not settings.STAFF_SECOND_FACTOR or self.has_second_factor

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether sign-in asks for a code or a passkey beside the password."""
        return bool(self.authenticator_set.exclude(type="recovery_codes").exists())

    @property
    def full_name(self) -> str:
        """First and last name: for the person and for staff only."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def public_name(self) -> str:
        """First name and last initial: all that others see."""
        return f"{self.first_name} {self.last_name[:1]}.".strip() if self.last_name else self.first_name

    @property
    def initials(self) -> str:
        """Two letters for a drawn portrait."""
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()

    def get_full_name(self) -> str:
        """What Django's admin greets with."""
        return self.full_name

    def get_short_name(self) -> str:
        """What Django's admin greets with, shorter."""
        return self.first_name


@audited(told_on={"accounts.User": "user"}, by_statement=True)
class Bundled(User.groups.through):  # type: ignore[misc,name-defined]  # Django makes it, and mypy knows it not
    """That a person has a bundle."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "bundle"


@audited(told_on={"accounts.User": "user"}, by_statement=True)
class Granted(User.user_permissions.through):  # type: ignore[misc,name-defined]
    """That a person has a name of their own, beside those of their bundles."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "permission"


@audited(told_on={"auth.Group": "group"}, by_statement=True)
class Allowed(Group.permissions.through):  # type: ignore[misc,name-defined]
    """That a bundle holds a name."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "name in a bundle"
