"""What staff type when they act on a profile."""

from django import forms

from instainstru.core import policy
from instructors.forms.setup import ProseField


class ReasonForm(forms.Form):
    """Why, in a sentence that the instructor reads."""

    because = forms.CharField(
        label="Why",
        max_length=policy.REASON_LENGTH,
        help_text=f"One sentence, at most {policy.REASON_LENGTH} characters. The instructor reads it.",
        widget=forms.TextInput(attrs={"size": 80}),
    )


class WordsForm(ReasonForm):
    """Other words for a profile, and why."""

    headline = forms.CharField(
        label="Headline", max_length=policy.HEADLINE_LENGTH, widget=forms.TextInput(attrs={"size": 80})
    )
    bio = ProseField(label="About", max_length=policy.BIO_LENGTH, widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    field_order = ("headline", "bio", "because")
