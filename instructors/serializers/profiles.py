"""Shapes of instructors as everybody sees them."""

from typing import Any

from rest_framework import serializers

from instainstru.core.policy import Audience, Level, Place
from instructors.models import InstructorProfile, Neighborhood, Service


class PlacePrice(serializers.Serializer[Any]):
    """Where a service is given, and what an hour of it costs there in cents."""

    place = serializers.ChoiceField(choices=Place.choices)
    hourly_cents = serializers.IntegerField()


class OfferedService(serializers.ModelSerializer[Service]):
    """One subject that an instructor teaches. `lengths` are minutes."""

    subject = serializers.CharField(source="subject.slug")
    name = serializers.CharField()
    levels = serializers.ListField(child=serializers.ChoiceField(choices=Level.choices))
    ages = serializers.ListField(child=serializers.ChoiceField(choices=Audience.choices))
    lengths = serializers.ListField(child=serializers.IntegerField())
    places = PlacePrice(many=True)

    class Meta:
        model = Service
        fields = ("id", "subject", "name", "description", "levels", "ages", "lengths", "places")


class PublicProfile(serializers.ModelSerializer[InstructorProfile]):
    """An instructor as everybody sees them: first name and last initial, neighbourhoods and no door."""

    name = serializers.CharField(source="user.public_name")
    neighborhoods = serializers.SlugRelatedField[Neighborhood](slug_field="slug", many=True, read_only=True)
    services = OfferedService(many=True)
    rating = serializers.FloatField(allow_null=True, help_text="Null until there are three reviews.")
    reviews = serializers.IntegerField(source="reviews_count")

    class Meta:
        model = InstructorProfile
        fields = ("slug", "name", "headline", "bio", "neighborhoods", "services", "rating", "reviews")
