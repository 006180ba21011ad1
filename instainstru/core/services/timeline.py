"""What happened to a row and to what belongs to it, for staff: when, by whom, from where, values before and after."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from textwrap import shorten
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import BooleanField, Field, ForeignKey, Model

from instainstru.core import money
from instainstru.core.measure import measure_operation
from instainstru.core.permissions import may
from instainstru.core.repositories import audit as repository
from instainstru.core.repositories.audit import Version
from instainstru.core.time import NEW_YORK

LINES = 50  # of one page, and what its last act has beyond them
LARGEST_ACT = 1000  # versions; a larger one is told in parts
SHOWN = 200  # characters of a value
SEE_PEOPLE = ("view_all_users", "manage_users")  # who may know who did it, and from where
DONE = {"insert": "added", "update": "changed", "delete": "removed", "password": "given another password"}
NOTHING = "—"
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:.]+[+-][\d:]+")

Viewer = AbstractBaseUser | AnonymousUser
Names = Mapping[type[Model], Mapping[Any, str]]


@dataclass(frozen=True)
class Change:
    """A value that changed, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """What was done to one row."""

    what: str
    changes: list[Change]

    @property
    def values(self) -> str:
        """All of a row that came or went, in one line; empty for one that changed."""
        one_side = all(NOTHING in (change.before, change.after) for change in self.changes)
        kept = [f"{one.what} {one.after if one.before == NOTHING else one.before}" for one in self.changes]
        return ", ".join(kept) if one_side and not self.what.endswith(DONE["update"]) else ""


@dataclass(frozen=True)
class Happening:
    """What came of one act. Who and from where is empty for what no person did, and for who may not know it."""

    at: datetime
    how: str
    request: str
    by_id: int | None
    by: str
    address: str
    lines: list[Line]


@dataclass(frozen=True)
class Timeline:
    """One page of it, the latest first. `earlier`: how many versions the next one skips, 0 on the last."""

    happenings: list[Happening]
    earlier: int


@measure_operation
def told(*, thing: Model, viewer: Viewer, skip: int = 0) -> Timeline:
    """What happened to a row, as far as `viewer` may know it: whole acts, from so many versions back."""
    found = repository.versions_of(thing, skip=skip, most=LINES + LARGEST_ACT)
    acts: list[list[Version]] = []
    for _, act in groupby(found, key=lambda one: (one.at, one.context)):
        if sum(map(len, acts)) < LINES:
            acts.append(list(act))
    versions = [version for act in acts for version in act]
    names = {model: repository.names_of(model, ids) for model, ids in _mentioned(versions).items()}
    sees_people = any(may(viewer, name) for name in SEE_PEOPLE)
    return Timeline(
        happenings=[
            _happening(act[0], _lines(act, thing, viewer, names), names if sees_people else None) for act in acts
        ],
        earlier=skip + len(versions) if len(found) > len(versions) else 0,
    )


def _mentioned(versions: Iterable[Version]) -> dict[type[Model], set[Any]]:
    """The rows that are pointed to, by model, so that each model is asked for names once."""
    found: dict[type[Model], set[Any]] = {get_user_model(): set()}
    for version in versions:
        found[get_user_model()].add(version.context.get("user"))
        for column in _columns(version):
            if isinstance(column, ForeignKey):
                values = {side.get(column.attname) for side in (version.before or {}, version.after)}
                found.setdefault(_model_of(column), set()).update(values)
    wanted = {model: ids - {None} for model, ids in found.items()}
    return {model: ids for model, ids in wanted.items() if ids}


def _columns(version: Version) -> "list[Field[Any, Any]]":
    every = version.tracked._meta.concrete_fields
    return [column for column in every if column.attname in version.after and not column.primary_key]


def _model_of(column: "ForeignKey[Any, Any]") -> type[Model]:
    return column.remote_field.model


def _happening(version: Version, lines: list[Line], people: Names | None) -> Happening:
    """Without `people` nobody is named."""
    context = version.context
    by_id = context.get("user") if people is not None else None
    return Happening(
        at=version.at,
        how=next((str(context[key]) for key in ("did", "task", "command") if key in context), ""),
        request=str(context.get("request", "")),
        by_id=by_id,
        by=(people or {}).get(get_user_model(), {}).get(by_id, f"person {by_id}") if by_id else "",
        address=str(context.get("address", "")) if people is not None else "",
        lines=lines,
    )


def _lines(act: list[Version], thing: Model, viewer: Viewer, names: Names) -> list[Line]:
    """Without what was put in the place of its like: a week is saved whole, and read by what is different."""
    came = Counter(_looks(version) for version in act if version.label == "insert")
    went = Counter(_looks(version) for version in act if version.label == "delete")
    same = {"insert": came & went, "delete": came & went}
    lines = []
    for version in act:
        again = same.get(version.label, Counter())
        again[_looks(version)] -= 1
        if again[_looks(version)] < 0:
            lines.append(_line(version, thing, viewer, names))
    return lines


def _looks(version: Version) -> str:
    """A row by its values, whatever its key."""
    key = version.tracked._meta.pk.attname
    return f"{version.tracked._meta.label} {sorted((name, str(v)) for name, v in version.after.items() if name != key)}"


def _line(version: Version, thing: Model, viewer: Viewer, names: Names) -> Line:
    what = f"{version.tracked._meta.verbose_name} {DONE.get(version.label, version.label)}"
    if version.before is None and version.label == "update":
        return Line(f"{what}, from what is not known", [])  # loaded in bulk, or older than what is kept
    before, after = _sides(version)
    changes = []
    for column in _columns(version):
        was, became = before.get(column.attname), after.get(column.attname)
        if was != became and _is_told(column, version, thing, viewer):
            change = Change(
                str(column.verbose_name), _read(column, was, version, names), _read(column, became, version, names)
            )
            changes += [change] if change.before != change.after else []
    return Line(what, changes)


def _sides(version: Version) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Before and after."""
    if version.label == "insert":
        return {}, version.after
    if version.label == "delete":
        return version.after, {}
    return version.before or version.after, version.after


def _is_told(column: "Field[Any, Any]", version: Version, thing: Model, viewer: Viewer) -> bool:
    """Not whose row it is, which the page says anyhow, and not what the viewer may not know."""
    if column.name == version.events.told_on[thing._meta.label].split("__")[0]:
        return False
    guard = version.events.guarded.get(column.name)
    return guard is None or may(viewer, guard)


def _read(column: "Field[Any, Any]", value: Any, version: Version, names: Names) -> str:
    """A value as people read it."""
    if value in (None, "", []):
        return NOTHING
    if column.name in version.events.reads:
        return version.events.reads[column.name](value)
    if isinstance(column, ForeignKey):
        return names.get(_model_of(column), {}).get(value, f"{column.verbose_name} {value}")
    if column.name.endswith("_cents"):
        return money.dollars(value)
    if isinstance(column, BooleanField):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(dict(column.flatchoices).get(value, value))
    return shorten(INSTANT.sub(_by_the_clock, text), SHOWN, placeholder=" …")


def _by_the_clock(found: re.Match[str]) -> str:
    return f"{datetime.fromisoformat(found[0]).astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}"
