"""Time as an argument: aware UTC inside, Europe/Paris only at the edges."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_OFFSET = re.compile(r"\s*([+-])(\d+(?:\.\d+)?)([smhd])\s*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Clock(Protocol):
    """Says what time it is; never asked for durations (those are monotonic)."""

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def parse_offset(text: str) -> timedelta:
    """Read `+301s`, `-2h`, `+1.5d`; an empty text is no offset. Raises ValueError otherwise."""
    if not text.strip():
        return timedelta(0)
    found = _OFFSET.fullmatch(text)
    if not found:
        raise ValueError("an offset looks like +301s, -5m, +2h or -1d")
    sign, amount, unit = found.groups()
    return timedelta(seconds=float(sign + amount) * _SECONDS[unit])


@dataclass(slots=True)
class FileClock:
    """A clock moved by a file that holds an offset such as `+301s`: demonstrations and tests only.

    The file is looked at no more than four times a second; a missing or unreadable one means no offset,
    and a half-written one keeps the offset that held before.
    """

    path: Path
    monotonic: Callable[[], float] = time.monotonic
    _offset: timedelta = field(default=timedelta(0), init=False)
    _looked_at: float = field(default=float("-inf"), init=False)

    def now(self) -> datetime:
        instant = self.monotonic()
        if instant - self._looked_at >= 0.25:
            self._looked_at = instant
            self._offset = self._read()
        return datetime.now(UTC) + self._offset

    def _read(self) -> timedelta:
        try:
            return parse_offset(self.path.read_text(encoding="utf-8"))
        except OSError:
            return timedelta(0)
        except ValueError:
            return self._offset


def in_paris(instant: datetime) -> datetime:
    """The same instant as a person in metropolitan France reads it."""
    return instant.astimezone(PARIS)
