"""Shapes of time off."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from instainstru.core.api import NewYorkTime, StrictSerializer, TextField
from instainstru.core.time import on_step
from instructors.models import TimeOff
from instructors.serializers.hours import LessonLabel


class TimeOffShape(serializers.ModelSerializer[TimeOff]):
    """A span without teaching."""

    starts_at = NewYorkTime(source="span.start")
    ends_at = NewYorkTime(source="span.end")

    class Meta:
        model = TimeOff
        fields = ("id", "starts_at", "ends_at", "reason")


class AddedTimeOff(TimeOffShape):
    """The same when just added, with the booked lessons in it: they stand."""

    lessons = LessonLabel(many=True)

    class Meta(TimeOffShape.Meta):
        fields = (*TimeOffShape.Meta.fields, "lessons")  # type: ignore[assignment]  # one more


class QuarterHour(serializers.DateTimeField):
    """An instant with its offset, on the quarter hour."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse an instant without an offset."""
        if value.tzinfo is None:
            raise serializers.ValidationError("Say the offset, such as 2027-03-15T09:00:00-04:00.")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> Any:
        """Refuse an instant off the step."""
        instant = super().to_internal_value(value)
        if not on_step(instant):
            raise serializers.ValidationError("Times lie on the quarter hour: :00, :15, :30 or :45.")
        return instant


class TimeOffIn(StrictSerializer):
    """Time off as it is asked."""

    starts_at = QuarterHour()
    ends_at = QuarterHour()
    reason = TextField(required=False, allow_blank=True, max_length=200, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """End after the beginning."""
        if attrs["starts_at"] >= attrs["ends_at"]:
            raise serializers.ValidationError({"ends_at": ["Time off ends after it begins."]})
        return attrs
