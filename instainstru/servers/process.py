"""A child process that cannot outlive its parent."""

import ctypes
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 60.0  # seconds: a cold, busy machine; on a usual one it is 2
STOP_WITHIN = 10.0
PR_SET_PDEATHSIG = 1  # from linux/prctl.h


class ServerProblem(Exception):
    """Something keeps the servers from running. Its text is one sentence for whoever typed the command."""


@dataclass(frozen=True)
class Child:
    """A running child: its name for people, its process, the file that holds what it printed."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    def stop(self) -> None:
        """Ends it, kindly first. Returns when it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ended(self) -> str | None:
        """None while it runs, then a sentence that says how it ended and where its log is."""
        code = self.process.poll()
        if code is None:
            return None
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        return f"{self.name} {how}; see {self.log}."

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Returns as soon as ready() is true; a child that ends first or takes too long is a ServerProblem."""
        deadline = time.monotonic() + READY_WITHIN
        while not ready():
            if how := self.ended():
                raise ServerProblem(how)
            if time.monotonic() > deadline:
                raise ServerProblem(f"{self.name} did not answer within {READY_WITHIN:.0f} seconds; see {self.log}.")
            time.sleep(0.05)


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    lock: int,
    death_signal: signal.Signals = signal.SIGKILL,
    stop_signal: signal.Signals = signal.SIGTERM,
    before: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Child:
    """Starts a command that gets death_signal in the moment its parent dies, however that dies.

    Call it from the main thread: the kernel counts the death of the thread that started the child.
    It leads a session of its own, so a terminal's Ctrl-C reaches only the parent, which then stops its children in
    order. It keeps lock open, so that the lock is free only when the child is gone too. What stands in before runs it
    as somebody else (see postgres).
    """
    guard = [program("setpriv"), "--pdeathsig", death_signal.name.removeprefix("SIG"), "--"]
    # Users' rights are changed before the guard is set, because changing them takes it off again.
    line = [*before, *guard, *map(str, command)]
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock],
            env=environ,
            cwd=folder,
        )
    return Child(name, process, log, stop_signal)


def die_with_parent() -> None:
    """Has the kernel kill this process in the moment its parent dies, for those that a child forks in its turn."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def program(name: str) -> str:
    """The path of a program of the operating system; one that is missing is a ServerProblem."""
    path = shutil.which(name)
    if path is None:
        raise ServerProblem(f"The program {name} is missing; it is in the package util-linux.")
    return path
