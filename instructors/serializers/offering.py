"""Shapes of one's own services."""

from typing import Any

from rest_framework import serializers

from instainstru.core import policy
from instainstru.core.api import StrictSerializer, TextField
from instainstru.core.policy import Audience, Level, Place
from instructors.serializers.profiles import OfferedService

SLUG_LENGTH = 60

LARGEST = 2**31 - 1


class OwnService(OfferedService):
    """A service of one's own; one that is not active is paused."""

    class Meta(OfferedService.Meta):
        fields = (*OfferedService.Meta.fields, "active")  # type: ignore[assignment]  # one more


class PriceIn(StrictSerializer):
    """A place, and what an hour costs there in cents."""

    place = serializers.ChoiceField(choices=Place.choices)
    hourly_cents = serializers.IntegerField(min_value=0, max_value=LARGEST)  # the rule has a sentence of its own


class ServiceChanges(StrictSerializer):
    """What of a service shall be different: any of these. Its subject stays."""

    description = TextField(required=False, allow_blank=True, max_length=policy.DESCRIPTION_LENGTH)
    levels = serializers.ListField(
        required=False,
        child=serializers.ChoiceField(choices=Level.choices),
        allow_empty=False,
        max_length=len(Level),
    )
    ages = serializers.ListField(
        required=False,
        child=serializers.ChoiceField(choices=Audience.choices),
        allow_empty=False,
        max_length=len(Audience),
    )
    lengths = serializers.ListField(
        required=False,
        child=serializers.IntegerField(
            min_value=policy.SHORTEST_LESSON_MINUTES, max_value=policy.LONGEST_LESSON_MINUTES
        ),
        allow_empty=False,
        max_length=len(policy.LENGTHS),
    )
    places = serializers.ListField(required=False, child=PriceIn(), allow_empty=False, max_length=len(Place))
    active = serializers.BooleanField(required=False)

    def validate_places(self, places: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name no place twice."""
        if len({price["place"] for price in places}) != len(places):
            raise serializers.ValidationError("Name each place once.")
        return places


class ServiceIn(ServiceChanges):
    """A service as it shall be. Levels, ages and lengths that are not named are as is usual for the subject."""

    subject = TextField(max_length=SLUG_LENGTH)
    places = serializers.ListField(child=PriceIn(), allow_empty=False, max_length=len(Place))
