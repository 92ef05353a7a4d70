"""Prove that another account is one's own, by its identifier and its password (A22): the words of a second slip."""

from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.sign_in import EXPIRED, WRONG
from auth.application.sign_in_ports import (
    Busy,
    Candidate,
    Credentials,
    Guesses,
    PasswordHasher,
    TooManyTries,
)
from auth.domain.sign_in_identifiers import account_key, normalised
from auth.domain.sign_in_limits import source_key
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondSlip:
    """What the form of fusion brought. `source` is the address to count against."""

    identifier: str = field(repr=False)
    password: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveSecondAccount:
    """The account behind the slip. It gives exactly as many guesses as the page of sign-in, and counts with it.

    A first password counts as well as a chosen one, and goes on being the account's. Nobody is signed in.
    """

    credentials: Credentials
    guesses: Guesses
    hasher: PasswordHasher
    audit: AuditLog
    clock: Clock

    async def __call__(self, slip: SecondSlip, asked_by: str) -> Candidate | Refused | TooManyTries | Busy:
        now = self.clock.now()
        identifier = normalised(slip.identifier)
        candidate = await self.credentials.find(identifier, None, now)
        account, source = account_key(identifier), source_key(slip.source, None)
        ids = {"person_id": candidate.person_id if candidate else "unknown", "asked_by": asked_by}
        taken = await self.guesses.take(account, source, now)
        if isinstance(taken, TooManyTries):
            self.audit("authn_login_fail_max", **ids, wait_s=taken.wait_s)
            return taken
        right = await self.hasher.verify(candidate.password_hash if candidate else None, slip.password)
        if isinstance(right, Busy):
            await self.guesses.give_back(account, source, now)
            return right
        if not right or candidate is None or not candidate.open:
            self.audit("authn_login_fail", **ids)
            return WRONG
        await self.guesses.forgive(account, source)
        if candidate.first_expires_at and candidate.first_expires_at <= now:
            self.audit("authn_login_fail", **ids, reason=EXPIRED.reason)
            return EXPIRED
        return candidate
