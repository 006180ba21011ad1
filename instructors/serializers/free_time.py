"""Shapes of free time."""

from datetime import date
from typing import Any

from rest_framework import serializers

from instainstru.core import policy
from instainstru.core.api import NewYorkTime, StrictSerializer
from instainstru.core.policy import Place


class FreeTimesQuery(StrictSerializer):
    """Which free times are wanted."""

    days = serializers.IntegerField(
        min_value=1, max_value=policy.LARGEST_FREE_TIMES_DAYS, default=policy.FREE_TIMES_DAYS
    )
    minutes = serializers.IntegerField(
        min_value=policy.SHORTEST_LESSON_MINUTES,
        max_value=policy.LONGEST_LESSON_MINUTES,
        default=policy.DEFAULT_LESSON_MINUTES,
    )
    place = serializers.ChoiceField(choices=Place.choices)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's, so it cannot be written as a class attribute."""
        return {"from": serializers.DateField(required=False), **super().get_fields()}

    def validate_from(self, day: date) -> date:
        """Keep dates within what a calendar can count."""
        if not 2000 <= day.year <= 2100:
            raise serializers.ValidationError("Choose a date from today on.")
        return day


class FreeTimes(serializers.Serializer[Any]):
    """Bookable starts, ascending."""

    times = serializers.ListField(child=NewYorkTime())
