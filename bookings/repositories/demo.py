"""The demo city's rows, in bulk and past the services: only made-up data may be written so.

All of its tables are written here, those of the apps below too: nothing else copies rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from accounts.models import User
from instructors.models import InstructorProfile

TIES = ("own_profile", "own_service", "take_lesson", "teach_lesson")


def copy(rows: Sequence[Model]) -> None:
    """Insert rows of one table by COPY. What the first has no value for, such as its id, the table gives to all."""
    if not rows:
        return
    meta, first = rows[0]._meta, vars(rows[0])
    given = [field for field in meta.concrete_fields if not isinstance(first[field.attname], DatabaseDefault)]
    fields = [field for field in given if not (field.primary_key and rows[0].pk is None)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    names = [field.attname for field in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as file,
    ):
        for row in rows:
            held = vars(row)  # as it was given: read through its field, a photo would be a file
            file.write_row([held[name] for name in names])


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """Ids that the table will give to nobody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def without_history() -> Iterator[None]:
    """Insert rows that leave no trace: what is made up has no story.

    PostgreSQL does not alter a table for which checks are waiting for the commit, so these are made first.
    """
    tables = {model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_event_model")}
    names = [connection.ops.quote_name(table) for table in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def known(addresses: Sequence[str]) -> set[str]:
    """Those of these addresses that people have."""
    return set(User.objects.filter(email__in=addresses).values_list("email", flat=True))


def slugs() -> set[str]:
    """The slugs of all instructors."""
    return set(InstructorProfile.objects.values_list("slug", flat=True))


def founders() -> int:
    """How many founding instructors there are."""
    return InstructorProfile.objects.filter(founding=True).count()


def is_anybody_teaching() -> bool:
    """Whether there are instructors."""
    return InstructorProfile.objects.exists()


def group_ids() -> dict[str, int]:
    """The groups by name."""
    return dict(Group.objects.values_list("name", "pk"))


def tie_ids() -> dict[str, int]:
    """The permissions by which people are tied to things, by codename."""
    return dict(Permission.objects.filter(codename__in=TIES).values_list("codename", "pk"))
