"""`manage.py export_account EMAIL`: all that is kept of a person, as JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import leaving
from instainstru.core import clock
from instainstru.core.errors import NotFound


class Command(BaseCommand):
    """Reads only: what somebody gets who asks for their data and cannot sign in."""

    help = "Prints all that is kept of a person, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whose."""
        parser.add_argument("email")

    def handle(self, *args: object, email: str, **options: Any) -> None:
        """Print it."""
        try:
            person = leaving.person_with(email=email)
        except NotFound as nobody:
            raise CommandError(nobody.message) from nobody
        whole = leaving.export(person=person, now=clock.now())
        self.stdout.write(json.dumps(whole, indent=2, ensure_ascii=False))
