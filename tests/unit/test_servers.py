"""What is known about the servers without starting them."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from instainstru.databases import as_setting, decide
from instainstru.servers import (
    ServerProblem,
    broker_url,
    embedded_redis_url,
    folder,
    is_embedded_redis,
    redis_url,
    secret_key,
    socket_folder,
    state_folder,
)

STATE = Path("/home/ana/site/.state")


def test_state_is_in_the_repository_unless_said_otherwise() -> None:
    assert state_folder({}) == folder.REPOSITORY / ".state"
    assert state_folder({"STATE_FOLDER": "/var/site"}) == Path("/var/site")


def test_all_processes_of_a_test_run_share_a_folder_of_their_own() -> None:
    environ = {"PYTEST_VERSION": "9", "STATE_FOLDER": "/var/site"}
    first = state_folder(environ)
    assert first.parent == Path("/var/site")
    assert first.name.startswith("test-")
    assert state_folder(environ) == first
    assert state_folder({"PYTEST_VERSION": "9", "STATE_FOLDER": "/var/site"}) != first


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ServerProblem, match=r"^The folder .*/file/state cannot be made: Not a directory\.$"):
        folder.make_private(file / "state")


def test_a_folder_that_is_not_writable_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(ServerProblem, match=r"is not writable\.$"):
        folder.make_private(tmp_path)


# Sockets


def test_sockets_are_beside_the_data_while_their_path_is_short_enough() -> None:
    assert socket_folder(STATE) == STATE / "sockets"
    longest = Path("/" + "a" * (folder.LONGEST_SOCKET_PATH - len("//sockets/.s.PGSQL.5432")))
    assert socket_folder(longest) == longest / "sockets"
    assert socket_folder(longest.with_name(longest.name + "a")).parent == Path(tempfile.gettempdir())


def test_a_comma_in_the_path_would_end_it() -> None:
    assert socket_folder(Path("/home/ana/lessons, mine")).parent == Path(tempfile.gettempdir())


def test_long_paths_have_sockets_of_their_own() -> None:
    long, longer = Path("/" + "a" * 200), Path("/" + "a" * 201)
    assert socket_folder(long) != socket_folder(longer)


def test_nobody_else_may_enter_the_folder_of_the_sockets(tmp_path: Path) -> None:
    sockets = socket_folder(tmp_path)
    sockets.mkdir(parents=True, mode=0o777)
    assert stat.S_IMODE(folder.make_socket_folder(tmp_path).stat().st_mode) == 0o700


def test_a_link_put_where_the_sockets_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    socket_folder(tmp_path).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerProblem, match="belongs to someone else"):
        folder.make_socket_folder(tmp_path)


# Addresses


def test_the_queue_is_not_where_the_cache_is_emptied() -> None:
    cache = embedded_redis_url(STATE, {})
    assert cache == "unix:///home/ana/site/.state/sockets/valkey.sock?db=0"
    assert broker_url(cache) == "redis+socket:///home/ana/site/.state/sockets/valkey.sock?virtual_host=1"


def test_any_folder_can_be_part_of_an_address() -> None:
    odd = Path("/home/ana/50% site + more?")
    address = embedded_redis_url(odd, {})
    assert address == "unix:///home/ana/50%25%20site%20%2B%20more%3F/sockets/valkey.sock?db=0"
    assert is_embedded_redis(odd, address)
    assert broker_url(address).startswith("redis+socket:///home/ana/50%25%20site%20%2B%20more%3F/")
    assert as_setting(decide(argv=[], environ={}, state=odd), pooled=False)["HOST"] == str(odd / "sockets")


def test_test_workers_do_not_share_a_redis_database() -> None:
    environs = [
        {},
        {"PYTEST_VERSION": "9", "PYTEST_XDIST_WORKER": "gw0"},
        {"PYTEST_VERSION": "9", "PYTEST_XDIST_WORKER": "gw1"},
    ]
    urls = [embedded_redis_url(STATE, environ) for environ in environs]
    assert [url[-1] for url in urls] == ["0", "2", "4"]
    assert embedded_redis_url(STATE, {"PYTEST_VERSION": "9"}) == urls[0]


def test_a_redis_of_ones_own_is_used_as_it_is_but_never_by_tests() -> None:
    own = "redis://cache.example.com:6379/3"
    assert redis_url(STATE, {"REDIS_URL": own}) == broker_url(own) == own
    assert is_embedded_redis(STATE, redis_url(STATE, {"REDIS_URL": own, "PYTEST_VERSION": "9"}))
    assert is_embedded_redis(STATE, redis_url(STATE, {}))
    assert not is_embedded_redis(STATE, own)


# The secret key


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    key = secret_key(state)
    assert len(key) >= 50
    assert secret_key(state) == key
    assert stat.S_IMODE((state / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in state.iterdir()] == ["secret_key"]


def test_the_first_key_stays_when_two_processes_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link_after_another(source: str, target: Path) -> None:
        target.write_text("the other's")
        raise FileExistsError

    monkeypatch.setattr(os, "link", link_after_another)
    assert secret_key(tmp_path) == "the other's"
