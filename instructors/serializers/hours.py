"""Shapes of working hours."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from instainstru.core.api import NewYorkTime, StrictSerializer, TextField
from instainstru.core.time import clock_of, stretches_of

PAIR = 2
HOURS_A_DAY = 12  # stretches: more is no working day
CLOCK = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}


@extend_schema_field(
    {
        "type": "array",
        "maxItems": HOURS_A_DAY,
        "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": CLOCK},
        "example": [["09:00", "12:00"], ["14:00", "00:00"]],
    }
)
class HoursField(serializers.Field[Any, Any, Any, Any]):
    """Stretches of a day as [["09:00", "12:00"]], in steps of 15 minutes; kept as minutes of the day."""

    def to_representation(self, value: Any) -> list[list[str]]:
        """Minutes as clock times."""
        return [[clock_of(opens), clock_of(closes)] for opens, closes in value]

    def to_internal_value(self, data: Any) -> list[tuple[int, int]]:
        """Clock times as minutes, ascending and apart from each other."""
        if not isinstance(data, list) or len(data) > HOURS_A_DAY:
            raise serializers.ValidationError(f"Send a list of up to {HOURS_A_DAY} stretches.")
        if not all(
            isinstance(pair, list) and len(pair) == PAIR and all(isinstance(t, str) for t in pair) for pair in data
        ):
            raise serializers.ValidationError('A stretch is a pair such as ["09:00", "12:30"].')
        try:
            return stretches_of((opens, closes) for opens, closes in data)
        except ValueError as wrong:
            raise serializers.ValidationError(str(wrong)) from None


class DayHours(StrictSerializer):
    """The hours of one weekday; 0 is Monday."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    hours = HoursField()


class WeekIn(StrictSerializer):
    """The repeating week as it shall be. A weekday that is not named has no hours."""

    version = TextField(required=False, max_length=64)
    days = serializers.ListField(child=DayHours(), max_length=7)

    def validate_days(self, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name no weekday twice."""
        if len({day["weekday"] for day in days}) != len(days):
            raise serializers.ValidationError("Name each weekday once.")
        return days


class LessonLabel(serializers.Serializer[Any]):
    """A booked lesson by what the calendar knows of it."""

    reference = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named as one of DRF's attributes
    starts_at = NewYorkTime(source="span.start")
    ends_at = NewYorkTime(source="span.end")


class Week(serializers.Serializer[Any]):
    """The repeating week and its version."""

    version = serializers.CharField()
    days = DayHours(many=True)


class SavedWeek(Week):
    """The same after a save, with the booked lessons that it does not cover: they stand."""

    uncovered_lessons = LessonLabel(many=True)
