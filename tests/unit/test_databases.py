"""Which database a command gets, and what it is told."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from instainstru.databases import (
    LEADS_ELSEWHERE,
    Database,
    DatabaseRefused,
    Tier,
    announce,
    as_setting,
    asking_on,
    cache_prefix,
    decide,
    ignore_libpqs_variables,
    is_web,
    replica,
    timeouts,
)

STATE = Path("/home/ana/site/.state")
SOCKETS = "/home/ana/site/.state/sockets"
PROD = "postgres://site:s3cret@db.example.com:5432/instainstru"
SAID_PROD = "PROD instainstru at db.example.com:5432"
OWN = "postgres://me:s3cret@localhost:5433/mine"
OTHER = "postgresql://me@localhost/other"


def decided(command: str, **environ: str) -> Database:
    """The database for a command line, in an environment of these variables only."""
    return decide(argv=command.split(), environ=environ, state=STATE)


def refusal(command: str, **environ: str) -> str:
    """The sentence with which a command is refused a database."""
    with pytest.raises(DatabaseRefused) as refused:
        decided(command, **environ)
    return str(refused.value)


# Tiers


@pytest.mark.parametrize(
    ("command", "environ", "said"),
    [
        ("manage.py migrate", {}, "INT instainstru_int (embedded)"),
        ("manage.py migrate", {"DATABASE_URL": OWN}, "INT instainstru_int (embedded)"),
        ("manage.py migrate", {"INT_DATABASE_URL": OWN}, "INT mine at localhost:5433"),
        ("manage.py migrate", {"USE_STG_DATABASE": "true"}, "STG instainstru_stg (embedded)"),
        ("manage.py migrate", {"USE_STG_DATABASE": "false"}, "INT instainstru_int (embedded)"),
        ("manage.py migrate", {"USE_STG_DATABASE": "true", "DATABASE_URL": OTHER}, "STG other at localhost"),
        ("manage.py run", {}, "STG instainstru_stg (embedded)"),
        ("/repo/manage.py run", {"DATABASE_URL": OTHER}, "STG other at localhost"),
        ("manage.py prep_db", {}, "INT instainstru_int (embedded)"),
        ("manage.py prep_db int", {}, "INT instainstru_int (embedded)"),
        ("manage.py prep_db --verbosity 2 stg", {}, "STG instainstru_stg (embedded)"),
        ("manage.py migrate stg", {}, "INT instainstru_int (embedded)"),  # only prep_db takes a tier
        ("manage.py check", {"USE_PROD_DATABASE": "TRUE", "PROD_DATABASE_URL": PROD}, SAID_PROD),
        ("manage.py check", {"SITE_MODE": "prod", "DATABASE_URL": PROD}, SAID_PROD),
        ("manage.py check", {"SITE_MODE": "prod", "DATABASE_URL": OWN, "PROD_DATABASE_URL": PROD}, SAID_PROD),
        ("manage.py check", {"SITE_MODE": "dev"}, "INT instainstru_int (embedded)"),
        ("", {}, "INT instainstru_int (embedded)"),
    ],
)  # fmt: skip
def test_each_command_has_its_tier(command: str, environ: Mapping[str, str], said: str) -> None:
    assert str(decided(command, **environ)) == said


@pytest.mark.parametrize("worker", ["", "gw1"])
def test_under_pytest_nothing_else_counts(worker: str) -> None:
    flags = {"SITE_MODE": "prod", "USE_STG_DATABASE": "nonsense", "PROD_DATABASE_URL": PROD, "DATABASE_URL": "nonsense"}
    environ = {"PYTEST_VERSION": "9"} | ({"PYTEST_XDIST_WORKER": worker} if worker else {})
    database = decided("manage.py migrate", **flags, **environ)
    assert (database.tier, database.name, database.embedded) == (Tier.TEST, f"test_{worker or 'main'}", True)


# Contradictions and mistakes


@pytest.mark.parametrize(
    ("command", "environ", "tiers"),
    [
        ("manage.py check", {"USE_STG_DATABASE": "true", "USE_PROD_DATABASE": "true"}, "PROD and STG"),
        ("manage.py check", {"USE_STG_DATABASE": "true", "SITE_MODE": "prod"}, "PROD and STG"),
        ("manage.py run", {"SITE_MODE": "prod"}, "PROD and STG"),
        ("manage.py prep_db int", {"USE_STG_DATABASE": "true"}, "INT and STG"),
        ("manage.py prep_db stg", {"USE_PROD_DATABASE": "true"}, "PROD and STG"),
    ],
)
def test_two_tiers_at_once_are_refused(command: str, environ: Mapping[str, str], tiers: str) -> None:
    assert refusal(command, PROD_DATABASE_URL=PROD, **environ).startswith(
        f"The command and its environment ask for {tiers}"
    )


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"USE_PROD_DATABASE": "true", "DATABASE_URL": OWN}, "PROD_DATABASE_URL"),
        ({"SITE_MODE": "prod"}, "PROD_DATABASE_URL or DATABASE_URL"),
    ],
)
def test_prod_has_no_default(environ: Mapping[str, str], names: str) -> None:
    assert refusal("manage.py check", **environ) == f"PROD is asked for, but {names} gives no address."


@pytest.mark.parametrize(
    "address",
    ["mysql://me@localhost/mine", "postgres://localhost", "postgres://localhost:port/mine", "postgres://[/x", "mine"],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    said = refusal("manage.py migrate", INT_DATABASE_URL=address)
    assert said == "INT_DATABASE_URL is not of the form postgres://user:password@host:port/name."


def test_words_that_mean_nothing_are_refused() -> None:
    assert (
        refusal("manage.py check", SITE_MODE="production")
        == "SITE_MODE is prod, dev or not set, but here it is 'production'."
    )
    assert "USE_PROD_DATABASE is true, false" in refusal("manage.py check", USE_PROD_DATABASE="yes")


# PROD is not written to


@pytest.mark.parametrize(
    "command",
    [
        "manage.py",
        "manage.py help",
        "manage.py check --deploy",
        "manage.py showmigrations",
        "manage.py makemigrations --check",
        "manage.py migrate --plan",
        "manage.py outbox --list",
        "manage.py prep_db prod --dry-run",
        "manage.py collectstatic --noinput",
        "/usr/bin/django-admin check",
        "/usr/bin/gunicorn -c conf",
        "/venv/lib/gunicorn/__main__.py",
        "/usr/bin/celery -A instainstru worker",
        "/usr/bin/celery -A instainstru flower",
        "/usr/bin/celery -A instainstru inspect ping",
        "/venv/lib/celery/__main__.py -A instainstru beat",
    ],
)
def test_what_serves_or_only_reads_may_use_prod(command: str) -> None:
    assert decided(command, SITE_MODE="prod", DATABASE_URL=PROD).tier is Tier.PROD


MAY_WRITE = [
    "",
    "manage.py migrate",
    "manage.py makemigrations",
    "manage.py shell",
    "manage.py dbshell",
    "manage.py outbox --all-dead",
    "manage.py prep_db prod",
    "manage.py prep_db prod --yes",
    "manage.py a_command_not_yet_written",
    "-c",
    "/usr/bin/django-admin migrate",
    "/venv/lib/django/__main__.py migrate",
    "/usr/bin/celery -A instainstru shell",
    "somewhere/worker.py",
]


@pytest.mark.parametrize("command", MAY_WRITE)
def test_whatever_may_write_is_refused_prod_until_somebody_says_its_name(command: str) -> None:
    prod = {"SITE_MODE": "prod", "DATABASE_URL": PROD}
    said = refusal(command, **prod)
    assert said == f"This command may write, and the database is {SAID_PROD}: confirm it with CONFIRM_PROD_DATABASE."
    assert decided(command, **prod, CONFIRM_PROD_DATABASE="instainstru").tier is Tier.PROD
    for wrong in ("", "true", "Instainstru", "instainstru ", "instainstru_int", "db.example.com"):
        said = refusal(command, **prod, CONFIRM_PROD_DATABASE=wrong)
        assert said == f"This command may write to {SAID_PROD}, and {wrong!r} is not its name: refused."


@pytest.mark.parametrize("command", MAY_WRITE)
def test_at_a_terminal_the_name_is_typed(command: str) -> None:
    def typed(text: str | None) -> Database:
        environ = {"SITE_MODE": "prod", "DATABASE_URL": PROD}
        return decide(argv=command.split(), environ=environ, state=STATE, ask=lambda _: text)

    assert typed("instainstru").tier is Tier.PROD
    for wrong in ("", "y", "instainstru_stg", None):
        with pytest.raises(DatabaseRefused):
            typed(wrong)


def test_nobody_is_asked_about_what_is_not_prod() -> None:
    def ask(_: Database) -> str:
        raise AssertionError("nobody should be asked")

    for command in ("manage.py migrate", "manage.py prep_db stg", "manage.py flush"):
        assert decide(argv=command.split(), environ={}, state=STATE, ask=ask).tier is not Tier.PROD


def test_who_is_not_at_a_terminal_is_not_asked() -> None:
    prod, said = decided("manage.py check", SITE_MODE="prod", DATABASE_URL=PROD), Terminal()
    assert asking_on(io.StringIO("instainstru\n"), said)(prod) is None
    assert asking_on(Terminal("instainstru\n"), io.StringIO())(prod) is None
    assert said.getvalue() == ""
    assert asking_on(Terminal("instainstru\n"), said)(prod) == "instainstru"
    assert said.getvalue() == f"This command may write to {SAID_PROD}. Type the database's name to go on: "


@pytest.mark.parametrize(
    "command",
    [
        "manage.py flush",
        "manage.py flush --no-input",
        "manage.py sqlflush",
        "manage.py reset_db",
        "manage.py reset",
        "manage.py seed_demo",
        "manage.py seed_anything_else",
        "manage.py prep_db prod --seed-demo",
        "manage.py migrate bookings zero",
        "manage.py run",
        "manage.py runserver",
        "/usr/bin/django-admin flush",
        "/venv/lib/django/__main__.py flush",
    ],
)
def test_what_destroys_or_invents_is_never_run_on_prod(command: str) -> None:
    environ = {"DATABASE_URL": PROD} if command.endswith(" run") else {"USE_PROD_DATABASE": "true"}
    with pytest.raises(DatabaseRefused, match=f"is never run on {SAID_PROD}"):
        decide(
            argv=command.split(),
            environ={"PROD_DATABASE_URL": PROD, "CONFIRM_PROD_DATABASE": "instainstru", **environ},
            state=STATE,
            ask=lambda _: "instainstru",
        )


@pytest.mark.parametrize("program", ["gunicorn", "celery -A instainstru worker"])
def test_a_developers_web_server_is_refused_prod(program: str) -> None:
    said = refusal(
        f"/usr/bin/{program}", USE_PROD_DATABASE="true", PROD_DATABASE_URL=PROD, CONFIRM_PROD_DATABASE="instainstru"
    )
    assert said == f"Only SITE_MODE=prod serves {SAID_PROD}: refused."


@pytest.mark.parametrize(
    "name", ["instainstru_int", "INSTAINSTRU-STG", "stg", "test_main", "site.staging", "demo", "template1", "dev_site"]
)
@pytest.mark.parametrize("command", ["/usr/bin/gunicorn", "/usr/bin/celery worker", "manage.py migrate"])
def test_production_refuses_a_database_whose_name_says_that_it_is_none(name: str, command: str) -> None:
    address = f"postgres://db.example.com/{name}"
    said = refusal(command, SITE_MODE="prod", DATABASE_URL=address, CONFIRM_PROD_DATABASE=name)
    assert said == f"PROD is asked for, but the name {name} says that it is not: refused."


@pytest.mark.parametrize("name", ["instainstru", "print", "contest", "development", "integral", "latest_site"])
def test_words_inside_words_say_nothing(name: str) -> None:
    assert decided("/usr/bin/gunicorn", SITE_MODE="prod", DATABASE_URL=f"postgres://db/{name}").name == name


def test_production_refuses_the_embedded_servers() -> None:
    said = refusal("/usr/bin/gunicorn", SITE_MODE="prod", DATABASE_URL=f"postgres://postgres@/site?host={SOCKETS}")
    assert said == "PROD is asked for, but its address is that of the embedded servers: refused."


@pytest.mark.parametrize("command", ["test", "testserver"])
@pytest.mark.parametrize("environ", [{}, {"USE_STG_DATABASE": "true"}, {"SITE_MODE": "prod", "DATABASE_URL": PROD}])
def test_djangos_own_test_command_has_no_database(command: str, environ: Mapping[str, str]) -> None:
    said = "Tests run with pytest, which has a database of its own: make test."
    assert refusal(f"manage.py {command}", **environ) == said


@pytest.mark.parametrize(
    "address",
    [
        PROD,
        "postgresql://else@db.example.com/instainstru",
        "postgres://else@DB.example.com.:6543/instainstru",
        "postgres:///instainstru?host=db.example.com",
        "postgres:///instainstru?host=standby.example.com,db.example.com",
    ],
)
@pytest.mark.parametrize(
    ("command", "name", "flags"),
    [
        ("manage.py migrate", "INT_DATABASE_URL", {}),
        ("manage.py migrate", "DATABASE_URL", {"USE_STG_DATABASE": "true"}),
        ("manage.py run", "DATABASE_URL", {}),
    ],
)
def test_prods_address_is_prod_whatever_the_flags_say(
    address: str, command: str, name: str, flags: Mapping[str, str]
) -> None:
    said = refusal(command, PROD_DATABASE_URL=PROD, **{name: address}, **flags)
    assert "PROD instainstru" in said


@pytest.mark.parametrize("address", [PROD.replace("/instainstru", "/other"), PROD.replace("db.", "staging.")])
def test_another_name_or_host_is_not_prod(address: str) -> None:
    assert decided("manage.py migrate", PROD_DATABASE_URL=PROD, INT_DATABASE_URL=address).tier is Tier.INT


def test_this_machine_has_more_than_one_name() -> None:
    prod, same = "postgres://localhost/instainstru", "postgres://127.0.0.1/instainstru"
    assert "PROD" in refusal("manage.py migrate", PROD_DATABASE_URL=prod, INT_DATABASE_URL=same)
    by_socket = "postgres:///instainstru?host=/var/run/postgresql"
    assert "PROD" in refusal("manage.py migrate", PROD_DATABASE_URL=prod, INT_DATABASE_URL=by_socket)


@pytest.mark.parametrize("word", ["dbname=instainstru", "hostaddr=10.0.0.1", "service=prod"])
def test_an_address_leads_where_it_says(word: str) -> None:
    said = refusal("manage.py migrate", INT_DATABASE_URL=f"postgres://localhost/mine?{word}")
    assert said == f"INT_DATABASE_URL may not lead elsewhere by {word.partition('=')[0]}."


def test_what_libpq_reads_by_itself_is_taken_away() -> None:
    environ = dict.fromkeys((*LEADS_ELSEWHERE, "PGPASSWORD", "PGSSLMODE", "PATH"), "x")
    ignore_libpqs_variables(environ)
    assert set(environ) == {"PGPASSWORD", "PGSSLMODE", "PATH"}


# What people see


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.mark.parametrize(
    ("command", "environ", "colour"),
    [
        ("manage.py check", {}, 32),
        ("manage.py run", {}, 33),
        ("manage.py check", {"SITE_MODE": "prod", "DATABASE_URL": PROD}, 31),
    ],
)
def test_on_a_terminal_the_line_is_coloured(command: str, environ: Mapping[str, str], colour: int) -> None:
    database, terminal = decided(command, **environ), Terminal()
    announce(database, stream=terminal, environ={})
    assert terminal.getvalue() == f"\033[{colour}mdatabase: {database}\033[0m\n"


@pytest.mark.parametrize(("stream", "environ"), [(io.StringIO(), {}), (Terminal(), {"NO_COLOR": "1"})])
def test_elsewhere_the_line_is_plain(stream: io.StringIO, environ: Mapping[str, str]) -> None:
    announce(decided("manage.py run"), stream=stream, environ=environ)
    assert stream.getvalue() == "database: STG instainstru_stg (embedded)\n"


def test_nothing_shows_the_password() -> None:
    database = decided("manage.py migrate", INT_DATABASE_URL=OWN)
    assert "s3cret" not in f"{database} {database!r}"


# Django's setting


def test_an_embedded_database_is_reached_by_its_socket() -> None:
    setting = as_setting(decided("manage.py run"), pooled=False)
    assert {name: setting[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "instainstru_stg",
        "USER": "postgres",
        "PASSWORD": "",
        "HOST": SOCKETS,
        "PORT": "5432",
        "OPTIONS": {},
    }


def test_an_address_keeps_its_password_and_options() -> None:
    address = "postgres://me%40work:a%2Fb@db.example.com/mine?sslmode=require"
    setting = as_setting(decided("manage.py migrate", INT_DATABASE_URL=address), pooled=False)
    assert (setting["USER"], setting["PASSWORD"], setting["HOST"], setting["PORT"]) == (
        "me@work",
        "a/b",
        "db.example.com",
        "",
    )
    assert setting["OPTIONS"] == {"sslmode": "require"}


def test_only_processes_that_serve_pages_have_a_pool() -> None:
    setting = as_setting(decided("manage.py run"), pooled=True, server_settings={"lock_timeout": "2s", "jit": "off"})
    assert setting["OPTIONS"] == {
        "options": "-c lock_timeout=2s -c jit=off",
        "pool": {"min_size": 1, "max_size": 8, "timeout": 5},
    }
    assert setting["CONN_MAX_AGE"] == 0  # Django refuses it beside a pool
    assert is_web({"INSTAINSTRU_PROCESS": "web"})
    assert not is_web({"INSTAINSTRU_PROCESS": "worker"})
    assert not is_web({})


def test_an_addresss_own_options_are_kept_beside_ours() -> None:
    address = "postgres://me@localhost/mine?options=-c%20lock_timeout%3D1s"
    setting = as_setting(
        decided("manage.py migrate", INT_DATABASE_URL=address), pooled=False, server_settings={"jit": "off"}
    )
    assert setting["OPTIONS"] == {"options": "-c jit=off -c lock_timeout=1s"}


@pytest.mark.parametrize(
    ("command", "environ", "told"),
    [
        ("gunicorn", {"INSTAINSTRU_PROCESS": "web"}, {"statement_timeout", "lock_timeout"}),
        ("manage.py migrate", {"USE_STG_DATABASE": "true"}, {"lock_timeout"}),
        ("manage.py prep_db stg", {}, {"lock_timeout"}),
        ("manage.py run", {}, {"lock_timeout"}),
        ("manage.py migrate", {}, set()),
        ("manage.py shell", {"USE_STG_DATABASE": "true"}, set()),
        ("celery -A instainstru worker", {}, set()),
    ],
)
def test_pages_and_migrations_do_not_wait_for_ever(command: str, environ: Mapping[str, str], told: set[str]) -> None:
    given = timeouts(decided(command, **environ), argv=command.split(), environ=environ)
    assert set(given) - {"idle_in_transaction_session_timeout"} == told


def test_databases_share_no_cache_key() -> None:
    assert cache_prefix(decided("manage.py run")) != cache_prefix(decided("manage.py migrate"))


# Replica


def test_only_pages_read_from_a_replica_and_tests_never_do():
    web = {"INSTAINSTRU_PROCESS": "web", "REPLICA_DATABASE_URL": OTHER}
    ours = decided("manage.py run", DATABASE_URL=OWN)
    found = replica(ours, web)
    assert found is not None
    assert (found.name, found.tier) == ("other", Tier.STG)
    assert replica(ours, {"REPLICA_DATABASE_URL": OTHER}) is None
    assert replica(ours, {"INSTAINSTRU_PROCESS": "web"}) is None
    assert replica(decided("pytest", PYTEST_VERSION="9"), web) is None
    with pytest.raises(DatabaseRefused, match="REPLICA_DATABASE_URL is not of the form"):
        replica(ours, web | {"REPLICA_DATABASE_URL": "nonsense"})
