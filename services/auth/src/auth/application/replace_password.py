"""Give somebody a new password: judge it, then let it replace the old one and everything built on that (R14–R24)."""

from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import (
    Busy,
    Candidate,
    CommonPasswords,
    Credentials,
    PasswordHasher,
    Replacement,
    WhyReplaced,
)
from auth.domain.first_connection import Step
from auth.domain.password_faults import PasswordFault, form_faults
from auth.domain.password_personal import PersonalWords, is_personal, shortened
from auth.domain.password_policy import composed
from auth.domain.recovery import flow_digest
from auth.domain.sessions import device_digest, new_token, session_digest
from auth.domain.sign_in_identifiers import account_key
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

GONE = Refused("changed_meanwhile", "the account or its password changed in the meantime")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """What a form brought, for a person whose right to do so is settled.

    `session_token` is the session that goes on, none after a recovery; `recovery_flow` is the proved recovery.
    Nothing is replaced once that right has ended. `expected_hash` is the password that was proved just before, when
    one was.
    """

    person_id: str
    password: str = field(repr=False)
    confirmation: str = field(repr=False)
    why: WhyReplaced
    session_token: str | None = field(default=None, repr=False)
    device_token: str | None = field(default=None, repr=False)
    recovery_flow: str | None = field(default=None, repr=False)
    step_after: Step | None = None
    expected_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReplaced:
    """`session_token`: the new identifier of the session that goes on, none when none does."""

    session_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordFaults:
    """What to say beside each field; nothing was changed."""

    faults: tuple[PasswordFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePassword:
    """All in one transaction: hash, step, other sessions, devices and recoveries, notices, the end of earlier access."""

    credentials: Credentials
    hasher: PasswordHasher
    is_common: CommonPasswords
    audit: AuditLog
    clock: Clock

    async def __call__(self, asked: NewPassword) -> PasswordReplaced | PasswordFaults | Busy | Refused:
        candidate = await self.credentials.of_person(asked.person_id, None, self.clock.now())
        if candidate is None or not candidate.open or not _leads(candidate.step, asked.step_after):
            return GONE
        faults = await self._faults(asked, candidate)
        if isinstance(faults, Busy):
            return faults
        if faults:
            reasons = [fault.slug for fault in faults]
            self.audit("authn_password_change_fail", person_id=asked.person_id, reasons=reasons)
            return PasswordFaults(faults=faults)
        password_hash = await self.hasher.hash(asked.password)
        if isinstance(password_hash, Busy):
            return password_hash
        return await self._replaced(asked, candidate, password_hash)

    async def _replaced(
        self, asked: NewPassword, candidate: Candidate, password_hash: str
    ) -> PasswordReplaced | Refused:
        token = new_token()
        replaced = await self.credentials.replace(
            Replacement(
                person_id=asked.person_id,
                account=account_key(candidate.identifier),
                password_hash=password_hash,
                expected_hash=asked.expected_hash or candidate.password_hash,
                why=asked.why,
                step_before=candidate.step,
                step_after=asked.step_after or candidate.step,
                kept_session=session_digest(asked.session_token) if asked.session_token else None,
                renewed_session=session_digest(token),
                kept_device=device_digest(asked.device_token) if asked.device_token else None,
                proved_flow=flow_digest(asked.recovery_flow) if asked.recovery_flow else None,
                now=self.clock.now(),
            )
        )
        if not replaced:
            self.audit("authn_password_change_fail", person_id=asked.person_id, reasons=[GONE.reason])
            return GONE
        self.audit("authn_password_change", person_id=asked.person_id, why=asked.why)
        return PasswordReplaced(session_token=token if asked.session_token else None)

    async def _faults(self, asked: NewPassword, candidate: Candidate) -> tuple[PasswordFault, ...] | Busy:
        """The printed rules first; what costs more is looked at only when they hold."""
        faults = form_faults(asked.password, asked.confirmation)
        if faults:
            return faults
        words = PersonalWords(
            identifier=candidate.identifier,
            first_name=candidate.first_name,
            last_name=candidate.last_name,
            schools=await self.credentials.personal_words(asked.person_id),
        )
        if personal := is_personal(composed(asked.password), words):
            return (PasswordFault("password", personal),)
        if self.is_common(composed(asked.password)):
            return (PasswordFault("password", "common"),)
        return await self._first_again(asked.password, candidate)

    async def _first_again(self, password: str, candidate: Candidate) -> tuple[PasswordFault, ...] | Busy:
        """The first password is known to whoever printed the slip: neither it nor it with a tail."""
        if not candidate.on_first_password:
            return ()
        for text in shortened(composed(password)):
            same = await self.hasher.verify(candidate.password_hash, text)
            if isinstance(same, Busy):
                return same
            if same:
                return (PasswordFault("password", "first_password"),)
        return ()


def _leads(here: Step, there: Step | None) -> bool:
    """A password ends the step that asks for one and no other; a form sent twice finds it ended already."""
    return there is None or here is Step.PASSWORD
