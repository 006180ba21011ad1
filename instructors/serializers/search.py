"""Shapes of search."""

from typing import Any

from rest_framework import serializers

from instainstru.core import policy
from instainstru.core.api import ClockTime, NewYorkTime, StrictSerializer, TextField
from instainstru.core.money import lesson_price
from instainstru.core.policy import Place


class SearchQuery(StrictSerializer):
    """Who is searched for. What is left out is not asked."""

    service = TextField(required=False, allow_blank=True, max_length=60, default="")
    category = TextField(required=False, allow_blank=True, max_length=60, default="")
    neighborhood = TextField(required=False, allow_blank=True, max_length=80, default="")
    borough = TextField(required=False, allow_blank=True, max_length=20, default="")
    date = serializers.DateField(required=False)
    after = ClockTime(required=False)
    minutes = serializers.IntegerField(
        min_value=policy.SHORTEST_LESSON_MINUTES,
        max_value=policy.LONGEST_LESSON_MINUTES,
        default=policy.DEFAULT_LESSON_MINUTES,
    )
    place = serializers.ChoiceField(choices=Place.choices, required=False)
    max_price_cents = serializers.IntegerField(required=False, min_value=0, max_value=policy.HIGHEST_PRICE_CENTS)
    sort = serializers.ChoiceField(choices=["best", "soonest", "price", "rating"], default="best")
    cursor = TextField(required=False, allow_blank=True, max_length=300, default="")
    page_size = serializers.IntegerField(min_value=1, max_value=policy.LARGEST_PAGE, default=policy.RESULTS_A_PAGE)


class FoundService(serializers.Serializer[Any]):
    """The service that a result stands for."""

    id = serializers.IntegerField(source="service_id")
    subject = serializers.CharField()
    name = serializers.CharField(source="service_name")


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

    def get_price_cents(self, found: Any) -> int:
        """The hourly rate for the asked minutes."""
        return lesson_price(hourly_cents=found.hourly_cents, minutes=self.context["minutes"])


class SearchAnswer(serializers.Serializer[Any]):
    """A page of results, and how many there are in all."""

    count = serializers.IntegerField()
    results = FoundInstructor(many=True)
    next = serializers.URLField(allow_null=True)
