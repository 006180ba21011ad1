"""Versions of rows: read whole, and removed or emptied only by the database's own two functions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet, Value, Window
from django.db.models.functions import JSONObject, Lag

from instainstru.core.models.audit import Event


@dataclass(frozen=True)
class Version:
    """One version of one row, and the one before it: values by column, as JSON has them. None: not known."""

    events: type[Event]
    at: datetime
    label: str
    context: Mapping[str, Any]
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None

    @property
    def tracked(self) -> type[Model]:
        """The model whose rows these are."""
        return self.events.pgh_tracked_model


def tables() -> list[type[Event]]:
    """Every table of versions."""
    return [model for model in apps.get_models() if issubclass(model, Event)]


def versions_of(thing: Model, *, skip: int, most: int) -> list[Version]:
    """What was kept of a row and of what belongs to it, the latest first, what is of one act together.

    One statement, however many tables there are.
    """
    told = [events for events in tables() if thing._meta.label in events.told_on]
    if not told:
        return []
    first, *others = [_of(thing, events, number) for number, events in enumerate(told)]
    rows = first.union(*others, all=True).order_by("-pgh_created_at", "-pgh_context", "-pgh_id")[skip : skip + most]
    return [
        Version(told[number], at, label, context or {}, after, before)
        for number, _, at, label, context, after, before in rows
    ]


def _of(thing: Model, events: type[Event], number: int) -> QuerySet[Any, Any]:
    names = [field.attname for field in events._meta.concrete_fields if not field.name.startswith("pgh_")]
    row = JSONObject(**{name: name for name in names})
    key = events.pgh_tracked_model._meta.pk.attname
    before = Window(Lag(row), partition_by=[key], order_by="pgh_id")
    found = events._base_manager.filter(**{events.told_on[thing._meta.label]: thing.pk})
    return found.annotate(told=Value(number), after=row, before=before).values_list(
        "told", "pgh_id", "pgh_created_at", "pgh_label", "pgh_context", "after", "before"
    )


def names_of(model: type[Model], ids: Collection[Any]) -> dict[Any, str]:
    """What rows are called, by their ids. Rows that are gone have no name."""
    rows = model._base_manager.select_related().in_bulk(ids)
    return {key: str(getattr(row, "name", None) or row) for key, row in rows.items()}


def prune(events: type[Event], *, before: datetime, most: int) -> int:
    """Remove the oldest versions of one table, so many at once; how many were removed."""
    return int(_call("SELECT audit_prune(%s::regclass, %s, %s)", [events._meta.db_table, before, most]))


def forget(events: type[Event], *, person_id: int) -> None:
    """Empty what one table says of who a person is, and from where they acted."""
    whose = [field.column for field in events._meta.concrete_fields if field.name == events.whose]
    _call("SELECT audit_forget(%s::regclass, %s, %s)", [events._meta.db_table, *(whose or [""]), person_id])


def _call(sql: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        (answer,) = cursor.fetchone()
    return answer
