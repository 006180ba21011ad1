"""What people type about themselves."""

from django import forms
from django.http import HttpRequest

from accounts.models import User


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password."""

    first_name = forms.CharField(
        label="First name", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=60,
        help_text="Others see its first letter only.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    field_order = ("first_name", "last_name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this; the names are saved already, by its adapter."""
