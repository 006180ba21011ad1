"""What visitors look for."""

from collections.abc import Mapping, Sequence
from datetime import date as Day
from datetime import time, timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.urls import reverse_lazy

from instainstru.core import policy
from instainstru.core.policy import Audience, Level, Place
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
    RANGE = "range", "Several days"


class OpenSelect(forms.Select):
    """Choices, and one more for what an address names and they have not: a time between full hours, two places."""

    labels: Mapping[str, str] = {}

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The choices, with what was asked among them."""
        known = {key for key, label in self.choices} | {
            inner for _, label in self.choices if isinstance(label, list | tuple) for inner, _ in label
        }
        asked = [(text, self.labels.get(text, text)) for text in value if text and text not in known]
        self.choices = [*self.choices, *asked]
        return super().optgroups(name, value, attrs)


def _filter(widget: type[forms.Widget], **attrs: object) -> forms.Widget:
    """A control that stands outside the search row and belongs to its form."""
    return widget(attrs={"form": "search", **attrs})


UNKNOWN = {"invalid_choice": "Choose one from the list."}
KEPT = forms.HiddenInput(attrs={"form": "search"})
NO_SUCH = "This address asks for something that does not exist."
# What stands on no page as a field is said beside one that does.
UNSEEN = {
    "service": ("q", "There is no such subject."),
    "category": ("q", "There is no such category."),
    "heard": ("q", NO_SUCH),
    "audience": ("q", NO_SUCH),
    "level": ("q", NO_SUCH),
    "date_from": ("when", "Write dates as YYYY-MM-DD."),
    "date_to": ("when", "Write dates as YYYY-MM-DD."),
    "before": ("after", "Write clock times as HH:MM."),
    "min_price": ("max_price", "Prices are dollars, such as 60."),
    "rating": ("sort", NO_SUCH),
    "cursor": (None, "This is no address of a page: begin without it."),
}


class SearchForm(forms.Form):
    """Who is looked for. What is left out is not asked."""

    q = forms.CharField(
        label="What",
        required=False,
        max_length=policy.LONGEST_QUESTION,
        widget=forms.TextInput(
            attrs={
                "placeholder": "Piano, or: Spanish tomorrow after 5",
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
    where = forms.CharField(label="Where", required=False, max_length=400, widget=OpenSelect)
    when = forms.ChoiceField(label="When", required=False, choices=When.choices, error_messages=UNKNOWN)
    date = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    after = forms.TimeField(
        label="Starting from",
        required=False,
        input_formats=["%H:%M"],
        widget=OpenSelect(attrs={"form": "search"}, choices=[("", "Any time"), *AFTER]),
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
    # What no control shows, and chips and facets do: it stays when the form is sent.
    heard = forms.CharField(required=False, max_length=policy.LONGEST_QUESTION, widget=KEPT)
    date_from = forms.DateField(required=False, widget=KEPT)
    date_to = forms.DateField(required=False, widget=KEPT)
    before = forms.TimeField(required=False, input_formats=["%H:%M"], widget=KEPT)
    min_price = forms.DecimalField(
        required=False, min_value=0, max_value=policy.HIGHEST_PRICE_CENTS // 100, decimal_places=2, widget=KEPT
    )
    audience = forms.TypedChoiceField(
        required=False, coerce=Audience, empty_value=None, choices=[("", ""), *Audience.choices], widget=KEPT
    )
    level = forms.TypedChoiceField(
        required=False, coerce=Level, empty_value=None, choices=[("", ""), *Level.choices], widget=KEPT
    )
    rating = forms.FloatField(required=False, min_value=1, max_value=policy.MOST_STARS, widget=KEPT)
    # Of an address only.
    service = forms.CharField(required=False, max_length=60)
    category = forms.CharField(required=False, max_length=60)
    cursor = forms.CharField(required=False, max_length=400)

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
        self.fields["where"].widget.choices = [("", "All of New York"), *areas]
        if (data or {}).get("when") != When.RANGE:
            self.fields["when"].choices = [one for one in When.choices if one[0] != When.RANGE]  # type: ignore[attr-defined]
        self.areas = {slug: name for _, inner in areas for slug, name in inner}
        asked = str((data or {}).get("where", ""))
        self.fields["where"].widget.labels = {asked: self._named(asked)}
        self.fields["date"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}

    def _named(self, slugs: str) -> str:
        return ", ".join(self.areas.get(slug, slug) for slug in slugs.split(","))

    def clean_where(self) -> list[str]:
        """Places by slug, of which several have commas between."""
        slugs = [slug for slug in self.cleaned_data["where"].split(",") if slug]
        if any(slug not in self.areas for slug in slugs):
            raise forms.ValidationError("Choose one from the list.")
        return slugs

    def clean(self) -> dict[str, Any]:
        """The days, said in words or as dates: ones on which a lesson can be booked."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, (beside, sentence) in UNSEEN.items():
            if self.errors.pop(name, None):
                self.add_error(beside, sentence)
        self._in_order(cleaned)
        cleaned["days"] = self._days(cleaned.pop("when", ""), cleaned.pop("date", None))
        return cleaned

    def _in_order(self, said: Mapping[str, Any]) -> None:
        """Clock times and prices, the first one first. 00:00 as the last clock time is the end of the day."""
        after, before = said.get("after"), said.get("before")
        if after is not None and before is not None and time() != before <= after:
            self.add_error("after", f"This search ends before {hour_label(before)}: choose an earlier time.")
        lowest, highest = said.get("min_price"), said.get("max_price")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("max_price", f"This search begins at ${lowest}: choose a higher price.")

    def _days(self, said: str, asked: Day | None) -> tuple[Day | None, Day | None]:
        if said == When.RANGE:
            return self._range(self.cleaned_data.get("date_from"), self.cleaned_data.get("date_to"))
        if said == When.DATE and asked is None and "date" not in self.errors:
            self.add_error("date", "Choose a date.")
        if said == When.DATE and asked is not None and not self.today <= asked <= self.last:
            self.add_error("date", f"Choose a day from today to {self.last:%-d %B %Y}.")
        days: dict[str, Day | None] = {
            When.TODAY: self.today,
            When.TOMORROW: self.today + timedelta(days=1),
            When.DATE: asked,
        }
        one = days.get(said)
        return one, one

    def _range(self, first: Day | None, last: Day | None) -> tuple[Day | None, Day | None]:
        if (last and last < max(first or self.today, self.today)) or (first and first > self.last):
            self.add_error("when", f"Choose days from today to {self.last:%-d %B %Y}, the first one first.")
        return first, last
