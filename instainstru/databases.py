"""Which database this process talks to: one function decides, and one line says so.

TEST  under pytest, always, whatever else is asked for: a throw-away cluster, one database for each test worker
INT   commands typed without a flag: a developer's own data, to break and make again
STG   `make run`, or USE_STG_DATABASE=true: what the running site shows
PROD  SITE_MODE=prod or USE_PROD_DATABASE=true: real people

Without addresses INT and STG are two databases of the embedded cluster. PROD has no default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, TextIO
from urllib.parse import parse_qsl, unquote, urlsplit

from instainstru.servers.folder import postgres_url


class Tier(Enum):
    """How much it would hurt to lose the data."""

    TEST = "test"
    INT = "int"
    STG = "stg"
    PROD = "prod"


COLOURS = {Tier.TEST: 36, Tier.INT: 32, Tier.STG: 33, Tier.PROD: 31}  # terminal codes: cyan, green, yellow, red

# Commands that write nothing to the database. Every other one is refused under PROD, including those not yet written.
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
        "showmigrations",
        "spectacular",
        "sqlmigrate",
        "version",
        "--help",
        "-h",
        "--version",
    }
)
MAKES_NO_MIGRATION = frozenset({"--check", "--dry-run"})


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


def decide(*, argv: Sequence[str], environ: Mapping[str, str], state: Path) -> Database:
    """The database for a process started as argv (like sys.argv) in environ, with its state folder.

    Raises DatabaseRefused for contradicting flags, for PROD without an address, and, until PROD asks before it
    writes, for every command under PROD that is not known to write nothing.
    """
    if "PYTEST_VERSION" in environ:
        # Subprocesses inherit the variable, so whatever a test starts lands here too.
        return _embedded(Tier.TEST, f"test_{environ.get('PYTEST_XDIST_WORKER', 'main')}", state)
    database = _at_address(_asked_tier(argv, environ), environ, state)
    if _same_place(database.address, environ.get("PROD_DATABASE_URL", "")):
        database = replace(database, tier=Tier.PROD)
    if database.tier is Tier.PROD and not (_is_serving(argv, environ) or _writes_nothing(argv)):
        raise DatabaseRefused(f"This command may write, and the database is {database}: refused.")
    return database


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
        options["options"] = " ".join(f"-c {name}={value}" for name, value in server_settings.items())
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
    }


def cache_prefix(database: Database) -> str:
    """What every key of this database's cache and queue starts with: INT, STG and each test worker share one Redis."""
    return f"{database.name}:"


def is_web(environ: Mapping[str, str]) -> bool:
    """Whether this process serves pages; gunicorn's configuration says so."""
    return environ.get("INSTAINSTRU_PROCESS") == "web"


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
    """Same host and name. The port and the user are left out: too careful beats too bold."""
    if not prod_address:
        return False
    ours, prods = _parse(address, source="the address"), _parse(prod_address, source="PROD_DATABASE_URL")
    return (_plain_host(ours.host), ours.name) == (_plain_host(prods.host), prods.name)


def _plain_host(host: str) -> str:
    host = host.lower().rstrip(".")
    return "localhost" if host in {"", "127.0.0.1", "::1"} else host


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


def _command(argv: Sequence[str]) -> str:
    """The management command of `manage.py COMMAND`, help when none is named, or nothing for any other program."""
    if not argv or PurePath(argv[0]).name != "manage.py":
        return ""
    return argv[1] if len(argv) > 1 else "help"


def _writes_nothing(argv: Sequence[str]) -> bool:
    command = _command(argv)
    if command == "makemigrations":
        return not MAKES_NO_MIGRATION.isdisjoint(argv[2:])
    return command in READ_ONLY_COMMANDS


def _is_serving(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """The site itself in production: gunicorn, or Celery's worker or beat. Not a command somebody typed."""
    if not argv or not _is_production(environ):
        return False
    path = PurePath(argv[0])
    program = path.parent.name if path.name == "__main__.py" else path.name
    return program == "gunicorn" or (program == "celery" and not {"worker", "beat"}.isdisjoint(argv[1:]))
