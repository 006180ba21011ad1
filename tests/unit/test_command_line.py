"""Which commands have servers started for them."""

import pytest

from instainstru.command_line import needs_servers


@pytest.mark.parametrize("command", ["", "help", "check", "run", "spectacular --file x", "--version", "migrate --help"])
def test_commands_that_talk_to_no_server(command: str) -> None:
    assert not needs_servers(["manage.py", *command.split()])


@pytest.mark.parametrize("command", ["migrate", "prep_db stg", "shell", "makemigrations --check", "not_yet_written"])
def test_every_other_command_finds_them_running(command: str) -> None:
    assert needs_servers(["manage.py", *command.split()])
