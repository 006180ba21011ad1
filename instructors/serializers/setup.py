"""Shapes of one's own profile."""

from typing import Any

from rest_framework import serializers

from instainstru.core import policy
from instainstru.core.api import StrictSerializer, TextField
from instructors.models.profiles import Step

SLUG_LENGTH = 80
NEIGHBORHOODS = 197


class OwnProfile(serializers.Serializer[Any]):
    """One's own profile. `missing` names what going live still needs; notice and horizon are the same for all."""

    slug = serializers.CharField(source="profile.slug")
    name = serializers.CharField(source="profile.user.public_name")
    headline = serializers.CharField(source="profile.headline")
    bio = serializers.CharField(source="profile.bio")
    photo = serializers.URLField(allow_null=True)
    neighborhoods = serializers.ListField(child=serializers.CharField())
    place_neighborhood = serializers.CharField(source="profile.place_neighborhood.slug", allow_null=True, default=None)
    buffer_minutes = serializers.IntegerField(source="profile.buffer_minutes")
    overnight_guard = serializers.BooleanField(source="profile.overnight_guard")
    live = serializers.BooleanField()
    founding = serializers.BooleanField(source="profile.founding")
    missing = serializers.ListField(child=serializers.ChoiceField(choices=Step.choices))
    notice_minutes = serializers.IntegerField(default=policy.NOTICE_MINUTES)
    travel_notice_minutes = serializers.IntegerField(default=policy.TRAVEL_NOTICE_MINUTES)
    horizon_days = serializers.IntegerField(default=policy.HORIZON_DAYS)


class ProfileChanges(StrictSerializer):
    """What of it shall be different: any of these."""

    headline = TextField(required=False, max_length=policy.HEADLINE_LENGTH)
    bio = TextField(required=False, max_length=policy.BIO_LENGTH)
    neighborhoods = serializers.ListField(
        required=False, child=TextField(max_length=SLUG_LENGTH), max_length=NEIGHBORHOODS
    )
    place_neighborhood = TextField(required=False, allow_null=True, max_length=SLUG_LENGTH)
    buffer_minutes = serializers.IntegerField(required=False, min_value=0, max_value=policy.LARGEST_BUFFER_MINUTES)
    overnight_guard = serializers.BooleanField(required=False)
