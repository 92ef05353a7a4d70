"""Guesses in memory: they work, and pass the same suite as PostgreSQL's."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auth.application.sign_in_ports import Taken, TooManyTries
from auth.domain.sign_in_limits import FORGOTTEN_AFTER, believed_until, delay_after_s, wait_left_s


@dataclass(slots=True)
class _Counted:
    failures: int
    last_failed_at: datetime
    blocked_until: datetime


@dataclass(slots=True)
class GuessesInMemory:
    """The port `Guesses`."""

    counted: dict[tuple[bytes, str], _Counted] = field(default_factory=dict)

    async def take(self, account: bytes, source: str, now: datetime) -> Taken | TooManyTries:
        past = self.counted.get((account, source))
        if past and now < past.blocked_until <= believed_until(now):
            return TooManyTries(wait_left_s(past.blocked_until, now))
        before = past.failures if past and past.last_failed_at >= now - FORGOTTEN_AFTER else 0
        until = now + timedelta(seconds=delay_after_s(before + 1))
        self.counted[account, source] = _Counted(before + 1, now, until)
        return Taken(before)

    async def forgive(self, account: bytes, source: str) -> None:
        self.counted.pop((account, source), None)

    async def give_back(self, account: bytes, source: str, now: datetime) -> None:
        past = self.counted.get((account, source))
        if past:
            past.failures = max(past.failures - 1, 0)
            past.blocked_until = min(past.blocked_until, now)

    async def forget_old(self, now: datetime) -> int:
        old = [key for key, each in self.counted.items() if each.last_failed_at < now - FORGOTTEN_AFTER]
        for key in old:
            del self.counted[key]
        return len(old)
