"""What an instructor offers, as they type and choose it."""

import re
from typing import Any

from django import forms

from instainstru.core import money, policy
from instainstru.core.policy import Audience, Level, Place
from instructors.forms.setup import ProseField

THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
USUAL = [(length, f"{length}") for length in policy.USUAL_LENGTHS]
OTHERS = [(length, f"{length}") for length in policy.LENGTHS if length not in policy.USUAL_LENGTHS]


class RateField(forms.DecimalField):
    """A price per hour in dollars, kept as cents and checked for its place. Empty is none."""

    def __init__(self, *, place: Place) -> None:
        floor, ceiling = money.dollars(policy.floor_cents(place)), money.dollars(policy.CEILING_CENTS)
        super().__init__(
            label=f"{place.own_label}, $ an hour",
            required=False,
            max_digits=8,
            decimal_places=2,
            help_text=f"From {floor} to {ceiling}. Leave it empty to not teach there.",
            error_messages={"invalid": "Write an amount such as 95 or 87.50."},
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        self.place = place

    def to_python(self, value: Any) -> Any:
        """The amount, with or without a dollar sign and thousands. Other commas are no amount: 60,5 is not 605."""
        text = str(value or "").strip().removeprefix("$").strip()
        return super().to_python(text.replace(",", "") if THOUSANDS.fullmatch(text) else text)

    def clean(self, value: Any) -> int | None:
        """The amount in cents."""
        dollars = super().clean(value)
        if dollars is None:
            return None
        cents = int(dollars * 100)
        if fault := money.rate_fault(place=self.place, hourly_cents=cents):
            raise forms.ValidationError(fault)
        return cents


class SubjectForm(forms.Form):
    """Which subject is to be offered: the first step."""

    subject = forms.ChoiceField(
        label="Subject",
        error_messages={"required": "Choose a subject.", "invalid_choice": "Choose a subject of the list."},
    )

    def __init__(self, *args: Any, subjects: Any, **kwargs: Any) -> None:
        """Add the subjects as choices."""
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", "Choose one"), *subjects]  # type: ignore[attr-defined]


def _several(label: str, choices: Any, *, coerce: Any = str) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=choices,
        coerce=coerce,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose of the list."},
    )


class ServiceForm(forms.Form):
    """The terms of a service. It asks for a price at each of the places that the subject is taught at."""

    description = ProseField(
        label="Description",
        required=False,
        max_length=policy.DESCRIPTION_LENGTH,
        help_text="What students learn with you. Plain text.",
    )
    levels = _several("Levels", Level.choices)
    ages = _several("Ages", Audience.choices)
    lengths = _several("Lengths in minutes", [*USUAL, *OTHERS], coerce=int)

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        """Add a price for each place."""
        super().__init__(*args, **kwargs)
        for place in places:
            self.fields[f"price_{place}"] = RateField(place=place)
        self.places = places

    def clean(self) -> dict[str, Any]:
        """Ask for one price at least."""
        cleaned: dict[str, Any] = super().clean() or {}
        names = [f"price_{place}" for place in self.places]
        if not any(cleaned.get(name) or name in self.errors for name in names):
            self.add_error(names[0], "Give a price for at least one place.")
        return cleaned

    @property
    def rates(self) -> list[forms.BoundField]:
        """The prices, in the order of the places."""
        return [self[f"price_{place}"] for place in self.places]

    @property
    def audience(self) -> list[forms.BoundField]:
        """Whom it is for."""
        return [self["levels"], self["ages"]]

    @property
    def prices(self) -> dict[Place, int]:
        """The places that have a price, once valid, in cents."""
        return {place: cents for place in self.places if (cents := self.cleaned_data[f"price_{place}"]) is not None}

    @property
    def usual_lengths(self) -> list[Any]:
        """The boxes of the lengths that most offer."""
        return list(self["lengths"])[: len(USUAL)]

    @property
    def other_lengths(self) -> list[Any]:
        """The boxes of all other lengths."""
        return list(self["lengths"])[len(USUAL) :]

    @property
    def other_chosen(self) -> bool:
        """Whether one of the others is chosen."""
        return any(box.data["selected"] for box in self.other_lengths)
