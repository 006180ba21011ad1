"""What Redis and PostgreSQL say of their load."""

import os
from dataclasses import dataclass

from django_redis import get_redis_connection
from redis.exceptions import RedisError

from instainstru.core.errors import DomainError
from instainstru.core.measure import measure_operation
from instainstru.ops.repositories import database
from instainstru.ops.repositories.database import Connections, Pool


class NoAnswer(DomainError):
    """A server that should say something says nothing."""

    code, status, sentence = "no_answer", 503, "Redis does not answer."


@dataclass(frozen=True)
class RedisNumbers:
    """The server behind cache, sessions and limits, since it started."""

    version: str
    uptime_seconds: int
    clients: int
    used_bytes: int
    most_bytes: int
    keys: int
    hits: int
    misses: int
    evicted: int
    expired: int
    commands: int


@dataclass(frozen=True)
class PoolNumbers:
    """Connections to PostgreSQL: those that the answering process keeps, and those of all processes together."""

    process: int
    pool: Pool | None
    connections: Connections


@measure_operation
def redis() -> RedisNumbers:
    """What Redis says of itself. Raises NoAnswer."""
    client = get_redis_connection("default")
    try:
        info, keys = client.info(), client.dbsize()
    except (RedisError, OSError) as error:
        raise NoAnswer from error
    return RedisNumbers(
        version=info["redis_version"],
        uptime_seconds=info["uptime_in_seconds"],
        clients=info["connected_clients"],
        used_bytes=info["used_memory"],
        most_bytes=info["maxmemory"],
        keys=keys,
        hits=info["keyspace_hits"],
        misses=info["keyspace_misses"],
        evicted=info["evicted_keys"],
        expired=info["expired_keys"],
        commands=info["total_commands_processed"],
    )


@measure_operation
def pool() -> PoolNumbers:
    """The connections of this process and of all."""
    return PoolNumbers(process=os.getpid(), pool=database.pool(), connections=database.connections())
