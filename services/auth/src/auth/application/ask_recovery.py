"""Somebody has forgotten a password: keep the request and answer at once, the same whoever is named (A18, A19)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from auth.application.ports import AuditLog
from auth.application.recovery_ports import NewRequest, RecoveryRequests, RecoverySecrets, RequestAgain
from auth.domain.recovery import Channel, flow_digest, new_flow
from auth.domain.sign_in_identifiers import normalised
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

TOO_MANY = Refused("too_many_requests", "this place has asked too often; it may ask again in a few minutes")
OVER = Refused("recovery_over", "what this browser had asked is over; it begins again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a form brought. `source` is the address to count against."""

    identifier: str = field(repr=False)
    channel: Channel
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """The flow for the browser's cookie. It says nothing about anybody."""

    flow: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecovery:
    """Count and keep, in one statement; what is done about it is done afterwards, elsewhere: `wake` says that it waits."""

    requests: RecoveryRequests
    secrets: RecoverySecrets
    wake: Callable[[], None]
    audit: AuditLog
    clock: Clock

    async def __call__(self, asked: Ask) -> Asked | Refused:
        flow, identifier = new_flow(), normalised(asked.identifier)
        kept = await self.requests.ask(
            NewRequest(
                flow=flow_digest(flow),
                identifier=identifier,
                channel=asked.channel,
                identifier_key=self.secrets.identifier(identifier),
                source_key=self.secrets.source(asked.source),
                now=self.clock.now(),
            )
        )
        return self._answer(flow, kept=kept)

    async def again(self, former: str, source: str) -> Asked | Refused:
        """Another code for what the browser named before, without typing it again."""
        flow = new_flow()
        kept = await self.requests.ask_again(
            RequestAgain(
                flow=flow_digest(flow),
                former=flow_digest(former),
                source_key=self.secrets.source(source),
                now=self.clock.now(),
            )
        )
        return OVER if kept is None else self._answer(flow, kept=kept)

    def _answer(self, flow: str, *, kept: bool) -> Asked | Refused:
        if not kept:
            self.audit("excess_rate_limit_exceeded", limit="recoveries_per_source")
            return TOO_MANY
        self.wake()
        return Asked(flow)
