"""Working hours as people type them."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from instainstru.core.time import clock_of, stretches_of

NOON, NO_HOUR = 12, 99
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|AM|PM)?"
STRETCH = re.compile(rf"\s*{CLOCK}\s*(?:-|–|to)\s*{CLOCK}\s*")


def hours_text(stretches: Any) -> str:
    """Minutes of a day as people type them: 09:00-12:00, 14:00-24:00."""
    return ", ".join(f"{clock_of(opens)}-{clock_of(closes).replace('00:00', '24:00')}" for opens, closes in stretches)


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    """A clock time as people type it (9, 9:30, 5 PM) as HH:MM."""
    count = int(hour)
    if half and 1 <= count <= NOON:
        count = count % NOON + (NOON if half.lower() == "pm" else 0)
    elif half:
        count = NO_HOUR
    return f"{count:02}:{minute or '00'}"


class HoursField(forms.CharField):
    """Stretches of a day, typed: 09:00-12:00, 14:00-17:00; empty is a day off."""

    def clean(self, value: Any) -> Any:
        """The stretches as minutes of the day, ascending."""
        text = super().clean(value)
        pairs = []
        for piece in filter(str.strip, text.split(",")):
            found = STRETCH.fullmatch(piece)
            if found is None:
                raise forms.ValidationError(f"“{piece.strip()}” is no stretch. Write 09:00-12:00 or 9 AM-12 PM.")
            pairs.append((_clock(*found.group(1, 2, 3)), _clock(*found.group(4, 5, 6))))
        try:
            return stretches_of(pairs)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


# What one press fills a day with: the word on the button, and the hours.
PRESETS = {"nine-to-five": ("9–5", "09:00-17:00"), "evening": ("Evening", "17:00-22:00"), "off": ("Off", "")}


def filled(sent: Mapping[str, str], *, usual: Mapping[str, str]) -> dict[str, str]:
    """What was sent, with the day filled whose preset was pressed: a field and a preset, such as day_0:off.

    `usual` has the text of each field for the preset of that name. What is no field or no preset changes nothing.
    """
    field, _, preset = sent["fill"].partition(":")
    texts = {name: text for name, (_, text) in PRESETS.items()}
    if field in usual:
        texts["usual"] = usual[field]
    return {**sent, field: texts[preset]} if field in sent and preset in texts else {**sent}


class WeekForm(forms.Form):
    """A week, a line a day, and the version that it was read at. The days are those of `labels`, by weekday."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, labels: Mapping[int, str] | None = None, **kwargs: Any) -> None:
        """Add a field for each day; without labels, for each weekday."""
        super().__init__(*args, **kwargs)
        self.labels = dict(enumerate(WEEKDAYS)) if labels is None else labels
        for weekday, label in self.labels.items():
            self.fields[f"day_{weekday}"] = HoursField(
                label=label, required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a form that came without some of its days: what is not sent is not meant to be off."""
        if any(f"day_{weekday}" not in self.data for weekday in self.labels):
            raise forms.ValidationError("This came without some of the days. Load the page again.")
        return super().clean() or {}

    @property
    def lines(self) -> dict[int, forms.BoundField]:
        """The fields by weekday."""
        return {weekday: self[f"day_{weekday}"] for weekday in self.labels}

    @property
    def days(self) -> dict[int, list[tuple[int, int]]]:
        """The days by weekday as minutes, once valid."""
        return {weekday: self.cleaned_data[f"day_{weekday}"] for weekday in self.labels}
