"""A code that somebody types: the right one, once, lets a new password be chosen (A19)."""

from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.recovery_ports import CodeTried, Recoveries, RecoverySecrets
from auth.domain.recovery import flow_digest, new_flow
from auth.domain.recovery_codes import CODE_TRIES_MAX, read_code
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

WRONG = Refused("wrong_code", "this code is not right, or no longer")


@dataclass(frozen=True, slots=True, kw_only=True)
class TryCode:
    """What a form brought, and the browser's flow."""

    flow: str = field(repr=False)
    typed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeAccepted:
    """The flow under its new identifier: a new password may be chosen with it, once, for ten minutes."""

    flow: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryRecoveryCode:
    """Every cause of a refusal is one answer, and takes the same steps: unknown, wrong, too late, tried too often."""

    recoveries: Recoveries
    secrets: RecoverySecrets
    audit: AuditLog
    clock: Clock

    async def __call__(self, asked: TryCode) -> CodeAccepted | Refused:
        now, flow = self.clock.now(), flow_digest(asked.flow)
        person_id = await self.recoveries.person_of(flow, now)
        code = read_code(asked.typed)
        if code is None:
            return WRONG
        proved = new_flow()
        tried = await self.recoveries.try_code(
            flow, self.secrets.code(person_id or "", code), proved=flow_digest(proved), now=now
        )
        if tried is None:
            self.audit("authn_login_fail", person_id=person_id or "unknown", reason="no_live_recovery_code")
            return WRONG
        return CodeAccepted(proved) if self._right(tried) else WRONG

    def _right(self, tried: CodeTried) -> bool:
        ids = {"person_id": tried.person_id, "code_id": str(tried.code_id)}
        if tried.right:
            self.audit("authn_token_revoked", **ids, reason="recovery_code_used")
        elif tried.tries >= CODE_TRIES_MAX:
            self.audit("authn_login_fail_max", **ids, reason="recovery_code_wrong")
        else:
            self.audit("authn_login_fail", **ids, reason="recovery_code_wrong")
        return tried.right
