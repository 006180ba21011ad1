"""What instructors type, and what visitors choose."""

import re
from datetime import datetime
from typing import Any

from django import forms

from instainstru.core import policy
from instainstru.core.policy import Place
from instainstru.core.time import LocalStart, NoSuchTime, clock_of, on_step, stretches_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STRETCH = re.compile(r"\s*(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})\s*")


def hours_text(stretches: Any) -> str:
    """Minutes of a day as people type them: 09:00-12:00, 14:00-24:00."""
    return ", ".join(f"{clock_of(opens)}-{clock_of(closes).replace('00:00', '24:00')}" for opens, closes in stretches)


class HoursField(forms.CharField):
    """Stretches of a day, typed: 09:00-12:00, 14:00-17:00; empty is a day off."""

    def clean(self, value: Any) -> Any:
        """The stretches as minutes of the day, ascending."""
        text = super().clean(value)
        pairs = []
        for piece in filter(str.strip, text.split(",")):
            found = STRETCH.fullmatch(piece)
            if found is None:
                raise forms.ValidationError(f"“{piece.strip()}” is no stretch. Write it like 09:00-12:00.")
            pairs.append((found[1].rjust(5, "0"), found[2].rjust(5, "0")))
        try:
            return stretches_of(pairs)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class WeekForm(forms.Form):
    """The repeating week, a line a day, and the version that it was read at."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add a field for each weekday."""
        super().__init__(*args, **kwargs)
        for weekday, label in enumerate(WEEKDAYS):
            self.fields[f"day_{weekday}"] = HoursField(
                label=label, required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
            )

    @property
    def lines(self) -> list[tuple[str, forms.BoundField]]:
        """The weekdays with their fields."""
        return [(label, self[f"day_{weekday}"]) for weekday, label in enumerate(WEEKDAYS)]

    @property
    def days(self) -> list[list[tuple[int, int]]]:
        """The seven days as minutes, once valid."""
        return [self.cleaned_data[f"day_{weekday}"] for weekday in range(7)]


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
            except (NoSuchTime, OverflowError) as wrong:
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


class ChoiceForm(forms.Form):
    """Which lesson a visitor looks at on an instructor's page. What is left out or wrong falls back to the usual."""

    service = forms.IntegerField(required=False, min_value=1)
    minutes = forms.IntegerField(required=False)
    place = forms.ChoiceField(required=False, choices=Place.choices)
    first = forms.DateField(required=False)
