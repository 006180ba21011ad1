"""`manage.py prep_db [int|stg|prod]`: makes a database ready for the site."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from instainstru.databases import Tier

DEMO_INSTRUCTORS = {Tier.INT: 20, Tier.STG: 300}


class Command(BaseCommand):
    """Migrates, loads what the site needs, and on INT and STG the demo data. Run again, it changes nothing."""

    help = "Migrates the database and loads what the site needs; on INT and STG also demo data, if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Which database it is was decided from the command line before Django started.
        parser.add_argument("tier", nargs="?", choices=["int", "stg", "prod"], help="the database, unless flags say it")

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        said: dict[str, Any] = {"verbosity": verbosity, "stdout": self.stdout}
        call_command("migrate", interactive=False, **said)
        call_command("load_system", **said)
        if demo := DEMO_INSTRUCTORS.get(settings.DATABASE.tier):
            call_command("seed_demo", instructors=demo, if_none=True, **said)
