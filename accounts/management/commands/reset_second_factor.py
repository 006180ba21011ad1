"""`manage.py reset_second_factor EMAIL`: for who lost phone, passkeys and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import second_factor
from instainstru.core.errors import DomainError


class Command(BaseCommand):
    """Make sure who asks before it is run: docs/runbooks/staff-access.md. The person is told by letter."""

    help = "Removes a person's authenticator app, passkeys and recovery codes, and signs them out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whose."""
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Remove them, and say how many there were."""
        try:
            removed = second_factor.reset(email=email)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{email}: {removed} removed, signed out everywhere, told by letter")
