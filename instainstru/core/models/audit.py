"""What is kept of every change: one row a version, written by triggers of PostgreSQL with who did it and from where.

`audited` on a model makes the table. Nothing writes it but its triggers, and nothing alters it but the two functions of
the migration `core.0004_audit`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pghistory
from django.db import models
from django.db.models.fields.json import KT
from pghistory.models import Event as PgEvent

# A column's comment. Copied to its table of versions, where the database empties what says so.
PERSONAL = "Personal: what is kept of it is emptied when its person closes the account."

Tracked = TypeVar("Tracked", bound=type[models.Model])


class Event(PgEvent):
    """One version of a row. `pgh_context` says what was known of the request, task or command that made it."""

    pgh_tracked_model: type[models.Model]  # type: ignore[assignment]  # none on the library's abstract one
    told_on: Mapping[str, str]
    whose: str
    guarded: Mapping[str, str]
    reads: Mapping[str, Callable[[Any], str]]

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def audited(
    *trackers: pghistory.RowEvent,
    told_on: Mapping[str, str],
    whose: str = "",
    guarded: Mapping[str, str] | None = None,
    reads: Mapping[str, Callable[[Any], str]] | None = None,
    exclude: Sequence[str] = (),
    by_statement: bool = False,
) -> Callable[[Tracked], Tracked]:
    """Keep every version of a model's rows: those made, changed and deleted, unless `trackers` say otherwise.

    `told_on` names the models on whose pages staff read it, each with the way from a version to that model's row.
    `whose` is the column of the person to whom the columns marked PERSONAL belong. `guarded` are columns that only who
    has a permission's name is told. `reads` turns values into words. Rows that come and go many at once are kept
    `by_statement`: one insert of many versions.
    """
    level = pghistory.Statement if by_statement else pghistory.Row
    events = trackers or (
        pghistory.InsertEvent(level=level),
        pghistory.UpdateEvent(level=pghistory.Row),
        pghistory.DeleteEvent(level=level),
    )
    found_by = {path.split("__")[0] for path in told_on.values()} | ({whose} if whose else set())
    own_row = {} if "pgh_obj" in told_on.values() else {"obj_field": None}

    def keep(model: Tracked) -> Tracked:
        name = f"{model.__name__}Event"
        decorate = pghistory.track(
            *events,
            exclude=list(exclude),
            base_model=Event,
            model_name=name,
            app_label=model._meta.app_label,
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # its documentation says None
            append_only=True,
            level=pghistory.Row,
            attrs={"told_on": told_on, "whose": whose, "guarded": guarded or {}, "reads": reads or {}},
            meta={
                "default_permissions": (),
                "indexes": [
                    *(
                        models.Index(fields=[column], name=f"{name.lower()[:22]}_{column[:7]}")
                        for column in sorted(found_by)
                    ),
                    models.Index(KT("pgh_context__user"), name=f"{name.lower()[:22]}_by"),
                ],
            },
            **own_row,
        )
        tracked: Tracked = decorate(model)
        return tracked

    return keep
