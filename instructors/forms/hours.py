"""Working hours as people type them."""

import re
from typing import Any

from django import forms

from instainstru.core.time import clock_of, stretches_of

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
