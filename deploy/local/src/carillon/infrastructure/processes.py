"""Child processes that never outlive the one that started them.

Each has its own process group and its own log file. On Linux the kernel ends it when its parent dies, even by
SIGKILL; everywhere an orderly end of the parent ends it. The kernel watches the *thread* that started it, so
start processes from a thread that lives as long as they should: the main one.
"""

import atexit
import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

_LAUNCHER = str(Path(__file__).with_name("launch.py"))
_LOOK_EVERY_S = 0.02
_LAST_BYTES = 16_384


class NotReady(Exception):
    """A process did not become ready; the text says which, and holds the last lines of its log."""


@dataclass(slots=True, kw_only=True, weakref_slot=True, eq=False)
class Process:
    """One child process: its command, what it says, whether it lives."""

    name: str
    command: Sequence[str]
    log: Path
    output: Path | None = None
    """Where standard output goes when it is not for the log; begun anew at each start."""
    environment: Mapping[str, str] | None = None
    user: str = ""
    """Run as this user (only root can); empty for the same one."""
    out_of_reach: bool = False
    """The program or its files lie below a directory that `user` may not enter."""
    end_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends when the parent has died."""
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    def start(self) -> None:
        """Start it; returns before it is ready. Raises RuntimeError when it is already running."""
        if self.running:
            raise RuntimeError(f"{self.name} is already running")
        _watch(self)
        with self._open_log() as log, self._open_output(log) as output:
            self._child = subprocess.Popen(
                self._launched(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                env=None if self.environment is None else dict(self.environment),
                start_new_session=True,
            )

    def stop(self, *, within_s: float = 10) -> int | None:
        """Ask it to end, insist after a while; returns its exit code, or none when it never ran."""
        if self._child is None:
            return None
        self.ask_to_end()
        try:
            self._child.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()
        self._signal_group(signal.SIGKILL)  # whatever it left behind
        return self._child.returncode

    def ask_to_end(self) -> None:
        """Send the polite signal and return at once."""
        if self._child is not None and self.running:
            self._child.send_signal(self.end_signal)

    def kill(self) -> None:
        """End it without a word, as a crash would."""
        self._signal_group(signal.SIGKILL)
        if self._child is not None:
            self._child.wait()

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Its process id, and its group's. Raises RuntimeError before the first start."""
        if self._child is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; none while it runs."""
        return None if self._child is None else self._child.poll()

    def said(self) -> str:
        """What it wrote since it was last started (the end of it, when long)."""
        try:
            with self.log.open("rb") as log:
                size_bytes = log.seek(0, os.SEEK_END)
                log.seek(max(self._log_start, size_bytes - _LAST_BYTES))
                return log.read().decode(errors="replace")
        except OSError:
            return ""

    def last_lines(self, count: int = 8) -> list[str]:
        """The last lines of its log."""
        return self.said().splitlines()[-count:]

    def wait_until(self, ready: Callable[[], bool], *, within_s: float) -> None:
        """Return when `ready` holds. Raises NotReady when the process ends or the time is over."""
        deadline = time.monotonic() + within_s
        while not ready():
            if not self.running and not ready():  # it may have done its work and ended in between
                raise NotReady(self.complaint(f"ended with code {self.exit_code}"))
            if time.monotonic() > deadline:
                raise NotReady(self.complaint(f"was not ready after {within_s:g} s"))
            time.sleep(_LOOK_EVERY_S)

    def complaint(self, what: str) -> str:
        """`<name> <what>`, the last lines it wrote, and where to read the rest."""
        return "\n".join(
            [f"{self.name} {what}:", *(f"  {line}" for line in self.last_lines()), f"  ({self.log})"]
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launched(self) -> list[str]:
        how = [str(os.getpid()), str(int(self.death_signal)), self.user, "reach" if self.out_of_reach else ""]
        return [sys.executable, "-I", "-S", _LAUNCHER, *how, "--", *self.command]

    def _open_log(self) -> BinaryIO:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        log = self.log.open("ab")
        self._log_start = log.tell()
        return log

    def _open_output(self, log: BinaryIO) -> AbstractContextManager[BinaryIO]:
        return nullcontext(log) if self.output is None else self.output.open("wb")

    def _signal_group(self, number: signal.Signals) -> None:
        if self._child is None:
            return
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            return


_started: "weakref.WeakSet[Process]" = weakref.WeakSet()


def _watch(process: Process) -> None:
    if not _started:
        atexit.register(_end_all)
    _started.add(process)


def _end_all() -> None:
    alive = [process for process in _started if process.running]
    for process in alive:
        process.ask_to_end()
    for process in alive:
        process.stop(within_s=5)
