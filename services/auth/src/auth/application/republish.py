"""Tell every account and every partner again, at the version it has: for a service that lost what it had built."""

from dataclasses import dataclass

from auth.application.ports import Directory, Partners
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Republished:
    accounts: int
    partners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Republish:
    """Put every public state in the outbox; nothing else changes."""

    directory: Directory
    partners: Partners
    clock: Clock

    async def __call__(self) -> Republished | Refused:
        now = self.clock.now()
        accounts = await self.directory.republish(now)
        if isinstance(accounts, Refused):
            return accounts
        return Republished(accounts=accounts, partners=await self.partners.republish(now))
