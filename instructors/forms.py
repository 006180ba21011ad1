"""What instructors type, and what visitors choose."""

import re
from collections.abc import Mapping, Sequence
from datetime import date as Day
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.urls import reverse_lazy

from instainstru.core import policy
from instainstru.core.policy import Place
from instainstru.core.time import LocalStart, NoSuchTime, clock_of, on_step, stretches_of
from instructors.models import Sort

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


class ChoiceForm(forms.Form):
    """Which lesson a visitor looks at on an instructor's page. What is left out or wrong falls back to the usual."""

    service = forms.IntegerField(required=False, min_value=1)
    minutes = forms.IntegerField(required=False)
    place = forms.ChoiceField(required=False, choices=Place.choices)
    first = forms.DateField(required=False)
    day = forms.DateField(required=False)
    reviews = forms.IntegerField(required=False, min_value=1)


def hour_label(clock: time) -> str:
    """A clock time as people say it: 7 AM, 5:30 PM."""
    return f"{clock.hour % 12 or 12}{f':{clock:%M}' if clock.minute else ''} {'AM' if clock.hour < 12 else 'PM'}"


AFTER = [(f"{hour:02}:00", hour_label(time(hour))) for hour in range(7, 22)]


def length_label(minutes: int) -> str:
    """A lesson's length as people say it: 45 minutes, 1 hour, 1 hour 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minutes"
    return f"{hours} hour{'s' if hours > 1 else ''}" + (f" {rest}" if rest else "")


class When(TextChoices):
    """The days that the search row offers."""

    NEXT = "", "Today or next"
    TODAY = "today", "Today"
    TOMORROW = "tomorrow", "Tomorrow"
    DATE = "date", "On a date"


class ClockSelect(forms.Select):
    """The full hours of a day; a time between them that an address names is one choice more."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The choices, with what was asked among them."""
        known = {key for key, _ in self.choices}
        asked = [(text, text) for text in value if text and text not in known]
        self.choices = [*self.choices, *asked]
        return super().optgroups(name, value, attrs)


def _filter(widget: type[forms.Widget], **attrs: object) -> forms.Widget:
    """A control that stands outside the search row and belongs to its form."""
    return widget(attrs={"form": "search", **attrs})


UNKNOWN = {"invalid_choice": "Choose one from the list."}
UNSEEN = (
    ("service", "what", "There is no such subject."),
    ("category", "what", "There is no such category."),
    ("cursor", None, "This is no address of a page: begin without it."),
)


class SearchForm(forms.Form):
    """Who is looked for. What is left out is not asked."""

    what = forms.CharField(
        label="What",
        required=False,
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "placeholder": "Piano, algebra, yoga …",
                "list": "subjects",
                "autocomplete": "off",
                "autocapitalize": "none",
                "enterkeyhint": "search",
                "hx-get": reverse_lazy("instructors:suggest"),
                "hx-trigger": "input changed delay:150ms",
                "hx-target": "#subjects",
                "hx-sync": "this:queue last",
            }
        ),
    )
    where = forms.ChoiceField(label="Where", required=False, error_messages=UNKNOWN)
    when = forms.ChoiceField(label="When", required=False, choices=When.choices, error_messages=UNKNOWN)
    date = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    after = forms.TimeField(
        label="Starting from",
        required=False,
        input_formats=["%H:%M"],
        widget=ClockSelect(attrs={"form": "search"}, choices=[("", "Any time"), *AFTER]),
    )
    minutes = forms.TypedChoiceField(
        label="Length",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages=UNKNOWN,
        choices=[(minutes, length_label(minutes)) for minutes in policy.LENGTHS],
        widget=_filter(forms.Select),
    )
    place = forms.TypedChoiceField(
        label="Place",
        required=False,
        coerce=Place,
        empty_value=None,
        error_messages=UNKNOWN,
        choices=[("", "Any"), *Place.choices],
        widget=_filter(forms.Select),
    )
    max_price = forms.DecimalField(
        label="Lesson price up to, $",
        required=False,
        min_value=0,
        max_value=policy.HIGHEST_PRICE_CENTS // 100,
        decimal_places=2,
        widget=_filter(forms.NumberInput, inputmode="decimal"),
    )
    sort = forms.TypedChoiceField(
        label="Order",
        required=False,
        coerce=Sort,
        empty_value=None,
        error_messages=UNKNOWN,
        choices=[(Sort.BEST, "Best"), (Sort.SOONEST, "Soonest"), (Sort.PRICE, "Price"), (Sort.RATING, "Rating")],
        widget=_filter(forms.Select),
    )
    service = forms.CharField(required=False, max_length=60)
    category = forms.CharField(required=False, max_length=60)
    cursor = forms.CharField(required=False, max_length=300)

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        areas: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        today: Day,
        last: Day,
    ) -> None:
        """Areas are slugs with names, by the name of their borough; days run from today to the last."""
        super().__init__(data)
        self.today, self.last = today, last
        where = self.fields["where"]
        where.choices = [("", "All of New York"), *areas]  # type: ignore[attr-defined]
        self.fields["date"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}

    def clean(self) -> dict[str, Any]:
        """The day, said in words or as a date: one on which a lesson can be booked."""
        cleaned: dict[str, Any] = super().clean() or {}
        said = cleaned.pop("when", "")
        asked = cleaned.pop("date", None)
        if said == When.DATE and asked is None and "date" not in self.errors:
            self.add_error("date", "Choose a date.")
        if asked is not None and said == When.DATE and not self.today <= asked <= self.last:
            self.add_error("date", f"Choose a day from today to {self.last:%-d %B %Y}.")
        for name, beside, sentence in UNSEEN:  # what stands on no page as a field is said beside one that does
            if self.errors.pop(name, None):
                self.add_error(beside, sentence)
        cleaned["minutes"] = cleaned.get("minutes") or policy.DEFAULT_LESSON_MINUTES
        cleaned["sort"] = cleaned.get("sort") or Sort.BEST
        cleaned["day"] = {
            When.TODAY: self.today,
            When.TOMORROW: self.today + timedelta(days=1),
            When.DATE: asked,
        }.get(said)
        return cleaned
