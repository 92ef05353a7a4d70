"""Change one's own password: prove the current one, then replace it."""

from dataclasses import dataclass, field

from auth.application.prove_password import ProvePassword
from auth.application.read_session import SESSION_OVER
from auth.application.replace_password import (
    NewPassword,
    PasswordFaults,
    PasswordReplaced,
    ReplacePassword,
)
from auth.application.sign_in_ports import Busy, Sessions, TooManyTries
from auth.domain.password_faults import form_faults
from auth.domain.sessions import session_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChange:
    """What a form brought."""

    session_token: str = field(repr=False)
    current: str = field(repr=False)
    password: str = field(repr=False)
    confirmation: str = field(repr=False)
    source: str
    device_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Refused as `session_over`, `wrong_credentials` or `changed_meanwhile`; a form in need of correction costs no guess."""

    sessions: Sessions
    prove: ProvePassword
    replace: ReplacePassword
    clock: Clock

    async def __call__(
        self, asked: OwnChange
    ) -> PasswordReplaced | PasswordFaults | Refused | TooManyTries | Busy:
        facts = await self.sessions.read(session_digest(asked.session_token), self.clock.now())
        if facts is None:
            return SESSION_OVER
        if faults := form_faults(asked.password, asked.confirmation):
            return PasswordFaults(faults=faults)
        proved = await self.prove(facts.person_id, asked.current, asked.source, asked.device_token)
        if isinstance(proved, Refused | TooManyTries | Busy):
            return proved
        return await self.replace(
            NewPassword(
                person_id=facts.person_id,
                password=asked.password,
                confirmation=asked.confirmation,
                why="changed",
                session_token=asked.session_token,
                device_token=asked.device_token,
                expected_hash=proved.password_hash,
            )
        )
