"""Look at a password somebody gave: count the try, compare, and forgive what was wrong before when it is right."""

from dataclasses import dataclass
from datetime import datetime

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import Busy, Candidate, Guesses, PasswordHasher, Taken, TooManyTries
from auth.domain.sign_in_identifiers import account_key
from auth.domain.sign_in_limits import source_key


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePassword:
    """The only place where a password is compared with an account's, whatever page it was given on.

    So all of them share one budget of guesses for each identifier and source. Without a candidate, or with one
    that is not open, the answer costs the same and is wrong.
    """

    guesses: Guesses
    hasher: PasswordHasher
    audit: AuditLog

    async def __call__(
        self,
        password: str,
        *,
        identifier: str,
        candidate: Candidate | None,
        source: str,
        device: bytes | None,
        now: datetime,
        **noted: str,
    ) -> Taken | TooManyTries | Busy | None:
        """The try, when the password is right; none when it is wrong. `noted` goes into the audit line."""
        account = account_key(identifier)
        counted = source_key(source, device if candidate and candidate.device_known else None)
        ids = {"person_id": candidate.person_id if candidate else "unknown", **noted}
        taken = await self.guesses.take(account, counted, now)
        if isinstance(taken, TooManyTries):
            self.audit("authn_login_fail_max", **ids, wait_s=taken.wait_s)
            return taken
        right = await self.hasher.verify(candidate.password_hash if candidate else None, password)
        if isinstance(right, Busy):
            await self.guesses.give_back(account, counted, now)
            return right
        if not right or candidate is None or not candidate.open:
            self.audit("authn_login_fail", **ids)
            return None
        await self.guesses.forgive(account, counted)
        return taken
