"""Sign in with an identifier and a password, within the limits on guessing (R3, R6)."""

from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.prove_account import WRONG, Claim, ProveAccount, Proved
from auth.application.sign_in_ports import (
    Busy,
    DueSteps,
    Opening,
    PasswordHasher,
    Sessions,
    TooManyTries,
)
from auth.domain.first_connection import Step
from auth.domain.sessions import device_digest, new_token, session_digest
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The tokens for the browser's two cookies, shown this once, and the step that is next."""

    session_token: str = field(repr=False)
    device_token: str = field(repr=False)
    person_id: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Prove the account, then open a session for its browser. Refused as ProveAccount says."""

    prove: ProveAccount
    hasher: PasswordHasher
    sessions: Sessions
    steps: DueSteps
    audit: AuditLog
    clock: Clock
    ids: IdFactory

    async def __call__(self, claim: Claim) -> SignedIn | Refused | TooManyTries | Busy:
        proved = await self.prove(claim)
        return await self._opened(proved, claim) if isinstance(proved, Proved) else proved

    async def _opened(self, proved: Proved, claim: Claim) -> SignedIn | Refused:
        candidate, token, device_token = proved.candidate, new_token(), new_token()
        session_id = self.ids()
        opened = await self.sessions.open(
            Opening(
                person_id=candidate.person_id,
                verified_hash=candidate.password_hash or "",
                better_hash=await self._better(candidate.password_hash or "", claim.password),
                session_id=session_id,
                session=session_digest(token),
                known_device=device_digest(claim.device_token) if claim.device_token else None,
                new_device=device_digest(device_token),
                step_before=candidate.step,
                step_after=await self.steps.after_sign_in(candidate.person_id, candidate.profile),
                now=self.clock.now(),
            )
        )
        if opened is None:
            self.audit("authn_login_fail", person_id=candidate.person_id, reason="changed_meanwhile")
            return WRONG
        after = "authn_login_successafterfail" if proved.failures_before else "authn_login_success"
        self.audit(after, person_id=candidate.person_id, failures=proved.failures_before)
        self.audit("session_created", person_id=candidate.person_id, session_id=str(session_id))
        kept = claim.device_token if opened.device_kept and claim.device_token else device_token
        return SignedIn(
            session_token=token, device_token=kept, person_id=candidate.person_id, step=opened.step
        )

    async def _better(self, password_hash: str, password: str) -> str | None:
        """A hash at today's cost, when the stored one was cheaper; not now, when the hasher is busy."""
        if not self.hasher.outdated(password_hash):
            return None
        better = await self.hasher.hash(password)
        return None if isinstance(better, Busy) else better
