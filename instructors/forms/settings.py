"""Settings of the calendar as people type them."""

from django import forms

from instainstru.core import policy


class SettingsForm(forms.Form):
    """The minutes kept free after a lesson, and the overnight guard."""

    buffer_minutes = forms.IntegerField(
        label="Minutes kept free after a lesson",
        min_value=0,
        max_value=policy.LARGEST_BUFFER_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    overnight_guard = forms.BooleanField(label="Guard my mornings overnight", required=False)
