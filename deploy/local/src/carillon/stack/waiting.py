"""Waiting for processes without a thread and without a library: the supervisor stays small."""

import asyncio
import time
from collections.abc import Callable

from carillon.infrastructure.ports import LOOPBACK
from carillon.infrastructure.processes import Process
from carillon.stack.options import StackRefused

LOOK_EVERY_S = 0.05
HTTP_TIMEOUT_S = 5.0


async def until_ready(process: Process, ready: Callable[[], bool], *, within_s: float) -> None:
    """Return when `ready` holds. Raises StackRefused when the process ends or the time is over."""
    deadline = time.monotonic() + within_s
    while not ready():
        _still_hopeful(process, deadline, within_s)
        await asyncio.sleep(LOOK_EVERY_S)


async def until_healthy(process: Process, port: int, path: str, *, within_s: float) -> None:
    """Return when the process answers 200 at this path. Raises StackRefused."""
    deadline = time.monotonic() + within_s
    while await http_status(port, path) != 200:
        _still_hopeful(process, deadline, within_s)
        await asyncio.sleep(LOOK_EVERY_S)


async def until_done(process: Process, *, within_s: float) -> None:
    """Start a process that does one thing, and wait for its end. Raises StackRefused when that is not code 0."""
    process.start()
    deadline = time.monotonic() + within_s
    try:
        while process.running:
            if time.monotonic() > deadline:
                raise StackRefused(process.complaint(f"did not end within {within_s:g} s"))
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        process.stop(within_s=1)
    if process.exit_code:
        raise StackRefused(process.complaint(f"ended with code {process.exit_code}"))


async def until_ended(processes: list[Process], *, within_s: float) -> None:
    """Ask all of them to end, wait, and end those that stay."""
    for process in processes:
        process.ask_to_end()
    deadline = time.monotonic() + within_s
    while (
        any(process.running for process in processes) and time.monotonic() < deadline
    ):  # nobody could set an event
        await asyncio.sleep(LOOK_EVERY_S)
    for process in processes:
        process.stop(within_s=0.1)


async def http_status(port: int, path: str) -> int:
    """The status a server of the loopback answers to a GET; 0 when it does not."""
    try:
        async with asyncio.timeout(HTTP_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nhost: {LOOPBACK}\r\nconnection: close\r\n\r\n".encode())
                line = await reader.readline()
            finally:
                writer.close()
        return int(line.split()[1])
    except (OSError, TimeoutError, ValueError, IndexError):
        return 0


def _still_hopeful(process: Process, deadline: float, within_s: float) -> None:
    if not process.running:
        raise StackRefused(process.complaint(f"ended with code {process.exit_code}"))
    if time.monotonic() > deadline:
        raise StackRefused(process.complaint(f"was not ready after {within_s:g} s"))
