"""Both servers together: found when they run already, else started for the caller's own life.

Whoever starts them holds a lock in the state folder, and so does every process it starts: when the lock is free,
nothing runs there any more, however the last owner ended.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from instainstru.servers import postgres, valkey
from instainstru.servers.folder import make_private, make_socket_folder
from instainstru.servers.process import Child, ServerProblem

WAIT_FOR_OTHERS = 5.0  # seconds: long enough for what a killed owner started to be gone, or a starting one to be up


@dataclass(frozen=True)
class Wanted:
    """Which servers, and whether what they hold may be lost: disposable ones are faster."""

    postgres: bool = True
    valkey: bool = True
    disposable: bool = False

    def answer(self, state: Path) -> bool:
        """Whether all of them answer."""
        return (not self.postgres or postgres.answers(state)) and (not self.valkey or valkey.answers(state))


@dataclass(frozen=True)
class Owned:
    """Servers that the caller started, and the lock, for more children of the same owner."""

    children: tuple[Child, ...]
    lock: int


@contextmanager
def running(state: Path, wanted: Wanted, *, command: str) -> Iterator[None]:
    """Servers that answer while the block lasts, unless somebody else's, found running, end before."""
    deadline = time.monotonic() + WAIT_FOR_OTHERS
    while (lock := _take_lock(state, command=command)) is None:
        if wanted.answer(state):
            yield
            return
        if time.monotonic() > deadline:
            raise ServerProblem(f"The servers in {state} belong to {_owner(state)} and do not answer: stop that first.")
        time.sleep(0.1)
    with _started(state, wanted, lock=lock):
        yield


@contextmanager
def owned(state: Path, wanted: Wanted, *, command: str) -> Iterator[Owned]:
    """Servers that the caller starts and watches; if somebody else's run, that is a ServerProblem."""
    deadline = time.monotonic() + WAIT_FOR_OTHERS
    while (lock := _take_lock(state, command=command)) is None:
        if time.monotonic() > deadline:
            raise ServerProblem(f"The servers in {state} are already run by {_owner(state)}: stop that first.")
        time.sleep(0.1)
    with _started(state, wanted, lock=lock) as servers:
        yield servers


@contextmanager
def _started(state: Path, wanted: Wanted, *, lock: int) -> Iterator[Owned]:
    with ExitStack() as stack:
        stack.callback(os.close, lock)
        make_socket_folder(state)
        children = []
        for is_wanted, launch in ((wanted.postgres, postgres.launch), (wanted.valkey, valkey.launch)):
            if is_wanted:
                children.append(launch(state, lock=lock, disposable=wanted.disposable))
                stack.callback(children[-1].stop)
        yield Owned(children=tuple(children), lock=lock)


def _lock_file(state: Path) -> Path:
    return state / "servers.lock"


def _owner(state: Path) -> str:
    return _lock_file(state).read_text().strip()


def _take_lock(state: Path, *, command: str) -> int | None:
    """The open, locked file, or None while somebody else, or a child of theirs, holds it."""
    lock = os.open(_lock_file(make_private(state)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    os.truncate(lock, 0)
    os.write(lock, f"{command} (process {os.getpid()})\n".encode())
    return lock
