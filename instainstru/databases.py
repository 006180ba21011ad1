"""Which database this process talks to: one function decides, and one line says so.

TEST  under pytest, always, whatever else is asked for: a throw-away cluster, one database for each test worker
INT   commands typed without a flag: a developer's own data, to break and make again
STG   `make run`, or USE_STG_DATABASE=true: what the running site shows
PROD  SITE_MODE=prod or USE_PROD_DATABASE=true: real people

Without addresses INT and STG are two databases of the embedded cluster. PROD has no default, and asks for its name to
be typed before a command that may write; docs/database-safety.md has the table.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, TextIO
from urllib.parse import parse_qsl, unquote, urlsplit

from instainstru.servers.folder import postgres_url, socket_folder


class Tier(Enum):
    """How much it would hurt to lose the data."""

    TEST = "test"
    INT = "int"
    STG = "stg"
    PROD = "prod"


COLOURS = {Tier.TEST: 36, Tier.INT: 32, Tier.STG: 33, Tier.PROD: 31}  # terminal codes: cyan, green, yellow, red

# Commands that write nothing to the database. About every other one PROD asks, including those not yet written.
READ_ONLY_COMMANDS = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "inspectdb",
        "makemessages",
        "print_policies",
        "showmigrations",
        "spectacular",
        "sqlmigrate",
        "version",
        "--help",
        "-h",
        "--version",
    }
)
# The same by a flag.
READ_ONLY_WITH = {
    "makemigrations": frozenset({"--check", "--dry-run"}),
    "migrate": frozenset({"--check", "--plan"}),
    "outbox": frozenset({"--list"}),
    "prep_db": frozenset({"--dry-run"}),
}
# Commands that PROD never sees, whatever is typed: they destroy, invent people, or are a developer's server.
NEVER_UNDER_PROD = re.compile(r"(flush|sqlflush|reset\w*|seed_\w*|run|runserver|runserver_plus)")
NEVER_WITH = {"migrate": frozenset({"zero"}), "prep_db": frozenset({"--seed-demo"})}
TESTS = frozenset({"test", "testserver"})  # Django's own; they would make a database beside the real one
MIGRATES = frozenset({"migrate", "prep_db", "run"})
PROGRAMS_OF_DJANGO = frozenset({"manage.py", "django-admin", "django"})
SERVES = frozenset({"worker", "beat", "flower", "inspect", "status"})  # of Celery; the last two ask the others
# A name with one of these words is nobody's production.
NOT_PRODUCTION = re.compile(r"(?<![a-z0-9])(int|stg|stage|staging|dev|demo|test|template\d?)(?![a-z0-9])")
CONFIRM = "CONFIRM_PROD_DATABASE"
# What libpq reads by itself, and would lead elsewhere an address that does not say everything.
LEADS_ELSEWHERE = (
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
    "PGOPTIONS",
    "PGTARGETSESSIONATTRS",
)
NOT_IN_AN_ADDRESS = frozenset(
    {"dbname", "hostaddr", "service"}
)  # they would lead past the name and host that one reads

# A page waits no longer than this: for a statement, for a lock, for the rest of a transaction.
WEB_TIMEOUTS = {"statement_timeout": "10s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s"}
# A migration that waits for a lock keeps everybody waiting who comes after it: it gives up and is run again.
MIGRATION_TIMEOUTS = {"lock_timeout": "5s"}

Ask = Callable[["Database"], str | None]


class DatabaseRefused(Exception):
    """No database for this command. Its text is one sentence for whoever typed it."""


@dataclass(frozen=True)
class Database:
    """The database of this process. The address may hold a password, so it is not part of the repr."""

    tier: Tier
    address: str = field(repr=False)
    embedded: bool

    @property
    def name(self) -> str:
        """The database's name inside its cluster."""
        return _parse(self.address, source="the address").name

    def __str__(self) -> str:
        """Says what it is, without the password."""
        if self.embedded:
            return f"{self.tier.name} {self.name} (embedded)"
        parts = _parse(self.address, source="the address")
        return f"{self.tier.name} {parts.name} at {parts.host}" + (f":{parts.port}" if parts.port else "")


def decide(*, argv: Sequence[str], environ: Mapping[str, str], state: Path, ask: Ask | None = None) -> Database:
    """The database for a process started as argv (like sys.argv) in environ, with its state folder.

    Under PROD a command that may write goes on when its database's name was typed: `ask` asks for it, and answers
    None where nobody can be asked. Then CONFIRM_PROD_DATABASE says it. What serves the site needs neither.

    Raises DatabaseRefused for contradicting flags, for PROD without an address or on a database that is none, and for
    a command that PROD never sees, or that nobody has confirmed.
    """
    if "PYTEST_VERSION" in environ:
        # Subprocesses inherit the variable, so whatever a test starts lands here too.
        return _embedded(Tier.TEST, f"test_{environ.get('PYTEST_XDIST_WORKER', 'main')}", state)
    if _command(argv) in TESTS:
        raise DatabaseRefused("Tests run with pytest, which has a database of its own: make test.")
    database = _at_address(_asked_tier(argv, environ), environ, state)
    if database.tier is Tier.PROD:
        _refuse_what_is_not_production(database, state)
    elif _same_place(database.address, environ.get("PROD_DATABASE_URL", "")):
        database = replace(database, tier=Tier.PROD)
    if database.tier is Tier.PROD and not (_is_serving(argv, environ) or _writes_nothing(argv)):
        _confirm(database, argv, environ, ask)
    return database


def timeouts(database: Database, *, argv: Sequence[str], environ: Mapping[str, str]) -> Mapping[str, str]:
    """What PostgreSQL is told to give up after, in a process of this kind."""
    if is_web(environ):
        return WEB_TIMEOUTS
    if _command(argv) in MIGRATES and database.tier in {Tier.STG, Tier.PROD}:
        return MIGRATION_TIMEOUTS
    return {}


def ignore_libpqs_variables(environ: MutableMapping[str, str]) -> None:
    """Take away the variables by which libpq would connect to somewhere else than the address says."""
    for name in LEADS_ELSEWHERE:
        environ.pop(name, None)


def asking_on(typed: TextIO, said: TextIO) -> Ask:
    """A question to the person at the terminal; where there is none, nobody is asked."""

    def ask(database: Database) -> str | None:
        if not (typed.isatty() and said.isatty()):
            return None
        print(f"This command may write to {database}. Type the database's name to go on: ", end="", file=said)
        said.flush()
        return typed.readline().strip()

    return ask


def announce(database: Database, *, stream: TextIO, environ: Mapping[str, str]) -> None:
    """Writes the line that says which database this is, coloured on a terminal."""
    line = f"database: {database}"
    if stream.isatty() and not environ.get("NO_COLOR"):
        line = f"\033[{COLOURS[database.tier]}m{line}\033[0m"
    print(line, file=stream, flush=True)


def as_setting(database: Database, *, pooled: bool, server_settings: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The database as an entry of Django's DATABASES.

    pooled is for processes that serve pages (see is_web): Celery closes a pool around each task, and commands have one
    connection. server_settings are PostgreSQL's, such as lock_timeout, and hold for every connection.
    """
    parts = _parse(database.address, source="the address")
    options: dict[str, Any] = dict(parts.options)
    if server_settings:
        ours = " ".join(f"-c {name}={value}" for name, value in server_settings.items())
        options["options"] = f"{ours} {options.get('options', '')}".strip()
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.name,
        "USER": parts.user,
        "PASSWORD": parts.password,
        "HOST": parts.host,
        "PORT": parts.port,
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,  # the pool keeps connections; the two exclude each other
        "ATOMIC_REQUESTS": False,  # services say what is atomic
        "DISABLE_SERVER_SIDE_CURSORS": True,  # so that a pooler in transaction mode may stand between
    }


def cache_prefix(database: Database) -> str:
    """What every key of this database's cache and queue starts with: INT, STG and each test worker share one Redis."""
    return f"{database.name}:"


def is_web(environ: Mapping[str, str]) -> bool:
    """Whether this process serves pages; gunicorn's configuration says so."""
    return environ.get("INSTAINSTRU_PROCESS") == "web"


def replica(database: Database, environ: Mapping[str, str]) -> Database | None:
    """The streaming replica that pages may read from: REPLICA_DATABASE_URL, for processes that serve pages.

    Never in tests, whatever the environment says.
    """
    address = environ.get("REPLICA_DATABASE_URL", "")
    if not address or database.tier is Tier.TEST or not is_web(environ):
        return None
    _parse(address, source="REPLICA_DATABASE_URL")
    return Database(database.tier, address, embedded=False)


@dataclass(frozen=True)
class _Parts:
    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


def _asked_tier(argv: Sequence[str], environ: Mapping[str, str]) -> Tier:
    asked = set()
    if _is_production(environ) or _flag("USE_PROD_DATABASE", environ):
        asked.add(Tier.PROD)
    if _flag("USE_STG_DATABASE", environ) or _command(argv) == "run":
        asked.add(Tier.STG)
    if _command(argv) == "prep_db":
        asked.update(tier for tier in (Tier.INT, Tier.STG, Tier.PROD) if tier.value in argv[2:])
    if len(asked) > 1:
        names = " and ".join(sorted(tier.name for tier in asked))
        raise DatabaseRefused(f"The command and its environment ask for {names} at once: say which one is meant.")
    return asked.pop() if asked else Tier.INT


def _at_address(tier: Tier, environ: Mapping[str, str], state: Path) -> Database:
    if tier is Tier.PROD:
        names = ["PROD_DATABASE_URL", "DATABASE_URL"] if _is_production(environ) else ["PROD_DATABASE_URL"]
    else:
        names = ["DATABASE_URL"] if tier is Tier.STG else ["INT_DATABASE_URL"]
    for name in names:
        if address := environ.get(name):
            _parse(address, source=name)
            return Database(tier, address, embedded=False)
    if tier is Tier.PROD:
        raise DatabaseRefused(f"PROD is asked for, but {' or '.join(names)} gives no address.")
    return _embedded(tier, f"instainstru_{tier.value}", state)


def _embedded(tier: Tier, name: str, state: Path) -> Database:
    return Database(tier, postgres_url(state, name), embedded=True)


def _same_place(address: str, prod_address: str) -> bool:
    """Same name, and a host in common. The port and the user are left out: too careful beats too bold."""
    if not prod_address:
        return False
    ours, prods = _parse(address, source="the address"), _parse(prod_address, source="PROD_DATABASE_URL")
    return ours.name == prods.name and not _plain_hosts(ours.host).isdisjoint(_plain_hosts(prods.host))


def _plain_hosts(hosts: str) -> set[str]:
    """The hosts of an address, which may name several; every name of this machine is localhost."""
    plain = {host.lower().rstrip(".") for host in hosts.split(",")}
    return {"localhost" if host in {"", "127.0.0.1", "::1"} or host.startswith("/") else host for host in plain}


def _parse(address: str, *, source: str) -> _Parts:
    """Takes an address apart; its host may also stand in the query, where a socket's folder goes."""
    try:
        url = urlsplit(address)
        options = dict(parse_qsl(url.query))
        parts = _Parts(
            name=unquote(url.path.removeprefix("/")),
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            host=options.pop("host", "") or url.hostname or "",
            port=options.pop("port", "") or str(url.port or ""),
            options=options,
        )
    except ValueError:
        parts = None
    # The address itself is not repeated: it may hold a password.
    if parts is None or url.scheme not in {"postgres", "postgresql"} or not parts.name:
        raise DatabaseRefused(f"{source} is not of the form postgres://user:password@host:port/name.")
    if elsewhere := NOT_IN_AN_ADDRESS.intersection(parts.options):
        raise DatabaseRefused(f"{source} may not lead elsewhere by {' and '.join(sorted(elsewhere))}.")
    return parts


def _is_production(environ: Mapping[str, str]) -> bool:
    mode = environ.get("SITE_MODE", "")
    if mode not in {"", "dev", "prod"}:
        raise DatabaseRefused(f"SITE_MODE is prod, dev or not set, but here it is {mode!r}.")
    return mode == "prod"


def _flag(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(name, "").lower()
    if value not in {"", "true", "false"}:
        raise DatabaseRefused(f"{name} is true, false or not set, but here it is {value!r}.")
    return value == "true"


def _program(argv: Sequence[str]) -> str:
    """The program's name, also where Python was told to run a module."""
    path = PurePath(argv[0]) if argv else PurePath()
    return path.parent.name if path.name == "__main__.py" else path.name


def _command(argv: Sequence[str]) -> str:
    """The management command of `manage.py COMMAND`, help when none is named, or nothing for any other program."""
    if _program(argv) not in PROGRAMS_OF_DJANGO:
        return ""
    return argv[1] if len(argv) > 1 else "help"


def _writes_nothing(argv: Sequence[str]) -> bool:
    command = _command(argv)
    return command in READ_ONLY_COMMANDS or not READ_ONLY_WITH.get(command, frozenset()).isdisjoint(argv[2:])


def _is_serving(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """The site itself in production: gunicorn, or Celery's worker, beat or flower. Not a command somebody typed."""
    if not _is_production(environ):
        return False
    return _program(argv) == "gunicorn" or (_program(argv) == "celery" and not SERVES.isdisjoint(argv[1:]))


def _refuse_what_is_not_production(database: Database, state: Path) -> None:
    if NOT_PRODUCTION.search(database.name.lower()):
        raise DatabaseRefused(f"PROD is asked for, but the name {database.name} says that it is not: refused.")
    if _parse(database.address, source="the address").host == str(socket_folder(state)):
        raise DatabaseRefused("PROD is asked for, but its address is that of the embedded servers: refused.")


def _confirm(database: Database, argv: Sequence[str], environ: Mapping[str, str], ask: Ask | None) -> None:
    """Return when whoever started this has said the database's name."""
    command, programs = _command(argv), {"gunicorn", "celery"}
    if NEVER_UNDER_PROD.fullmatch(command) or not NEVER_WITH.get(command, frozenset()).isdisjoint(argv[2:]):
        raise DatabaseRefused(f"`{' '.join(argv[1:])}` is never run on {database}: refused.")
    if _program(argv) in programs and not _is_production(environ):
        raise DatabaseRefused(f"Only SITE_MODE=prod serves {database}: refused.")
    said = environ.get(CONFIRM)
    if said is None and ask is not None:
        said = ask(database)
    if said is None:
        raise DatabaseRefused(f"This command may write, and the database is {database}: confirm it with {CONFIRM}.")
    if said != database.name:
        raise DatabaseRefused(f"This command may write to {database}, and {said!r} is not its name: refused.")
