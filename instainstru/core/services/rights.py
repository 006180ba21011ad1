"""The role that serves the site may write everything but the past."""

from instainstru.core.errors import Invalid
from instainstru.core.measure import measure_operation
from instainstru.core.repositories import audit, rights


class UnfitRole(Invalid):
    """A role that cannot be kept from anything, or is not there."""


@measure_operation
def grant(*, role: str) -> None:
    """Give the serving role its rights; after each migration, for new tables. Run again, it changes nothing.

    Versions of rows it may add, by triggers, and neither change nor remove. Raises UnfitRole.
    """
    master = rights.is_master(role)
    if master is None:
        raise UnfitRole(f"PostgreSQL has no role {role}: make it first (docs/database-safety.md).")
    if master:
        raise UnfitRole(f"{role} owns tables or is a superuser, so nothing can be withheld from it: name another role.")
    rights.grant(role=role, kept=[events._meta.db_table for events in audit.tables()])
