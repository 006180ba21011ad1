"""Fills an empty site with people to try it with. Never in production."""

from argparse import ArgumentParser
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookings.services.demo import city
from bookings.services.demo.people import PAST_DAYS
from instainstru.core import clock
from instainstru.core.time import midnight
from instainstru.databases import Tier

BAR = 40


class Command(BaseCommand):
    """Same seed and day, same city; a second run adds nothing."""

    help = "Adds a city of demo instructors, students, lessons and reviews. A second run adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask how many, for the seed of the choices, and which day it is."""
        parser.add_argument("--instructors", type=int, default=300)
        parser.add_argument("--past-days", type=int, default=PAST_DAYS, help="since when there are lessons")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--today", type=date.fromisoformat, help="the day of the city, YYYY-MM-DD")
        parser.add_argument("--if-none", action="store_true", help="add nobody where anybody teaches")

    def handle(
        self,
        *args: object,
        instructors: int,
        past_days: int,
        seed: int,
        today: date | str | None,
        if_none: bool,
        **options: object,
    ) -> None:
        """Add them, and say how many that was."""
        if settings.DATABASE.tier is Tier.PROD:
            raise CommandError("Demo data does not belong into PROD.")
        if if_none and city.is_anybody_teaching():
            self.stdout.write("demo: there are instructors already")
            return
        # A day that was asked for is seen from its first moment: the same city, whatever the clock says.
        now = midnight(date.fromisoformat(str(today))) if today else clock.now()
        added = city.fill(
            instructors=instructors,
            seed=seed,
            now=now,
            past_days=past_days,
            progress=lambda done: self._progress(done, instructors),
        )
        self.stdout.write(
            f"demo: {added.instructors} instructors, {added.students} students and staff, "
            f"{added.lessons} lessons, {added.reviews} reviews added"
        )

    def _progress(self, done: int, of: int) -> None:
        """A bar on a terminal, which the next one overwrites; elsewhere a line for each step."""
        if self.stdout.isatty():
            filled = BAR * done // of
            bar = f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done} of {of} instructors"
            self.stdout.write(bar, ending="\n" if done == of else "")
            self.stdout.flush()
        else:
            self.stdout.write(f"demo: {done} of {of} instructors")
