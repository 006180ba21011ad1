"""Shapes of the API about people."""

from typing import Any

from rest_framework import serializers

from instainstru.core.api import NewYorkTime, StrictSerializer, TextField


class TokenRequest(StrictSerializer):
    """Who wants a token."""

    email = TextField(max_length=254)
    password = TextField(max_length=200, trim_whitespace=False)


class TokenAnswer(serializers.Serializer[Any]):
    """The token, shown once."""

    token = serializers.CharField()
    expires_at = NewYorkTime()
