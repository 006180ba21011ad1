"""Prints docs/policies.md."""

from django.core.management.base import BaseCommand

from instainstru.core.services import policies


class Command(BaseCommand):
    """The numbers live in instainstru/core/policy.py; this writes them down."""

    help = "Prints the product's numbers as Markdown: python manage.py print_policies > docs/policies.md"
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Print them."""
        self.stdout.write(policies.as_markdown(), ending="")
