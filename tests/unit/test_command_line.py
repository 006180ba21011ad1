"""Which commands have servers started for them."""

import pytest
from django.db import OperationalError
from psycopg.errors import LockNotAvailable, QueryCanceled

from instainstru import command_line
from instainstru.command_line import needs_servers


@pytest.mark.parametrize("command", ["", "help", "check", "run", "spectacular --file x", "--version", "migrate --help"])
def test_commands_that_talk_to_no_server(command: str) -> None:
    assert not needs_servers(["manage.py", *command.split()])


@pytest.mark.parametrize("command", ["migrate", "prep_db stg", "shell", "makemigrations --check", "not_yet_written"])
def test_every_other_command_finds_them_running(command: str) -> None:
    assert needs_servers(["manage.py", *command.split()])


@pytest.mark.parametrize(
    ("cause", "raised", "said"),
    [(LockNotAvailable(), SystemExit, "run the same command again"), (QueryCanceled(), OperationalError, "cut short")],
)
def test_a_migration_that_waited_for_a_lock_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, cause: Exception, raised: type[BaseException], said: str
) -> None:
    def fail(_: list[str]) -> None:
        raise OperationalError("cut short") from cause

    monkeypatch.setattr(command_line, "execute_from_command_line", fail)
    with pytest.raises(raised, match=said):
        command_line.main(["manage.py", "check"])
