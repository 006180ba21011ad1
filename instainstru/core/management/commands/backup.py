"""`manage.py backup FILE`: the database as one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from instainstru.servers import ServerProblem, backup


class Command(BaseCommand):
    """Reads only; what is written meanwhile is not in it."""

    help = "Writes the database into a file, for `restore`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write it, and say how large it is."""
        try:
            size = backup.dump(connection.settings_dict, file)
        except ServerProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{file}: {size:,} bytes of {connection.settings_dict['NAME']}")
