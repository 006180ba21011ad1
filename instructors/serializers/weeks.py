"""Shapes of single weeks."""

from typing import Any

from rest_framework import serializers

from instainstru.core.api import StrictSerializer, TextField
from instructors.serializers.hours import HoursField, LessonLabel
from instructors.serializers.time_off import TimeOffShape


class DayOfWeek(serializers.Serializer[Any]):
    """One day: its hours, whether they are its own, and what touches it."""

    date = serializers.DateField()
    dated = serializers.BooleanField()
    hours = HoursField()
    lessons = LessonLabel(many=True)
    time_off = TimeOffShape(many=True)


class SingleWeek(serializers.Serializer[Any]):
    """Seven days from a Monday, and the version of their hours."""

    version = serializers.CharField()
    days = DayOfWeek(many=True)


class SavedSingleWeek(SingleWeek):
    """The same after a change, with its coming lessons outside its hours: they stand."""

    uncovered_lessons = LessonLabel(many=True, source="uncovered")


class HoursOfDate(StrictSerializer):
    """The hours that a day shall have."""

    date = serializers.DateField()
    hours = HoursField()


class Versioned(StrictSerializer):
    """What a change must state, unless If-Match does."""

    version = TextField(required=False, max_length=64)


class SingleWeekIn(Versioned):
    """Days of one week as they shall be. A day that is not named keeps its hours."""

    days = serializers.ListField(child=HoursOfDate(), max_length=7)

    def validate_days(self, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name no day twice."""
        if len({day["date"] for day in days}) != len(days):
            raise serializers.ValidationError("Name each day once.")
        return days


class ApplyIn(Versioned):
    """The days that a week is applied to, both counted. With dry_run nothing is changed."""

    to = serializers.DateField()
    dry_run = serializers.BooleanField(default=False)

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which no attribute can be called."""
        return {**super().get_fields(), "from": serializers.DateField()}


class DayChange(serializers.Serializer[Any]):
    """The hours of a day, before and after."""

    date = serializers.DateField()
    before = HoursField()
    after = HoursField()


class AppliedWeek(serializers.Serializer[Any]):
    """The days that change or changed, and their coming lessons outside the new hours: they stand."""

    changes = DayChange(many=True)
    uncovered_lessons = LessonLabel(many=True, source="uncovered")
