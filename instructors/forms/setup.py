"""What an instructor says of themselves, as they type and choose it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from instainstru.core import policy

UNKNOWN = {"invalid_choice": "There is no such neighborhood."}
Areas = Sequence[tuple[str, Sequence[tuple[str, str]]]]  # boroughs, each with the (slug, name) of its neighbourhoods


class ProseField(forms.CharField):
    """Text of several lines. A line break counts as one character, as browsers count it."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text with line breaks of one kind."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class ProfileForm(forms.Form):
    """The words of a profile."""

    headline = forms.CharField(
        label="Headline",
        max_length=policy.HEADLINE_LENGTH,
        help_text="One line that says what you teach, and to whom. It stands under your name.",
    )
    bio = ProseField(
        label="About you",
        max_length=policy.BIO_LENGTH,
        help_text="How you teach, what you have done, what a first lesson is like. Plain text.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class PhotoForm(forms.Form):
    """A photo as a file. What it holds is looked at later."""

    photo = forms.FileField(
        label="Photo",
        help_text=f"JPEG, PNG or WebP, up to {policy.PHOTO_BYTES // 1024**2} MB, "
        f"at least {policy.PHOTO_LEAST_SIDE} × {policy.PHOTO_LEAST_SIDE} pixels.",
        error_messages={"required": "Choose a picture first.", "empty": "This file is empty."},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_photo(self) -> Any:
        """Refuse a file that is too large."""
        sent = self.cleaned_data["photo"]
        if sent.size > policy.PHOTO_BYTES:
            most = policy.PHOTO_BYTES // 1024**2
            raise forms.ValidationError(f"This file is larger than {most} MB. Send a smaller one.")
        return sent


class PlacesForm(forms.Form):
    """Where somebody travels to, and where their own place is."""

    neighborhoods = forms.MultipleChoiceField(
        label="Neighborhoods you travel to", required=False, error_messages=UNKNOWN
    )
    place_neighborhood = forms.ChoiceField(
        label="The neighborhood of your own place",
        required=False,
        error_messages=UNKNOWN,
        help_text="Students see the neighborhood, never the door.",
    )

    def __init__(self, *args: Any, areas: Areas, **kwargs: Any) -> None:
        """Add the city's neighbourhoods as choices."""
        super().__init__(*args, **kwargs)
        served, own = self.fields["neighborhoods"], self.fields["place_neighborhood"]
        served.choices = areas  # type: ignore[attr-defined]  # both are choice fields
        own.choices = [("", "I do not teach at a place of my own"), *areas]  # type: ignore[attr-defined]
