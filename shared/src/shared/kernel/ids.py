"""Identifiers: sortable by time where new, repeatable where derived."""

import secrets
import time
from collections.abc import Callable
from typing import Protocol
from uuid import UUID, uuid5

NAMESPACE = UUID("5b0f7c1e-5a52-4a0b-9c43-7d6f0e3c2a11")


class IdFactory(Protocol):
    """Makes identifiers that nobody used before."""

    def __call__(self) -> UUID: ...


def uuid7(now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> UUID:
    """A version 7 UUID (RFC 9562 §5.7): 48 bits of milliseconds, 74 bits at random."""
    value = (now_ms() & ((1 << 48) - 1)) << 80
    value |= secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def derived_id(*parts: str) -> UUID:
    """The same parts always give the same identifier; parts are kept apart, so ("ab", "c") ≠ ("a", "bc")."""
    return uuid5(NAMESPACE, "\x1f".join(parts))
