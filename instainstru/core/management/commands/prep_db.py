"""`manage.py prep_db [int|stg|prod]`: makes a database ready for the site."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from instainstru.core.services import rights
from instainstru.databases import Tier

DEMO_INSTRUCTORS = {Tier.INT: 20, Tier.STG: 300}
LOWEST_POSTGRESQL = 160_000  # any_value(); tests run on 18
STEPS = ("migrate", "seed_system", "seed_demo")


class Command(BaseCommand):
    """Migrates, loads what the site needs, and on INT and STG the demo data. Run again, it changes nothing."""

    help = "Migrates the database and loads what the site needs; on INT and STG also demo data, if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the database, for single steps, and how careful to be."""
        # Which database it is was decided from the command line before Django started.
        parser.add_argument("tier", nargs="?", choices=["int", "stg", "prod"], help="the database, unless flags say it")
        parser.add_argument("--migrate", action="store_true", help="bring the tables up to date")
        parser.add_argument("--seed-system", action="store_true", help="load catalogue and neighborhoods")
        parser.add_argument("--seed-demo", action="store_true", help="add demo data, if nobody teaches; never on PROD")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask on STG; PROD wants its name all the same")

    def handle(self, *args: Any, verbosity: int, dry_run: bool, yes: bool, **options: Any) -> None:
        """Do the steps that were asked for, or else all that fit the tier."""
        version: int = connection.pg_version  # type: ignore[attr-defined]  # PostgreSQL's has it
        if version < LOWEST_POSTGRESQL:
            has = ".".join(map(str, divmod(version, 10_000)))
            raise CommandError(f"PostgreSQL {LOWEST_POSTGRESQL // 10_000} or newer is needed, and this is {has}.")
        tier = settings.DATABASE.tier
        if options["seed_demo"] and tier is Tier.PROD:
            raise CommandError("Demo data does not belong into PROD.")
        asked = [step for step in STEPS if options[step]] or [
            step for step in STEPS if step != "seed_demo" or tier in DEMO_INSTRUCTORS
        ]
        does: dict[str, Callable[[int], None]] = {
            "migrate": self._migrate,
            "seed_system": self._seed_system,
            "seed_demo": self._seed_demo,
        }
        if dry_run:
            self._foretell(asked)
        elif yes or self._agreed(tier):
            for step in asked:
                does[step](verbosity)

    def _agreed(self, tier: Tier) -> bool:
        """What STG holds is kept for people to look at, so whoever types this is asked. PROD has asked already."""
        if tier is not Tier.STG or not sys.stdin.isatty():
            return True
        self.stderr.write(f"This prepares {settings.DATABASE}. Go on? [y/N] ", ending="")
        self.stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def _foretell(self, steps: list[str]) -> None:
        if "migrate" in steps:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            for migration, _ in plan:
                self.stdout.write(f"would apply {migration.app_label}.{migration.name}")
            if not plan:
                self.stdout.write("no migration is pending")
        if "seed_system" in steps:
            self.stdout.write("would make catalogue and neighborhoods equal to their files")
        if "seed_demo" in steps:
            self.stdout.write(f"would add {self._demo_size()} demo instructors, if nobody teaches yet")

    def _migrate(self, verbosity: int) -> None:
        call_command("migrate", interactive=False, verbosity=verbosity, stdout=self.stdout)
        if settings.SERVING_ROLE:
            try:
                rights.grant(role=settings.SERVING_ROLE)
            except rights.UnfitRole as unfit:
                raise CommandError(unfit.message) from unfit

    def _seed_system(self, verbosity: int) -> None:
        call_command("load_system", verbosity=verbosity, stdout=self.stdout)
        call_command("publish_offers", verbosity=verbosity, stdout=self.stdout)

    def _seed_demo(self, verbosity: int) -> None:
        call_command("seed_demo", instructors=self._demo_size(), if_none=True, verbosity=verbosity, stdout=self.stdout)

    def _demo_size(self) -> int:
        return DEMO_INSTRUCTORS.get(settings.DATABASE.tier, DEMO_INSTRUCTORS[Tier.INT])
