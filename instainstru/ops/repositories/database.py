"""What the database says of itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

ANSWERS_WITHIN = 2  # seconds; libpq knows no less


@contextmanager
def _own_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection beside the pool: a request would wait for that longer, and a pool in use is no dead database."""
    own = connection.copy()
    options = own.settings_dict["OPTIONS"]
    options.pop("pool", None)
    options["connect_timeout"] = ANSWERS_WITHIN
    options["options"] = f"{options.get('options', '')} -c statement_timeout={ANSWERS_WITHIN}s".strip()
    try:
        yield own
    finally:
        own.close()


def ping() -> None:
    """Return once the database has answered. Raises DatabaseError if it does not."""
    with _own_connection() as own, own.cursor() as cursor:
        cursor.execute("SELECT 1")


def unapplied_migrations() -> list[str]:
    """Migrations of the code that the database does not have yet. Raises DatabaseError if it does not answer."""
    with _own_connection() as own:
        loader = MigrationLoader(own, ignore_no_migrations=True)
        return [f"{app}.{name}" for app, name in loader.graph.nodes if (app, name) not in loader.applied_migrations]


@dataclass(frozen=True)
class Statement:
    """One kind of statement, its values left out, and what it has cost so far."""

    statement: str
    calls: int
    mean_ms: float
    max_ms: float
    total_ms: float
    rows: int


# Statements that read or write rows only: PostgreSQL leaves out their values, but not those of every other command.
SLOWEST = """
    SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 500),
           calls, mean_exec_time, max_exec_time, total_exec_time, rows
    FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND query ~* '^\\s*(select|insert|update|delete|with|merge)\\y'
    ORDER BY mean_exec_time DESC
    LIMIT %s
"""


def slowest_statements(limit: int) -> list[Statement] | None:
    """The statements that take longest on average; None where PostgreSQL does not keep count."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SLOWEST, [limit])
            return [Statement(*row) for row in cursor.fetchall()]
    except DatabaseError:  # the extension is not installed, not loaded, or not ours to read
        return None


@dataclass(frozen=True)
class Pool:
    """The connections that this process keeps."""

    min: int
    max: int
    size: int
    available: int
    waiting: int
    timeouts: int


def pool() -> Pool | None:
    """This process's pool, or None where it has none: commands and workers."""
    kept = connection.pool  # type: ignore[attr-defined]  # PostgreSQL's connection has one
    if kept is None:
        return None
    counts = kept.get_stats()
    return Pool(
        min=counts["pool_min"],
        max=counts["pool_max"],
        size=counts["pool_size"],
        available=counts["pool_available"],
        waiting=counts["requests_waiting"],
        timeouts=counts.get("requests_errors", 0),
    )


@dataclass(frozen=True)
class Connections:
    """Who is connected to the database, from all processes, and how many may be."""

    active: int
    idle: int
    idle_in_transaction: int
    most: int


def connections() -> Connections:
    """Connections to this database by what they do."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'idle'),
                   count(*) FILTER (WHERE state LIKE 'idle in transaction%%'), current_setting('max_connections')::int
            FROM pg_stat_activity WHERE datname = current_database()
            """,
            [],
        )
        return Connections(*cursor.fetchone())


@dataclass(frozen=True)
class Load:
    """What PostgreSQL has counted of this database, and how large and how busy it is now."""

    commits: int
    rollbacks: int
    deadlocks: int
    blocks_in_cache: int
    blocks_read: int
    size_bytes: int
    longest_seconds: float


def load() -> Load:
    """PostgreSQL's own counts. The transaction that asks is not counted as open."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT xact_commit, xact_rollback, deadlocks, blks_hit, blks_read, pg_database_size(datid),
                   (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float
                    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())
            FROM pg_stat_database WHERE datname = current_database()
            """,
            [],
        )
        return Load(*cursor.fetchone())
