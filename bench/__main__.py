"""Starts what the workloads need, runs them, and prints what they found."""

import argparse
import io
import os
import sys
from importlib import import_module

import django
from django.conf import settings
from django.core.management import call_command

from bench import WORKLOADS
from bench.report import Line, table
from instainstru.servers import Wanted, is_embedded_redis, postgres, running, state_folder
from instainstru.servers.folder import postgres_url

DATABASE = "instainstru_bench"
OTHER_TIERS = ("SITE_MODE", "USE_STG_DATABASE", "USE_PROD_DATABASE")


def main() -> None:
    """Measure the workloads named, or all."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("workload", nargs="*", help=f"of {', '.join(WORKLOADS)}; all without")
    asked.add_argument("--repeat", type=int, default=50, help="runs of each (50)")
    options = asked.parse_args()
    if unknown := set(options.workload) - set(WORKLOADS):
        asked.error(f"there is no workload {', '.join(sorted(unknown))}")
    _go_to_own_database()
    state = settings.STATE
    with running(state, Wanted(valkey=is_embedded_redis(state, settings.REDIS_URL)), command="bench"):
        postgres.create_database(state, DATABASE)
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_system", verbosity=0, stdout=io.StringIO())
        lines: list[Line] = []
        for name in options.workload or WORKLOADS:
            lines += import_module(f"bench.{name}").measure(repeat=options.repeat)
        sys.stdout.write(table(lines) + "\n")


def _go_to_own_database() -> None:
    """Begin anew with an environment that names it: settings decide on a database while they are imported.

    Whatever the shell says of other tiers, this is INT, at an address of its own.
    """
    address = postgres_url(state_folder(os.environ), DATABASE)
    if os.environ.get("INT_DATABASE_URL") != address:
        environ = {name: value for name, value in os.environ.items() if name not in OTHER_TIERS}
        own = {"INT_DATABASE_URL": address, "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
        os.execve(sys.executable, [sys.executable, "-m", "bench", *sys.argv[1:]], environ | own)  # noqa: S606


if __name__ == "__main__":
    main()
