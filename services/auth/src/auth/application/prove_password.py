"""Judge the password of somebody who is signed in, within the limits on guessing."""

from dataclasses import dataclass

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import (
    Busy,
    Candidate,
    Credentials,
    Guesses,
    PasswordHasher,
    TooManyTries,
)
from auth.domain.sessions import device_digest
from auth.domain.sign_in_identifiers import account_key
from auth.domain.sign_in_limits import source_key
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

WRONG = Refused("wrong_credentials", "this is not the password")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvePassword:
    """The account, for the right password; a stolen session gives no more guesses than the page of sign-in."""

    credentials: Credentials
    guesses: Guesses
    hasher: PasswordHasher
    audit: AuditLog
    clock: Clock

    async def __call__(
        self, person_id: str, password: str, source: str, device_token: str | None
    ) -> Candidate | Refused | TooManyTries | Busy:
        now = self.clock.now()
        device = device_digest(device_token) if device_token else None
        candidate = await self.credentials.of_person(person_id, device, now)
        if candidate is None or not candidate.open:
            return WRONG
        account = account_key(candidate.identifier)
        counted = source_key(source, device if candidate.device_known else None)
        taken = await self.guesses.take(account, counted, now)
        if isinstance(taken, TooManyTries):
            self.audit("authn_login_fail_max", person_id=person_id, wait_s=taken.wait_s)
            return taken
        right = await self.hasher.verify(candidate.password_hash, password)
        if isinstance(right, Busy):
            await self.guesses.give_back(account, counted, now)
            return right
        if not right:
            self.audit("authn_login_fail", person_id=person_id)
            return WRONG
        await self.guesses.forgive(account, counted)
        return candidate
