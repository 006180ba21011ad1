"""`prep_db` does what fits the tier or what is asked for, again and again, and can say it first."""

import io
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from instainstru.core.management.commands import prep_db
from instainstru.databases import Tier
from instructors.models import Subject


class Terminal(io.StringIO):
    """A stream that a person types into."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.fixture
def prepared(settings, monkeypatch):
    """Runs it on this test's database as if that were another tier's: the commands it called, and what it said."""

    def prepare(tier: Tier, *flags: str, typed: str = "") -> tuple[list[str], str]:
        settings.DATABASE = replace(settings.DATABASE, tier=tier)
        called: list[str] = []
        monkeypatch.setattr(prep_db, "call_command", lambda name, **_: called.append(name))
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
        said = io.StringIO()
        call_command("prep_db", *flags, stdout=said, stderr=io.StringIO())
        return called, said.getvalue()

    return prepare


SYSTEM = ["load_system", "publish_offers"]


@pytest.mark.parametrize(
    ("tier", "flags", "called"),
    [
        (Tier.INT, [], ["migrate", *SYSTEM, "seed_demo"]),
        (Tier.STG, ["--yes"], ["migrate", *SYSTEM, "seed_demo"]),
        (Tier.PROD, [], ["migrate", *SYSTEM]),
        (Tier.TEST, [], ["migrate", *SYSTEM]),
        (Tier.INT, ["--migrate"], ["migrate"]),
        (Tier.INT, ["--seed-demo", "--migrate"], ["migrate", "seed_demo"]),
        (Tier.PROD, ["--seed-system"], SYSTEM),
    ],
)
def test_it_does_what_fits_or_what_is_asked_for(prepared, tier: Tier, flags: list[str], called: list[str]) -> None:
    assert prepared(tier, *flags)[0] == called


def test_an_old_postgresql_is_refused_before_anything_is_changed(prepared, monkeypatch) -> None:
    monkeypatch.setattr(prep_db, "connection", SimpleNamespace(pg_version=150_018))
    with pytest.raises(CommandError, match=r"PostgreSQL 16 or newer is needed, and this is 15\.18\."):
        prepared(Tier.INT)


def test_demo_data_never_belongs_into_prod(prepared) -> None:
    with pytest.raises(CommandError, match="Demo data does not belong into PROD"):
        prepared(Tier.PROD, "--seed-demo", "--yes")


@pytest.mark.parametrize(("typed", "goes_on"), [("y\n", True), ("yes\n", True), ("\n", False), ("n\n", False)])
def test_who_types_it_for_stg_is_asked(prepared, typed: str, *, goes_on: bool) -> None:
    assert bool(prepared(Tier.STG, "--migrate", typed=typed)[0]) is goes_on
    assert prepared(Tier.INT, "--migrate", typed=typed)[0] == ["migrate"]


def test_a_dry_run_names_what_is_pending_and_does_nothing(prepared) -> None:
    assert prepared(Tier.INT, "--dry-run") == (
        [],
        "no migration is pending\n"
        "would make catalogue and neighborhoods equal to their files\n"
        "would add 20 demo instructors, if nobody teaches yet\n",
    )
    MigrationRecorder.Migration.objects.get(app="core", name="0004_audit").delete()
    called, said = prepared(Tier.PROD, "--dry-run")
    assert called == []
    assert "would apply core.0004_audit" in said
    assert "demo" not in said


def test_it_may_be_repeated() -> None:
    def prepare() -> Any:
        call_command("prep_db", verbosity=0, stdout=io.StringIO())
        return Subject.objects.count(), MigrationRecorder.Migration.objects.count()

    assert prepare() == prepare()
