"""A working `TextMessages` in memory. It passes the same suite as the adapter that speaks to Twilio."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from notifier.application.ports import GatewayUnreachable, Ours, OutgoingSms
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain, Unknown
from shared.kernel.clock import Clock, SystemClock

SmsBehaviour = Literal[
    "accept", "number_unknown", "busy", "lost_before", "lost_after", "error_after", "unreachable"
]

_OUTCOMES: dict[SmsBehaviour, Outcome] = {
    "number_unknown": Rejected("number_unknown", "", contact_dead=True),
    "busy": TryAgain("gateway_busy", "", 7.0),
    "lost_before": Unknown("connection_lost", ""),
    "lost_after": Unknown("connection_lost", ""),
    "error_after": Unknown("gateway_error", ""),
    "unreachable": TryAgain("unreachable", ""),
}


@dataclass(frozen=True, slots=True)
class TakenSms:
    """One text in a gateway's charge."""

    gateway: str
    reference: str
    sms: OutgoingSms
    at: datetime


@dataclass(slots=True)
class FakeTextMessages:
    """Gateways by name in order of preference, each with a behaviour; `taken` is what they have accepted."""

    behaviours: dict[str, SmsBehaviour] = field(default_factory=lambda: {"gateway-1": "accept"})
    clock: Clock = field(default_factory=SystemClock)
    for_number: dict[str, Outcome] = field(default_factory=dict)
    taken: list[TakenSms] = field(default_factory=list)
    tries: list[tuple[str, OutgoingSms]] = field(default_factory=list)
    answers_lists: bool = True

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def send(self, sms: OutgoingSms, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        outcome: Outcome = TryAgain("no_gateway_available", "", asked=False)
        for gateway in sorted(self.behaviours, key=lambda name: name in excluded):
            outcome = self._ask(gateway, sms)
            if not (isinstance(outcome, TryAgain) and outcome.reason == "unreachable"):
                return outcome
        return outcome

    async def find(self, sms: OutgoingSms, since: datetime, ours: Ours) -> Accepted | None:
        for text in self.taken:
            same = (text.sms.to, text.sms.body) == (sms.to, sms.body)
            found = Accepted(text.gateway, text.reference)
            if self.answers_lists and same and text.at >= since and await ours(found):
                return found
        if not self.answers_lists:
            raise GatewayUnreachable
        return None

    def _ask(self, gateway: str, sms: OutgoingSms) -> Outcome:
        self.tries.append((gateway, sms))
        if sms.to.value in self.for_number:
            return self.for_number[sms.to.value]
        behaviour = self.behaviours[gateway]
        reference = f"F-{len(self.taken)}"
        if behaviour in {"accept", "lost_after", "error_after"}:
            self.taken.append(TakenSms(gateway, reference, sms, self.clock.now()))
        if behaviour == "accept":
            return Accepted(gateway, reference)
        return replace(_OUTCOMES[behaviour], provider=gateway)
