"""What is asked for a new API token."""

from django import forms

from accounts.permissions import Scope
from instainstru.core import policy
from instainstru.core.text import readable


class TokenForm(forms.Form):
    """A new API token: its name, what it may do, how long."""

    name = forms.CharField(
        label="Name",
        max_length=policy.TOKEN_NAME_LENGTH,
        help_text="What you will know it by, such as the program that uses it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose of the list."},
    )
    days = forms.TypedChoiceField(
        label="Good for",
        coerce=int,
        choices=[(days, f"{days} days") for days in policy.TOKEN_DAYS_OFFERED],
        initial=policy.TOKEN_DAYS_OFFERED[1],
        error_messages={"invalid_choice": "Choose of the list."},
    )

    def clean_name(self) -> str:
        """The name as people read it."""
        name = readable(self.cleaned_data["name"], lines=False)
        if not name:
            raise forms.ValidationError("Write a name that can be read.")
        return name
