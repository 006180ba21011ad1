"""What people type to book, and to look at what they teach."""

import datetime
import re
from typing import Any

from django import forms

from instainstru.core import policy
from instainstru.core.policy import Place
from instainstru.core.time import LocalStart

REFERENCE = r"\A[A-Za-z0-9-]{1,20}\Z"


def countable(day: datetime.date, sentence: str) -> datetime.date:
    """A date that a calendar can count from, and to. Raises ValidationError with the sentence for any other."""
    if not 2000 <= day.year <= 2100:
        raise forms.ValidationError(sentence)
    return day


class ChosenTimeForm(forms.Form):
    """The free time that was pressed: where the address of the confirm page comes from."""

    date = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])
    start = forms.TimeField(widget=forms.HiddenInput, input_formats=["%H:%M"])
    minutes = forms.TypedChoiceField(
        widget=forms.HiddenInput, coerce=int, choices=[(minutes, str(minutes)) for minutes in policy.LENGTHS]
    )
    place = forms.TypedChoiceField(widget=forms.HiddenInput, coerce=Place, choices=Place.choices)
    again = forms.RegexField(REFERENCE, required=False, widget=forms.HiddenInput)

    def clean_date(self) -> datetime.date:
        """Keep dates within what a calendar can count."""
        return countable(self.cleaned_data["date"], "Choose a date from today on.")

    @property
    def starts(self) -> LocalStart:
        """The chosen start, once valid."""
        return LocalStart(self.cleaned_data["date"], self.cleaned_data["start"])

    @property
    def minutes_chosen(self) -> int:
        """The chosen length, once valid."""
        return int(self.cleaned_data["minutes"])

    @property
    def place_chosen(self) -> Place:
        """The chosen place, once valid."""
        return Place(self.cleaned_data["place"])


CHOICE = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})", re.ASCII)


class BookLessonForm(ChosenTimeForm):
    """The chosen time and what else the lesson needs: the student's place where it is there, and notes."""

    neighborhood = forms.ChoiceField(label="Neighborhood")
    address = forms.CharField(
        label="Address",
        max_length=200,
        help_text="Street, number, apartment. Only your instructor sees it.",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    notes = forms.CharField(
        label="Notes for the instructor",
        required=False,
        max_length=policy.NOTES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, place: Place, served: list[tuple[str, str]], **kwargs: Any) -> None:
        """Ask for the student's place only where the lesson is there; `served` are (slug, name)."""
        super().__init__(*args, **kwargs)
        if place is Place.STUDENT:
            self.fields["neighborhood"] = forms.ChoiceField(label="Neighborhood", choices=[("", "Choose"), *served])
        else:
            del self.fields["neighborhood"], self.fields["address"]


def chosen_instead(value: str) -> dict[str, str]:
    """Date and start of a time pressed among the nearest, such as 2027-03-01T16:15; empty when it is none."""
    found = CHOICE.fullmatch(value)
    return {"date": found[1], "start": found[2]} if found else {}


class BeforeForm(forms.Form):
    """Where a page of past lessons begins: after the lesson of this reference."""

    before = forms.RegexField(REFERENCE, required=False)


class ChosenWeekForm(forms.Form):
    """The week of a calendar, by any of its days."""

    week = forms.DateField(input_formats=["%Y-%m-%d"])

    def clean_week(self) -> datetime.date:
        """Keep it within what a calendar can count."""
        return countable(self.cleaned_data["week"], "There is no such week.")


class MonthForm(forms.Form):
    """A month, by its first day."""

    month = forms.DateField(input_formats=["%Y-%m"])

    def clean_month(self) -> datetime.date:
        """Keep it within what a calendar can count."""
        return countable(self.cleaned_data["month"], "There is no such month.")


class NoteForm(forms.Form):
    """What an instructor keeps for themselves about a lesson."""

    note = forms.CharField(
        label="What you want to remember",
        required=False,
        max_length=policy.PRIVATE_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
