"""What the role that serves the site may do in the database."""

from collections.abc import Sequence

from django.db import connection, transaction

SANCTIONED = ("audit_prune(regclass, timestamptz, integer)", "audit_forget(regclass, name, bigint)")


def is_master(role: str) -> bool | None:
    """Whether a role owns tables here or is above all rights; None when there is no such role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind = 'r')"
            " FROM pg_roles WHERE rolname = %s",
            [role],
        )
        found = cursor.fetchone()
    return None if found is None else bool(found[0])


@transaction.atomic
def grant(*, role: str, kept: Sequence[str]) -> None:
    """Give a role what serving takes: rows of every table, and of those in `kept` only to read and to add."""
    name, tables = connection.ops.quote_name(role), ", ".join(map(connection.ops.quote_name, kept))
    with connection.cursor() as cursor:
        for right in (
            "USAGE ON SCHEMA public",
            "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
            "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
            *(f"EXECUTE ON FUNCTION {function}" for function in SANCTIONED),
        ):
            cursor.execute(f"GRANT {right} TO {name}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {tables} FROM {name}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {name}")
