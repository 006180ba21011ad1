"""Tests reach nothing outside this machine; unit tests reach nothing at all."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest


class NetworkBlocked(Exception):
    """A test tried to leave. Not an OSError: code under test would take that for a network that is down."""


def may_reach(family: int, address: Any) -> bool:
    """Whether a socket stays on this machine: a Unix socket or a loopback address."""
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return True
    host = address[0]
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _network_blocked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    is_unit = request.node.get_closest_marker("unit") is not None

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def guard(self: socket.socket, address: Any) -> Any:
            if is_unit or not may_reach(self.family, address):
                self.close()  # its owner closes it on an OSError only
                raise NetworkBlocked(f"A test may not connect to {address!r}.")
            return connect(self, address)

        return guard

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
