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


class CloseRequest(StrictSerializer):
    """Who closes an account says the password once more."""

    password = TextField(max_length=200, trim_whitespace=False)


class ClosedConsequence(serializers.Serializer[Any]):
    """Something that closing meant for others."""

    what = serializers.CharField()
    meaning = serializers.CharField()


class ClosedAnswer(serializers.Serializer[Any]):
    """That it is done, and what it meant."""

    closed_at = NewYorkTime()
    consequences = ClosedConsequence(many=True)
