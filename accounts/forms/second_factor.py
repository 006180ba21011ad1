"""What the pages of second factors ask. What makes it right is allauth's to say; the words are ours."""

import json
import struct
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError

LARGEST_CREDENTIAL = 16_384  # characters: a passkey says some hundreds
NAME_LENGTH = 60
NOT_A_PASSKEY = "That passkey did not work. Try again, or another one."
# What parsing a made-up credential ends with: nested too deep, cut short, of the wrong kind, with an unknown key.
MALFORMED = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
    *(struct.error, UnsupportedAlgorithm),
)


class CredentialField(forms.JSONField):
    """What a browser says of a passkey: JSON in plain letters, which PostgreSQL can keep."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """The JSON, or None for nothing. Raises ValidationError."""
        if len(value or "") > LARGEST_CREDENTIAL:
            raise ValidationError(NOT_A_PASSKEY)
        said = super().to_python(value)
        # Escaped is what is not ASCII: NUL, half characters. No part of a credential is.
        if "\\u" in json.dumps(said):
            raise ValidationError(NOT_A_PASSKEY)
        return said

    def bound_data(self, data: Any, initial: Any) -> str:
        """Nothing: what a passkey said is said once, and not shown again."""
        return ""


class Ceremony(forms.Form):
    """A form that a browser fills in by asking for a passkey. Whatever it says, at worst it is wrong."""

    credential = CredentialField(
        error_messages={"required": "Press the button, and let your browser ask for the passkey."}
    )

    def full_clean(self) -> None:
        """Check it; nothing that it claims to be breaks the page."""
        try:
            super().full_clean()
        except MALFORMED:
            self.add_error("credential", NOT_A_PASSKEY)


def _name_field() -> forms.CharField:
    return forms.CharField(
        label="Name",
        max_length=NAME_LENGTH,
        help_text="Where it lives, such as “Phone” or “Work laptop”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _code(form: forms.Form, label: str) -> None:
    field = form.fields["code"]
    field.label = label
    field.widget.attrs |= {"inputmode": "numeric", "autofocus": True, "maxlength": 20, "spellcheck": "false"}
    del field.widget.attrs["placeholder"]


class ActivateApp(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code from the app")


class Code(AuthenticateForm):  # type: ignore[misc]
    """A code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code")


class CodeAgain(ReauthenticateForm):  # type: ignore[misc]
    """A code before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code")


class AddPasskey(Ceremony, webauthn.SignupWebAuthnForm):  # type: ignore[misc]
    """A new passkey. allauth's form for one at sign-up is the one that asks nothing else."""

    name = _name_field()
    field_order = ("name", "credential")


class RenamePasskey(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = _name_field()


class Passkey(Ceremony, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor at sign-in."""


class PasskeyAlone(Ceremony, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of the password."""


class PasskeyAgain(Ceremony, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something sensitive."""
