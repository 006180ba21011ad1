"""Shapes of what is taught, and where."""

from typing import Any

from rest_framework import serializers

from instainstru.core.api import StrictSerializer, TextField
from instainstru.core.policy import Place
from instructors.models import Category, Neighborhood, Subcategory, Subject


class SuggestQuery(StrictSerializer):
    """What was typed so far."""

    q = TextField(required=False, allow_blank=True, max_length=100, default="")


class Suggested(serializers.Serializer[Any]):
    """A subject, a place or an instructor that may be meant."""

    kind = serializers.ChoiceField(choices=["subject", "place", "instructor"])
    slug = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(allow_null=True)


class SuggestAnswer(serializers.Serializer[Any]):
    """What may be meant, most likely first."""

    results = Suggested(many=True)
    next = serializers.CharField(allow_null=True)


class NeighborhoodShape(serializers.ModelSerializer[Neighborhood]):
    """A neighbourhood by slug, name and borough."""

    borough = serializers.CharField(source="borough.slug")

    class Meta:
        model = Neighborhood
        fields = ("slug", "name", "borough")


class SubjectShape(serializers.ModelSerializer[Subject]):
    """What a lesson can be in."""

    ages = serializers.ListField(child=serializers.CharField())
    places = serializers.ListField(child=serializers.ChoiceField(choices=Place.choices))

    class Meta:
        model = Subject
        fields = ("slug", "name", "ages", "places")


class SubcategoryShape(serializers.ModelSerializer[Subcategory]):
    """A group of subjects."""

    subjects = SubjectShape(many=True)

    class Meta:
        model = Subcategory
        fields = ("slug", "name", "subjects")


class CategoryShape(serializers.ModelSerializer[Category]):
    """A category with its groups."""

    subcategories = SubcategoryShape(many=True)

    class Meta:
        model = Category
        fields = ("slug", "name", "subcategories")


class CatalogShape(serializers.Serializer[Any]):
    """All that is taught."""

    results = CategoryShape(many=True)
    next = serializers.CharField(allow_null=True)
