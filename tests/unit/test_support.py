"""What every test stands on does what it says."""

import socket
from pathlib import Path

import pytest

from tests.support.markers import TESTS, kind
from tests.support.network import NetworkBlocked, may_reach


@pytest.mark.parametrize(
    ("file", "marker"),
    [
        ("unit/test_money.py", "unit"),
        ("integration/deep/test_booking.py", "integration"),
        ("routes/test_pages.py", "routes"),
        ("browser/test_journey.py", "browser"),
        ("test_api_contracts.py", "routes"),
    ],
)
def test_the_folder_is_the_marker(file: str, marker: str) -> None:
    assert kind(TESTS / file) == marker


@pytest.mark.parametrize("file", ["test_somewhere.py", "other/test_somewhere.py"])
def test_a_test_outside_the_folders_belongs_to_no_run(file: str) -> None:
    with pytest.raises(pytest.UsageError, match="is in none of the folders"):
        kind(TESTS / file)


def test_this_test_is_marked(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("unit")
    assert not request.node.get_closest_marker("django_db")


@pytest.mark.parametrize(
    ("family", "address", "allowed"),
    [
        (socket.AF_UNIX, "/tmp/socket", True),
        (socket.AF_INET, ("127.0.0.1", 80), True),
        (socket.AF_INET, ("localhost", 80), True),
        (socket.AF_INET6, ("::1", 80, 0, 0), True),
        (socket.AF_INET, ("192.0.2.1", 80), False),
        (socket.AF_INET6, ("2001:db8::1", 80, 0, 0), False),
        (socket.AF_INET, ("example.com", 80), False),
    ],
)
def test_tests_stay_on_this_machine(family: int, address: object, allowed: bool) -> None:
    assert may_reach(family, address) is allowed


@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("192.0.2.1", 9)])
def test_unit_tests_reach_nothing(address: tuple[str, int]) -> None:
    with pytest.raises(NetworkBlocked):
        socket.create_connection(address)


def test_unit_tests_reach_no_socket_of_a_server(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(NetworkBlocked):
        client.connect(str(tmp_path / "socket"))
