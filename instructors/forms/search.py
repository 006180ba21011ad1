"""What visitors look for."""

from collections.abc import Mapping, Sequence
from datetime import date as Day
from datetime import time, timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.urls import reverse_lazy

from instainstru.core import policy
from instainstru.core.policy import Place
from instructors.models import Sort


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
