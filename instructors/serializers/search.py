"""Shapes of search."""

from datetime import time
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from instainstru.core import policy
from instainstru.core.api import ClockTime, NewYorkTime, StrictSerializer, TextField
from instainstru.core.money import lesson_price
from instainstru.core.policy import Audience, Level, Place


class SearchQuery(StrictSerializer):
    """Who is searched for. What is left out is not asked; what is given wins over `q`."""

    q = TextField(required=False, allow_blank=True, max_length=policy.LONGEST_QUESTION, default="")
    service = TextField(required=False, allow_blank=True, max_length=60)
    category = TextField(required=False, allow_blank=True, max_length=60)
    neighborhood = TextField(required=False, allow_blank=True, max_length=400)
    borough = TextField(required=False, allow_blank=True, max_length=20)
    date = serializers.DateField(required=False)
    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)
    after = ClockTime(required=False)
    before = ClockTime(required=False)
    minutes = serializers.IntegerField(
        required=False, min_value=policy.SHORTEST_LESSON_MINUTES, max_value=policy.LONGEST_LESSON_MINUTES
    )
    place = serializers.ChoiceField(choices=Place.choices, required=False)
    min_price_cents = serializers.IntegerField(required=False, min_value=0, max_value=policy.HIGHEST_PRICE_CENTS)
    max_price_cents = serializers.IntegerField(required=False, min_value=0, max_value=policy.HIGHEST_PRICE_CENTS)
    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    level = serializers.ChoiceField(choices=Level.choices, required=False)
    min_rating = serializers.FloatField(required=False, min_value=1, max_value=policy.MOST_STARS)
    sort = serializers.ChoiceField(choices=["best", "soonest", "price", "rating"], required=False)
    cursor = TextField(required=False, allow_blank=True, max_length=400, default="")
    page_size = serializers.IntegerField(min_value=1, max_value=policy.LARGEST_PAGE, default=policy.RESULTS_A_PAGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Days, clock times and prices in their order. 00:00 as the last clock time is the end of the day."""
        if attrs.get("date_from") and attrs.get("date_to") and attrs["date_to"] < attrs["date_from"]:
            raise serializers.ValidationError({"date_to": ["The last day comes before the first."]})
        after, before = attrs.get("after"), attrs.get("before")
        if after is not None and before is not None and time() != before <= after:
            raise serializers.ValidationError({"before": ["This comes before the first start, or is the same."]})
        lowest, highest = attrs.get("min_price_cents"), attrs.get("max_price_cents")
        if lowest is not None and highest is not None and lowest > highest:
            raise serializers.ValidationError({"max_price_cents": ["The highest price is below the lowest."]})
        return attrs


class FoundService(serializers.Serializer[Any]):
    """The service that a result stands for."""

    id = serializers.IntegerField(source="service_id")
    subject = serializers.CharField()
    name = serializers.CharField(source="service_name")


class WhyShape(serializers.Serializer[Any]):
    """One part of the ranking: what it gave, in points of 100, and what for, in words for people (may be empty)."""

    part = serializers.ChoiceField(
        choices=["soonness", "nearness", "match", "rating", "price", "newcomer", "completeness"]
    )
    points = serializers.FloatField()
    says = serializers.CharField()


class FoundInstructor(serializers.Serializer[Any]):
    """One instructor who can be booked as asked. `price_cents` is the lesson's, without fee, for the asked length."""

    slug = serializers.CharField()
    name = serializers.CharField(source="public_name")
    headline = serializers.CharField()
    service = FoundService(source="*")
    price_cents = serializers.SerializerMethodField()
    rating = serializers.FloatField(allow_null=True)
    reviews = serializers.IntegerField()
    places = serializers.ListField(child=serializers.ChoiceField(choices=Place.choices))
    next_times = serializers.ListField(child=NewYorkTime(), source="starts")
    why = serializers.SerializerMethodField()

    def get_price_cents(self, found: Any) -> int:
        """The hourly rate for the asked minutes."""
        return lesson_price(hourly_cents=found.hourly_cents, minutes=self.context["minutes"])

    @extend_schema_field(WhyShape(many=True))
    def get_why(self, found: Any) -> Any:
        """What put them where they are."""
        return WhyShape(self.context["why"][found.instructor_id], many=True).data


# A map, not a shape: none of its names is always there.
UNDERSTOOD = {
    "type": "object",
    "description": "What was understood of `q`: only what was said. subject and borough by slug, neighborhoods by "
    "name, audience, level, place, minutes, min_price_cents and max_price_cents (without a unit an hour's), date_from "
    "and date_to, after and before (HH:MM), rest (words that are searched as text).",
    "additionalProperties": {
        "oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}]
    },
}


class FacetValue(serializers.Serializer[Any]):
    """One choice, and how many could be booked with it set instead."""

    value = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class SearchAnswer(serializers.Serializer[Any]):
    """A page of results, how many there are in all, what was understood, and what other choices would give."""

    count = serializers.IntegerField()
    results = FoundInstructor(many=True)
    next = serializers.URLField(allow_null=True)
    understood = serializers.SerializerMethodField()
    facets = serializers.DictField(child=FacetValue(many=True))

    @extend_schema_field(UNDERSTOOD)
    def get_understood(self, answer: Any) -> Any:
        """Already in its words."""
        return answer["understood"]
