"""How people are called."""

from typing import Any

from django import forms

from instainstru.core.text import readable


class NameField(forms.CharField):
    """A name in one line, with something in it that can be read."""

    def __init__(self, *, autocomplete: str, **settings: Any) -> None:
        super().__init__(max_length=60, widget=forms.TextInput(attrs={"autocomplete": autocomplete}), **settings)

    def clean(self, value: Any) -> str:
        """The name without what nobody sees."""
        name = readable(super().clean(value), lines=False)
        self.validate(name)
        return name


class NamesForm(forms.Form):
    """First and last name."""

    first_name = NameField(label="First name", autocomplete="given-name")
    last_name = NameField(label="Last name", help_text="Others see its first letter only.", autocomplete="family-name")
