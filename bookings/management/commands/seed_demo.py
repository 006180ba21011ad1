"""Fills an empty site with people to try it with. Never in production."""

import random
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookings.services import demo
from instainstru.core import clock
from instainstru.databases import Tier


class Command(BaseCommand):
    """Same number, same people; a second run adds nothing."""

    help = "Adds demo instructors, a student and a member of staff. A second run adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask how many, and for the seed of the choices."""
        parser.add_argument("--instructors", type=int, default=20)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: object, **options: object) -> None:
        """Add them, and say how many that was."""
        if settings.DATABASE.tier is Tier.PROD:
            raise CommandError("Demo data does not belong into PROD.")
        count, seed = int(str(options["instructors"])), int(str(options["seed"]))
        added = demo.fill(instructors=count, chosen=random.Random(seed), now=clock.now())  # noqa: S311
        self.stdout.write(f"demo: {added} instructors added")
