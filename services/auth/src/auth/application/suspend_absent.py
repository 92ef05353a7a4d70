"""Suspend those whom their school's complete files have not named for the whole delay; nobody is deleted."""

from dataclasses import dataclass
from datetime import timedelta

from auth.application.ports import Directory
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendAbsent:
    """End the attachments absent since `grace` or longer; an account with none left is suspended."""

    directory: Directory
    grace: timedelta
    clock: Clock

    async def __call__(self) -> int | Refused:
        now = self.clock.now()
        return await self.directory.suspend_absent(absent_before=now - self.grace, now=now)
