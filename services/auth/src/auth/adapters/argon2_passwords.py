"""argon2id for passwords: an adapter of the port `PasswordHasher`.

Hashes are made and compared off the event loop, in a pool as wide as the cores; a few more wait, and whoever
comes then is told to come back. Passwords are taken in their NFC form, here and nowhere else.
"""

import asyncio
import base64
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import TypeVar

import argon2
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type

from auth.application.sign_in_ports import Busy
from auth.domain.password_policy import LENGTH_MAX, composed

TIME_COST = 2
MEMORY_COST_KIB = 19_456
PARALLELISM = 1
HASH_BYTES = 32
SALT_BYTES = 16

WAITING_PER_WORKER = 40
"""About a second of waiting at 30 ms each: the browser is still there."""

RETRY_AFTER_S = 3

CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Where Linux tells a container how much of the processors it may use: microseconds, of a period."""

T = TypeVar("T")


class Argon2Passwords:
    """Today's parameters are the least: a stored hash that cost less is `outdated`."""

    def __init__(self, *, workers: int | None = None, waiting_per_worker: int = WAITING_PER_WORKER) -> None:
        width = workers or usable_cores()
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="argon2")
        self._inside_max = width * (1 + waiting_per_worker)
        self._inside = 0
        self._argon2 = argon2.PasswordHasher(
            time_cost=TIME_COST,
            memory_cost=MEMORY_COST_KIB,
            parallelism=PARALLELISM,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
            type=Type.ID,
        )
        self._nobodys = _nobodys_hash()

    async def hash(self, password: str) -> str | Busy:
        text = _bytes(password)
        return await self._inside_pool(lambda: self._argon2.hash(text))

    async def verify(self, password_hash: str | None, password: str) -> bool | Busy:
        """A password longer than any that is stored costs the same as another one, and is wrong."""
        text = _bytes(password)
        known = password_hash if password_hash and len(composed(password)) <= LENGTH_MAX else self._nobodys
        return await self._inside_pool(lambda: self._matches(known, text))

    def outdated(self, password_hash: str) -> bool:
        parameters = argon2.extract_parameters(password_hash)
        return (
            parameters.type is not Type.ID
            or parameters.time_cost < TIME_COST
            or parameters.memory_cost < MEMORY_COST_KIB
        )

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password_hash: str, text: bytes) -> bool:
        try:
            return self._argon2.verify(password_hash, text)
        except VerifyMismatchError:
            return False

    async def _inside_pool(self, work: Callable[[], T]) -> T | Busy:
        if self._inside >= self._inside_max:
            return Busy(RETRY_AFTER_S)
        self._inside += 1
        running = asyncio.get_running_loop().run_in_executor(self._pool, work)
        running.add_done_callback(self._left)
        return await asyncio.shield(running)

    def _left(self, _: object) -> None:
        self._inside -= 1


def usable_cores(quota: Path = CPU_QUOTA) -> int:
    """The cores that this process may use: in a container its share, not what the machine has. At least one."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):  # no such file, or `max`: no quota
        allowed_us, period_us = quota.read_text(encoding="ascii").split()
        cores = min(cores, ceil(int(allowed_us) / int(period_us)))
    return max(1, cores)


def _nobodys_hash() -> str:
    """What no password opens, at today's cost: made up, since 256 random bits are the hash of nothing anybody types."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (SALT_BYTES, HASH_BYTES)
    )
    return f"$argon2id$v=19$m={MEMORY_COST_KIB},t={TIME_COST},p={PARALLELISM}${salt}${digest}"


def _bytes(password: str) -> bytes:
    return composed(password).encode("utf-8", "surrogatepass")
