"""Prove that an account is one's own, by its identifier and its password: on the page of sign-in, and on a second slip."""

from dataclasses import dataclass, field

from auth.application.judge_password import JudgePassword
from auth.application.ports import AuditLog
from auth.application.sign_in_ports import Busy, Candidate, Credentials, TooManyTries
from auth.domain.sessions import device_digest
from auth.domain.sign_in_identifiers import normalised
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

WRONG = Refused("wrong_credentials", "this identifier and this password do not go together")
EXPIRED = Refused("first_password_expired", "this first password has expired; the school gives another one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a form brought. `source` is the address to count against, `device_token` the browser's cookie."""

    identifier: str = field(repr=False)
    password: str = field(repr=False)
    source: str = field(repr=False)
    device_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """The account; `failures_before` are the wrong tries in a row before the right one."""

    candidate: Candidate
    failures_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveAccount:
    """The account behind a claim; nobody is signed in by it. A first password counts as well as a chosen one.

    An unknown identifier takes the same way as a wrong password.
    """

    credentials: Credentials
    judge: JudgePassword
    audit: AuditLog
    clock: Clock

    async def __call__(self, claim: Claim, **noted: str) -> Proved | Refused | TooManyTries | Busy:
        now = self.clock.now()
        identifier = normalised(claim.identifier)
        device = device_digest(claim.device_token) if claim.device_token else None
        candidate = await self.credentials.find(identifier, device, now)
        taken = await self.judge(
            claim.password,
            identifier=identifier,
            candidate=candidate,
            source=claim.source,
            device=device,
            now=now,
            **noted,
        )
        if isinstance(taken, TooManyTries | Busy):
            return taken
        if taken is None or candidate is None:
            return WRONG
        if candidate.first_expires_at and candidate.first_expires_at <= now:
            self.audit("authn_login_fail", person_id=candidate.person_id, **noted, reason=EXPIRED.reason)
            return EXPIRED
        return Proved(candidate=candidate, failures_before=taken.failures_before)
