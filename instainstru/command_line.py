"""What stands between `manage.py` and Django: the database is chosen and said, the servers are there."""

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from instainstru.core.audit import noted
from instainstru.databases import DatabaseRefused, announce
from instainstru.servers import ServerProblem, Wanted, is_embedded_redis, postgres, running

# Commands that talk to no server; `run` starts its own.
WITHOUT_SERVERS = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "print_policies",
        "run",
        "spectacular",
        "startapp",
        "version",
        "--help",
        "-h",
        "--version",
    }
)
# Commands whose statements go to PostgreSQL as they are written: there is nobody's row in them.
WITHOUT_NOTES = frozenset({"migrate", "prep_db", "dbshell", "flush", "backup", "restore"})


def main(argv: Sequence[str]) -> None:
    """Runs a management command. What people can mend is said in one sentence, with exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "instainstru.settings")
    try:
        announce(settings.DATABASE, stream=sys.stderr, environ=os.environ)
        if needs_servers(argv):
            _with_servers(argv)
        else:
            execute_from_command_line(list(argv))
    except (DatabaseRefused, ImproperlyConfigured, ServerProblem) as problem:
        sys.exit(str(problem))
    except OperationalError as failed:
        if not isinstance(failed.__cause__, LockNotAvailable):
            raise
        sys.exit("Somebody held a table for too long. What was begun is undone: run the same command again.")


def needs_servers(argv: Sequence[str]) -> bool:
    """Whether the command talks to the database or the queue; unknown ones are taken to."""
    return len(argv) > 1 and argv[1] not in WITHOUT_SERVERS and WITHOUT_SERVERS.isdisjoint(argv[2:])


def _with_servers(argv: Sequence[str]) -> None:
    state, embedded = settings.STATE, settings.DATABASE.embedded
    wanted = Wanted(postgres=embedded, valkey=is_embedded_redis(state, settings.REDIS_URL))
    with running(state, wanted, command=f"manage.py {argv[1]}"):
        if embedded:
            postgres.create_database(state, settings.DATABASE.name)
        with nullcontext() if argv[1] in WITHOUT_NOTES else noted(command=argv[1]):
            execute_from_command_line(list(argv))
