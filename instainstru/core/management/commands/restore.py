"""`manage.py restore FILE`: a file that `backup` wrote becomes the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from instainstru.servers import ServerProblem, backup


class Command(BaseCommand):
    """Into an empty database; what stands in one goes only if that is said."""

    help = "Reads a file of `backup` into the database, which has to be empty unless --replace is said."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file, and whether what is there may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="in place of all that is in the database")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        """Restore it."""
        if connection.introspection.table_names() and not replace:
            raise CommandError("The database is not empty: say --replace to put the file in place of all there is.")
        connection.close()
        try:
            backup.load(connection.settings_dict, file, replace=replace)
        except ServerProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{connection.settings_dict['NAME']} is as {file} says")
