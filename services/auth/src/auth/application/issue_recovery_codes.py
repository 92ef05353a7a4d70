"""Look at the requests that wait: a code to a proved contact of the account, or silence with its reason (A19)."""

from dataclasses import dataclass
from datetime import datetime

from auth.application.ports import AuditLog
from auth.application.recovery_ports import CodeToIssue, RecoveryRequests, RecoverySecrets, WaitingRequest
from auth.domain.recovery import WAITING_LIFE, ProvedContact, destination, too_often
from auth.domain.recovery_codes import new_code
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory

LIMITS = ("sends_per_destination", "issues_per_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """What the audit says once the request is done with: a slug for why there is no code, or the code's id."""

    person_id: str
    channel: str
    silence: str | None = None
    code_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecoveryCodes:
    """Each request in a transaction of its own: a crash leaves it waiting, and nothing was sent."""

    requests: RecoveryRequests
    secrets: RecoverySecrets
    audit: AuditLog
    clock: Clock
    ids: IdFactory

    async def __call__(self) -> int:
        """Until none waits; how many were looked at."""
        looked_at = 0
        while await self._next():
            looked_at += 1
        return looked_at

    async def forget_old(self) -> None:
        """Drop flows that are over, and codes and counts that count no longer."""
        await self.requests.forget_old(self.clock.now())

    async def _next(self) -> bool:
        now = self.clock.now()
        async with self.requests.next_waiting(now) as request:
            if request is None:
                return False
            ended = await self._looked_at(request, now)
        self._note(ended)
        return True

    async def _looked_at(self, request: WaitingRequest, now: datetime) -> _Ended:
        person_id = request.account.person_id if request.account else "unknown"
        contact = destination(request.account, request.channel)
        if not isinstance(contact, ProvedContact):
            return _Ended(person_id=person_id, channel=request.channel, silence=contact)
        if now >= request.asked_at + WAITING_LIFE:
            return _Ended(person_id=person_id, channel=contact.channel, silence="waited_too_long")
        there = self.secrets.destination(contact.address)
        past = await request.past(there, now)
        if limit := too_often(issued=past.issued, sent=past.sent):
            return _Ended(person_id=person_id, channel=contact.channel, silence=limit)
        code, code_id = new_code(), self.ids()
        await request.issue(
            CodeToIssue(
                code_id=code_id,
                code=code,
                contact=contact,
                digest=self.secrets.code(person_id, code),
                destination_digest=there,
                now=now,
            )
        )
        return _Ended(person_id=person_id, channel=contact.channel, code_id=str(code_id))

    def _note(self, ended: _Ended) -> None:
        ids = {"person_id": ended.person_id, "channel": ended.channel, "purpose": "recovery"}
        if ended.code_id:
            self.audit("authn_token_created", **ids, code_id=ended.code_id)
        elif ended.silence in LIMITS:
            self.audit("excess_rate_limit_exceeded", **ids, limit=ended.silence)
        else:
            self.audit("authn_password_change_fail", **ids, reason=ended.silence)
