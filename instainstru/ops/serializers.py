"""Shapes of the operator's addresses that the schema declares."""

from typing import Any

from rest_framework import serializers


class RedisNumbers(serializers.Serializer[Any]):
    """Redis since it started. Hits and misses are the cache's."""

    version = serializers.CharField()
    uptime_seconds = serializers.IntegerField()
    clients = serializers.IntegerField()
    used_bytes = serializers.IntegerField()
    most_bytes = serializers.IntegerField(help_text="0 is no bound.")
    keys = serializers.IntegerField()
    hits = serializers.IntegerField()
    misses = serializers.IntegerField()
    evicted = serializers.IntegerField()
    expired = serializers.IntegerField()
    commands = serializers.IntegerField()


class Pool(serializers.Serializer[Any]):
    """Connections that one process keeps."""

    min = serializers.IntegerField()
    max = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Open now.")
    available = serializers.IntegerField(help_text="Of these, unused now.")
    waiting = serializers.IntegerField(help_text="Requests that wait for one now.")
    timeouts = serializers.IntegerField(help_text="Requests so far that got none in time.")


class Connections(serializers.Serializer[Any]):
    """Connections to the database, of all processes."""

    active = serializers.IntegerField()
    idle = serializers.IntegerField()
    idle_in_transaction = serializers.IntegerField()
    most = serializers.IntegerField(help_text="What the server allows.")


class PoolNumbers(serializers.Serializer[Any]):
    """The pool of the process that answers, and the connections of all processes."""

    process = serializers.IntegerField()
    pool = Pool(allow_null=True)
    connections = Connections()
