"""The servers of a test run: one PostgreSQL and one Valkey, started once, only if a selected test needs them.

The controller starts them, migrates one template database, and each worker copies it. All of it is thrown away.
"""

import fcntl
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.db.models.signals import post_migrate
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from instainstru.servers import ServerProblem, Wanted, postgres, running

TEMPLATE = "test_template"
started = pytest.StashKey[ExitStack]()


def pytest_report_header() -> str:
    """The line that every command writes, here among pytest's own."""
    return f"database: {settings.DATABASE}"


def pytest_collection_finish(session: pytest.Session) -> None:
    """A run without workers; workers come here too and leave it to their controller."""
    if not hasattr(session.config, "workerinput") and not session.config.option.collectonly:
        _start_if_needed(session.config, (item.nodeid for item in session.items))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: "pytest.Session", ids: list[str]) -> None:
    """A run with workers: called in the controller before any of them gets a test."""
    _start_if_needed(node.config, ids)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what was started and removes the run's folder."""
    if hasattr(config, "workerinput"):
        return
    if stack := config.stash.get(started, None):
        stack.close()
    shutil.rmtree(settings.STATE, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: this worker's database is a copy of the template, made in a moment."""
    postgres.create_database(settings.STATE, settings.DATABASE.name, template=TEMPLATE)
    # A transactional test ends in a flush, which empties also what load_system brought. Django then says post_migrate,
    # one app after the other, as it does for groups and permissions; after the last one everything else is back.
    post_migrate.connect(_load_again, sender=list(apps.get_app_configs())[-1])
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(autouse=True)
def _fresh_caches(request: pytest.FixtureRequest) -> None:
    """No test sees what another left in a cache; each worker has a Redis database of its own to empty."""
    if request.node.get_closest_marker("unit") is None:
        for alias in settings.CACHES:
            caches[alias].clear()


def _start_if_needed(config: pytest.Config, test_ids: Iterable[str]) -> None:
    if started in config.stash or all(test_id.startswith("tests/unit/") for test_id in test_ids):
        return
    _remove_leftovers(settings.STATE.parent)
    stack = config.stash[started] = ExitStack()
    try:
        stack.enter_context(running(settings.STATE, Wanted(disposable=True), command="pytest"))
    except ServerProblem as problem:
        pytest.exit(str(problem), returncode=1)
    with config.stash[blocking_manager_key].unblock():
        _make_template()


def _make_template() -> None:
    """A database like that of a fresh installation: migrated, with what the site needs, without demo data."""
    postgres.create_database(settings.STATE, TEMPLATE)
    connection.settings_dict["NAME"] = TEMPLATE
    try:
        call_command("prep_db", verbosity=0, stdout=io.StringIO())
    finally:
        # Nobody may be connected to a database that is copied.
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASE.name


def _remove_leftovers(folder: Path) -> None:
    """Folders of earlier runs that were killed: nobody holds their lock any more."""
    for lock in folder.glob("test-*/servers.lock"):
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(lock.parent, ignore_errors=True)


def _load_again(**_: object) -> None:
    call_command("load_system", verbosity=0, stdout=io.StringIO())
