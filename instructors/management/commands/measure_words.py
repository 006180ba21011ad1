"""Prints how many of the labelled queries are understood exactly."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from instructors.services.words import quality


class Command(BaseCommand):
    """Reads only."""

    help = "Measures search in words: the exact rate in all and by field, of instructors/data/labelled_queries.tsv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which queries, and whether to show what went wrong."""
        parser.add_argument("--set", default="", help="dev, held or blind; all without it")
        parser.add_argument("--failures", action="store_true", help="show what was not understood exactly")

    def handle(self, *args: object, **options: object) -> None:
        """A line for each field, the rate of all fields right last."""
        queries = quality.labelled(str(options["set"]))
        if not queries:
            raise CommandError("There is no such set: use dev, held or blind.")
        measured = quality.measure(queries=queries)
        for miss in measured.misses if options["failures"] else []:
            self.stdout.write(f"{miss.text}")
            for name, (expected, got) in miss.fields.items():
                self.stdout.write(f"    {name}: expected {expected}, understood {got}")
        for name, (right, asked) in measured.fields.items():
            self.stdout.write(f"{name:16}{_rate(right, asked)}")
        self.stdout.write(f"{'all fields':16}{_rate(measured.exact, measured.asked)}")


def _rate(right: int, asked: int) -> str:
    return f"{right:5} of {asked:4} {right / asked:7.1%}"
