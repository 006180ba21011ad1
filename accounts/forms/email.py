"""A new address."""

from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from django import forms


class EmailForm(forms.Form):
    """The address that somebody wants to be reached at from now on."""

    email = EmailField(label="New e-mail", max_length=254)

    def clean_email(self) -> str:
        """Refuse what sign-up refuses."""
        return str(get_adapter().clean_email(self.cleaned_data["email"]))
