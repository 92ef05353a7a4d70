"""Choose a new password after the right code: once, by the same rules as in the first connection (R14–R24, R54)."""

from dataclasses import dataclass, field
from typing import Protocol

from auth.application.ports import AuditLog
from auth.application.recovery_ports import ProvedRecovery, Recoveries
from auth.application.replace_password import NewPassword, PasswordFaults, PasswordReplaced
from auth.application.sign_in_ports import Busy
from auth.domain.first_connection import Step, after_password
from auth.domain.recovery import flow_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

OVER = Refused("recovery_over", "the code was used, or its ten minutes are over; a new one is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRecovered:
    """What a form brought, and the browser's proved flow."""

    flow: str = field(repr=False)
    password: str = field(repr=False)
    confirmation: str = field(repr=False)


class PasswordReplacement(Protocol):
    """What replaces a password, by the rules of every password."""

    async def __call__(self, asked: NewPassword) -> PasswordReplaced | PasswordFaults | Busy | Refused: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRecoveredPassword:
    """The flow is used up by the password that replaces the former one, so that two tabs change it once.

    Every session, known device and other recovery ends, wrong passwords are forgotten, and nobody is signed in by it:
    the sign-in that follows makes the browser known.
    """

    recoveries: Recoveries
    replace: PasswordReplacement
    audit: AuditLog
    clock: Clock

    async def may(self, flow: str) -> bool:
        """Whether the browser's flow was proved, and not used."""
        return await self._proved(flow) is not None

    async def __call__(self, asked: ChooseRecovered) -> PasswordReplaced | PasswordFaults | Busy | Refused:
        recovery = await self._proved(asked.flow)
        if recovery is None:
            self.audit("sequence_fail", reason=OVER.reason)
            return OVER
        answer = await self.replace(_wanted(asked, recovery))
        return OVER if isinstance(answer, Refused) else answer

    async def _proved(self, flow: str) -> ProvedRecovery | None:
        return await self.recoveries.proved(flow_digest(flow), self.clock.now())


def _wanted(asked: ChooseRecovered, recovery: ProvedRecovery) -> NewPassword:
    """In the middle of a first connection, the step of the password is done by it; the others are still to come."""
    return NewPassword(
        person_id=recovery.person_id,
        password=asked.password,
        confirmation=asked.confirmation,
        why="recovered",
        recovery_flow=asked.flow,
        step_after=after_password() if recovery.step is Step.PASSWORD else None,
    )
