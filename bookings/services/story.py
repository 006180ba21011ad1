"""A lesson's whole story, for support: what happened when and by whom, what was told, who is tied to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Field

from accounts.models import User
from bookings.models import Booking, Side
from bookings.repositories import story as repository
from bookings.repositories.bookings import ON_BEHALF_OF
from instainstru.core import money
from instainstru.core.measure import measure_operation
from instainstru.core.models import OutboxMessage
from instainstru.core.permissions import may
from instainstru.core.services import outbox
from instainstru.core.time import NEW_YORK

Viewer = AbstractBaseUser | AnonymousUser
PEOPLE = ("student_id", "cancelled_by_id")
NOTHING = "—"


@dataclass(frozen=True)
class Change:
    """A field that changed, as people read it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """One row of the history. `by` is empty for what no signed-in person did, `for_whom` for what staff did not do."""

    at: datetime
    label: str
    by: str
    for_whom: str
    changes: list[Change]


@dataclass(frozen=True)
class Tie:
    """A person and what they are to the lesson."""

    person: User
    name: str


@dataclass(frozen=True)
class Story:
    """Everything that is known of a lesson beside its own row."""

    history: list[Happening]
    letters: list[OutboxMessage]
    ties: list[Tie]


@measure_operation
def told(*, booking: Booking, viewer: Viewer) -> Story:
    """A lesson's story, without the amounts that `viewer` may not know."""
    events = repository.events_of(booking)
    doers = [_context(event).get("user") for event in events]
    people = repository.names_of({person for person in [*doers, *_people_in(events)] if person})
    history = [
        _happening(event, events[number - 1] if number else None, people, viewer) for number, event in enumerate(events)
    ]
    return Story(
        history=history,
        letters=outbox.about(reference=booking.reference),
        ties=[Tie(tie.user, tie.permission.name) for tie in repository.ties_of(booking)],
    )


def _context(event: Any) -> Mapping[str, Any]:
    return event.pgh_context or {}


def _people_in(events: list[Any]) -> list[int | None]:
    return [getattr(event, name) for event in events for name in PEOPLE]


def _happening(event: Any, before: Any, people: Mapping[int, str], viewer: Viewer) -> Happening:
    context = _context(event)
    side = context.get(ON_BEHALF_OF)
    return Happening(
        at=event.pgh_created_at,
        label={"insert": "booked", "update": "changed"}.get(event.pgh_label, event.pgh_label),
        by=people.get(context.get("user") or 0, ""),
        for_whom=Side(side).label if side else "",
        changes=_changes(event, before, people, viewer) if before else [],
    )


def _changes(event: Any, before: Any, people: Mapping[int, str], viewer: Viewer) -> list[Change]:
    fields = [field for field in Booking._meta.concrete_fields if not field.primary_key]
    told = [field for field in fields if hasattr(event, field.attname)]  # a private note is not
    hidden = {name for name, guard in event.guarded.items() if not may(viewer, guard)}
    changed = [
        field
        for field in told
        if field.name not in hidden and getattr(event, field.attname) != getattr(before, field.attname)
    ]
    return [
        Change(str(field.verbose_name), _read(field, before, people), _read(field, event, people)) for field in changed
    ]


def _read(field: "Field[Any, Any]", event: Any, people: Mapping[int, str]) -> str:
    """A field's value as people read it."""
    value = getattr(event, field.attname)
    if value is None or value == "":
        return NOTHING
    if field.attname in PEOPLE:
        return people.get(value, f"person {value}")
    if field.attname.endswith("_cents"):
        return money.dollars(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}"
    return str(dict(field.flatchoices).get(value, value))
