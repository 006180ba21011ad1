"""The database as a file, and back, by the commands that an operator types."""

import subprocess
import sys
from pathlib import Path

import pytest

from instainstru.servers import ServerProblem, Wanted, backup, running
from instainstru.servers.folder import REPOSITORY
from tests.integration.test_supervisor import clean_environ

CITY = ["seed_demo", "--instructors", "1"]


def manage(state: Path, *command: str, tier: str = "int") -> subprocess.CompletedProcess[str]:
    """A command, as from a terminal, on embedded servers of this test's own."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=REPOSITORY,
        env={**clean_environ(), "STATE_FOLDER": str(state), "USE_STG_DATABASE": str(tier == "stg").lower()},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """Ana's city on INT, and its backup; the servers stay up, so that each command need not start them."""
    state: Path = tmp_path_factory.mktemp("backup")
    with running(state, Wanted(postgres=True, valkey=True), command="a test"):
        for command in (["migrate", "-v0"], ["load_system"], CITY, ["backup", str(state / "city.dump")]):
            done = manage(state, *command)
            assert done.returncode == 0, done.stderr
        assert "bytes of instainstru_int" in done.stdout
        yield state


def compared(state: Path, *, tier: str = "int") -> str:
    """What a command that reads the whole calendar finds."""
    return manage(state, "check_calendar", tier=tier).stdout


def test_a_backup_becomes_another_database_with_all_its_rules(state):
    assert manage(state, "restore", str(state / "city.dump"), tier="stg").returncode == 0
    assert compared(state, tier="stg") == compared(state) == "1 instructors compared, 0 differ\n"
    assert manage(state, "migrate", "--check", tier="stg").returncode == 0
    assert manage(state, *CITY, tier="stg").stdout.endswith("0 lessons, 0 reviews added\n")  # everybody is there


def test_what_is_there_goes_only_if_that_is_said(state):
    refused = manage(state, "restore", str(state / "city.dump"))
    assert refused.returncode == 1
    assert "not empty: say --replace" in refused.stderr
    assert manage(state, "restore", "--replace", str(state / "city.dump")).returncode == 0
    assert compared(state).startswith("1 instructors")


def test_a_file_that_breaks_off_changes_nothing(state):
    whole = (state / "city.dump").read_bytes()
    (state / "half.dump").write_bytes(whole[: len(whole) // 2])
    for file in ("half.dump", "nowhere.dump"):
        assert manage(state, "restore", "--replace", str(state / file)).returncode == 1
        assert compared(state).startswith("1 instructors")


def test_a_backup_that_fails_leaves_the_last_one(state, tmp_path):
    kept = tmp_path / "last.dump"
    kept.write_text("the last one")
    with pytest.raises(ServerProblem, match="pg_dump says"):
        backup.dump({"HOST": str(tmp_path), "NAME": "nothing"}, kept)
    assert [path.name for path in tmp_path.iterdir()] == ["last.dump"]
    assert kept.read_text() == "the last one"


def test_without_the_tools_it_is_said_what_to_install(monkeypatch, tmp_path):
    def no_wheel(_name: str) -> Path:
        raise ServerProblem("no wheel")

    monkeypatch.setattr("instainstru.servers.backup.binary", no_wheel)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerProblem, match="install PostgreSQL's client programs"):
        backup.dump({"NAME": "nothing"}, tmp_path / "file")
