"""Give the password again before something that touches the safety of the account (step-up)."""

from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.prove_password import ProvePassword
from auth.application.read_session import SESSION_OVER
from auth.application.sign_in_ports import Busy, Sessions, TooManyTries
from auth.domain.sessions import new_token, session_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """What a form brought."""

    session_token: str = field(repr=False)
    password: str = field(repr=False)
    source: str
    device_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The session goes on under another identifier; the token is shown this once."""

    session_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPassword:
    """Refused as `session_over` or `wrong_credentials`; guesses are limited as those of a sign-in are."""

    sessions: Sessions
    prove: ProvePassword
    audit: AuditLog
    clock: Clock

    async def __call__(self, asked: Confirm) -> Confirmed | Refused | TooManyTries | Busy:
        now = self.clock.now()
        session = session_digest(asked.session_token)
        facts = await self.sessions.read(session, now)
        if facts is None:
            return SESSION_OVER
        proved = await self.prove(facts.person_id, asked.password, asked.source, asked.device_token)
        if isinstance(proved, Refused | TooManyTries | Busy):
            return proved
        token = new_token()
        if not await self.sessions.renew(session, session_digest(token), now=now):
            return SESSION_OVER
        self.audit("authn_login_success", person_id=facts.person_id, step_up=True)
        self.audit("session_renewed", person_id=facts.person_id, session_id=str(facts.session_id))
        return Confirmed(token)
