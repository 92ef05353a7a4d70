"""Judge the password of somebody who is signed in, within the limits on guessing."""

from dataclasses import dataclass

from auth.application.judge_password import JudgePassword
from auth.application.sign_in_ports import Busy, Candidate, Credentials, TooManyTries
from auth.domain.sessions import device_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

WRONG = Refused("wrong_credentials", "this is not the password")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvePassword:
    """The account, for the right password; a stolen session gives no more guesses than the page of sign-in."""

    credentials: Credentials
    judge: JudgePassword
    clock: Clock

    async def __call__(
        self, person_id: str, password: str, source: str, device_token: str | None
    ) -> Candidate | Refused | TooManyTries | Busy:
        now = self.clock.now()
        device = device_digest(device_token) if device_token else None
        candidate = await self.credentials.of_person(person_id, device, now)
        if candidate is None or not candidate.open:
            return WRONG
        taken = await self.judge(
            password,
            identifier=candidate.identifier,
            candidate=candidate,
            source=source,
            device=device,
            now=now,
        )
        if isinstance(taken, TooManyTries | Busy):
            return taken
        return WRONG if taken is None else candidate
