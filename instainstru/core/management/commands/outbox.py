"""`manage.py outbox`: what has not left, and how it is tried again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from instainstru.core import clock
from instainstru.core.services import outbox


class Command(BaseCommand):
    """Lists letters that were given up; --redrive and --all-dead have them tried again."""

    help = "Lists letters that were given up. --redrive KEY or --all-dead has them tried again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask which letters, if any."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--list", action="store_true", help="only say what there is (this is done without flags, too)"
        )
        what.add_argument("--redrive", action="append", metavar="KEY", help="try this letter again; may be repeated")
        what.add_argument("--all-dead", action="store_true", help="try all of them again")

    def handle(self, *args: object, redrive: list[str] | None, all_dead: bool, **options: Any) -> None:
        """Say what there is, or how many are tried again."""
        now = clock.now()
        if redrive or all_dead:
            again = outbox.redrive(keys=None if all_dead else redrive, now=now)
            if redrive and again < len(set(redrive)):
                raise CommandError(f"{again} tried again; the others are no keys of letters that were given up.")
            self.stdout.write(f"letters tried again: {again}")
            return
        for letter in outbox.dead_letters():
            self.stdout.write(f"{letter.key}\t{letter.given_up_at:%Y-%m-%d %H:%M}\t{letter.last_error}")
        waiting = outbox.backlog(now=now)
        self.stdout.write(
            f"waiting: {waiting.letters}, the oldest for {waiting.oldest_seconds:.0f} s; given up: {waiting.given_up}"
        )
