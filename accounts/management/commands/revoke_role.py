"""`manage.py revoke_role EMAIL support|operations`: takes a role of staff away again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.permissions import Bundle
from accounts.services import leaving, roles
from instainstru.core.errors import DomainError


class Command(BaseCommand):
    """By the same service as the page in the admin; one active person of operations stays."""

    help = "Takes a role of staff away from a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whose, and which."""
        parser.add_argument("email")
        parser.add_argument("role", choices=[role.value for role in roles.ROLES])

    def handle(self, *args: object, email: str, role: str, **options: Any) -> None:
        """Take it, and say which roles they have now."""
        try:
            person = leaving.person_with(email=email)
            wanted = roles.held(person=person) - {Bundle(role)}
            roles.assign(person_id=person.pk, roles=wanted, by=None)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"person {person.pk} has now: {', '.join(sorted(wanted)) or 'no role'}")
