"""`manage.py close_account EMAIL`: closes an account for good, also one of staff."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import leaving
from instainstru.core import clock
from instainstru.core.errors import DomainError


class Command(BaseCommand):
    """Says what closing means, asks for the address once more, and closes at exactly that."""

    help = "Closes an account for good: coming lessons are cancelled by the rules, what is personal is erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whose."""
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="ask nothing")

    def handle(self, *args: object, email: str, yes: bool, **options: Any) -> None:
        """Close it, and say what was done."""
        try:
            self._close(email, yes=yes)
        except DomainError as refused:
            raise CommandError(refused.message) from refused

    def _close(self, email: str, *, yes: bool) -> None:
        person = leaving.person_with(email=email)
        foreseen = leaving.foresee(person=person, by=None, now=clock.now())
        for one in foreseen.consequences:
            self.stdout.write(f"{one.what}: {one.meaning}")
        if not yes and input("This is final. Type the address once more to close it: ").lower() != person.email:
            raise CommandError("That is another address. Nothing was closed.")
        leaving.close(person=person, by=None, now=clock.now(), agreed=foreseen.version)
        self.stdout.write(f"closed: person {person.pk}, with {len(foreseen.consequences)} consequences as above")
