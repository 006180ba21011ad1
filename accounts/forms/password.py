"""allauth's forms of passwords: one field for a new one, and nobody's address but the one that counts."""

from collections.abc import Sequence

from allauth.account import forms
from allauth.account.fields import PasswordField, SetPasswordField

from accounts.models import User


class ChangePasswordForm(forms.ChangePasswordForm):  # type: ignore[misc]
    """The password that is, and the one that shall be. It may be pasted, so nobody types it twice."""

    oldpassword = PasswordField(label="Current password", autocomplete="current-password", show_reset_help=True)
    password1 = SetPasswordField(label="New password")
    password2 = None


class ResetPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc]
    """Where a link is sent to."""

    users: Sequence[User]

    def clean_email(self) -> str:
        """Only to an address that counts: one that somebody is still changing to may be a stranger's, by a slip."""
        email: str = super().clean_email()
        self.users = [person for person in self.users if person.email == email]
        return email


class ResetPasswordKeyForm(forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password."""

    password1 = SetPasswordField(label="New password")
    password2 = None


class UserTokenForm(forms.UserTokenForm):  # type: ignore[misc]
    """Whose link it is that was followed."""

    def _get_user(self, uidb36: str) -> User | None:
        person: User | None = super()._get_user(uidb36)
        return person if person is not None and person.is_active else None
