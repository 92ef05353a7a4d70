"""Sign in with an identifier and a password, within the limits on guessing (R3, R6)."""

from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import (
    Busy,
    Candidate,
    Credentials,
    DueSteps,
    Guesses,
    Opening,
    PasswordHasher,
    Sessions,
    Taken,
    TooManyTries,
)
from auth.domain.first_connection import Step
from auth.domain.sessions import device_digest, new_token, session_digest
from auth.domain.sign_in_identifiers import account_key, normalised
from auth.domain.sign_in_limits import source_key
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.refusals import Refused

WRONG = Refused("wrong_credentials", "this identifier and this password do not go together")
EXPIRED = Refused("first_password_expired", "this first password has expired; the school gives another one")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrySignIn:
    """What a form brought. `source` is the address to count against, `device_token` the browser's cookie."""

    identifier: str
    password: str = field(repr=False)
    source: str
    device_token: str | None = field(repr=False)

    def __repr__(self) -> str:
        return "TrySignIn(•••)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The tokens for the browser's two cookies, shown this once, and the step that is next."""

    session_token: str = field(repr=False)
    device_token: str = field(repr=False)
    person_id: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Count, compare, open. An unknown identifier takes the same way as a wrong password."""

    credentials: Credentials
    guesses: Guesses
    hasher: PasswordHasher
    sessions: Sessions
    steps: DueSteps
    audit: AuditLog
    clock: Clock
    ids: IdFactory

    async def __call__(self, asked: TrySignIn) -> SignedIn | Refused | TooManyTries | Busy:
        now = self.clock.now()
        identifier = normalised(asked.identifier)
        device = device_digest(asked.device_token) if asked.device_token else None
        candidate = await self.credentials.find(identifier, device, now)
        account = account_key(identifier)
        source = source_key(asked.source, device if candidate and candidate.device_known else None)
        taken = await self.guesses.take(account, source, now)
        shown = candidate.person_id if candidate else "unknown"
        if isinstance(taken, TooManyTries):
            self.audit("authn_login_fail_max", person_id=shown, wait_s=taken.wait_s)
            return taken
        right = await self.hasher.verify(candidate.password_hash if candidate else None, asked.password)
        if isinstance(right, Busy):
            await self.guesses.give_back(account, source, now)
            return right
        if not right or candidate is None or not candidate.open:
            self.audit("authn_login_fail", person_id=shown)
            return WRONG
        await self.guesses.forgive(account, source)
        if candidate.first_expires_at and candidate.first_expires_at <= now:
            self.audit("authn_login_fail", person_id=shown, reason=EXPIRED.reason)
            return EXPIRED
        return await self._opened(candidate, asked, taken)

    async def _opened(self, candidate: Candidate, asked: TrySignIn, taken: Taken) -> SignedIn | Refused:
        token, device_token = new_token(), new_token()
        session_id = self.ids()
        opened = await self.sessions.open(
            Opening(
                person_id=candidate.person_id,
                verified_hash=candidate.password_hash or "",
                better_hash=await self._better(candidate.password_hash or "", asked.password),
                session_id=session_id,
                session=session_digest(token),
                known_device=device_digest(asked.device_token) if asked.device_token else None,
                new_device=device_digest(device_token),
                step_before=candidate.step,
                step_after=await self.steps.after_sign_in(candidate.person_id, candidate.profile),
                now=self.clock.now(),
            )
        )
        if opened is None:
            self.audit("authn_login_fail", person_id=candidate.person_id, reason="changed_meanwhile")
            return WRONG
        after = "authn_login_successafterfail" if taken.failures_before else "authn_login_success"
        self.audit(after, person_id=candidate.person_id, failures=taken.failures_before)
        self.audit("session_created", person_id=candidate.person_id, session_id=str(session_id))
        kept = asked.device_token if opened.device_kept and asked.device_token else device_token
        return SignedIn(
            session_token=token, device_token=kept, person_id=candidate.person_id, step=opened.step
        )

    async def _better(self, password_hash: str, password: str) -> str | None:
        """A hash at today's cost, when the stored one was cheaper; not now, when the hasher is busy."""
        if not self.hasher.outdated(password_hash):
            return None
        better = await self.hasher.hash(password)
        return None if isinstance(better, Busy) else better
