"""Loads what the site needs to stand: the catalogue and the city's neighbourhoods."""

from django.core.management.base import BaseCommand

from instructors.services import reference_data


class Command(BaseCommand):
    """Safe to repeat: what is there is made equal to the files."""

    help = "Loads catalogue and neighborhoods. Safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        """Load both, and say how much that was."""
        self.stdout.write(f"neighborhoods: {reference_data.load_places()}")
        self.stdout.write(f"subjects: {reference_data.load_catalogue()}")
