"""Time off as people type it."""

from datetime import datetime
from typing import Any

from django import forms

from instainstru.core import policy
from instainstru.core.time import LocalStart, NoSuchTime, on_step


class QuarterHourField(forms.DateTimeField):
    """A New York time on the quarter hour, as a browser's date and time field sends it."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "step": policy.STEP_MINUTES * 60}, format="%Y-%m-%dT%H:%M"
    )
    input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]

    def to_python(self, value: Any) -> datetime | None:
        """The UTC instant, the first of two in a repeated hour."""
        if value in self.empty_values:
            return None
        for pattern in self.input_formats:
            try:
                naive = datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007  # the zone comes next
            except ValueError:
                continue
            if not 2000 <= naive.year <= 2100:
                raise forms.ValidationError("Choose a year from 2000 to 2100.")
            try:
                instant = LocalStart(naive.date(), naive.time()).instant()
            except NoSuchTime as wrong:
                raise forms.ValidationError(str(wrong)) from None
            if not on_step(instant):
                raise forms.ValidationError("Choose a quarter hour: :00, :15, :30 or :45.")
            return instant
        raise forms.ValidationError("Choose a date and a time.")


class TimeOffForm(forms.Form):
    """Time off as it is asked."""

    starts_at = QuarterHourField(label="From")
    ends_at = QuarterHourField(label="To")
    reason = forms.CharField(label="Reason", required=False, max_length=200, help_text="Only you see it.")

    def clean(self) -> dict[str, Any]:
        """End after the beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and starts_at >= ends_at:
            self.add_error("ends_at", "Time off ends after it begins.")
        return cleaned
