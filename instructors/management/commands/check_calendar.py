"""Compares each instructor's kept free time with the sum worked out from nothing."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from instainstru.core import clock
from instructors.services import horizon


class Command(BaseCommand):
    """Changes nothing without --mend."""

    help = "Compares free time with hours minus entries; --mend puts right what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whether to mend."""
        parser.add_argument("--mend", action="store_true", help="put right what differs")

    def handle(self, *args: object, **options: object) -> None:
        """Name who differs; fail if anybody does and nothing was mended."""
        now, mend = clock.now(), bool(options["mend"])
        ids = horizon.everybody()
        drifts = [horizon.compare(instructor_id=pk, now=now, mend=mend) for pk in ids]
        wrong = [drift for drift in drifts if drift]
        for drift in wrong:
            self.stdout.write(f"instructor {drift.instructor_id}: {drift.kept} spans kept, {drift.worked_out} right")
        if wrong and not mend:
            raise CommandError(f"{len(wrong)} of {len(ids)} instructors differ: run again with --mend.")
        self.stdout.write(f"{len(ids)} instructors compared, {len(wrong)} {'mended' if mend else 'differ'}")
