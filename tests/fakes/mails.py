"""A working `Mails` in memory. It passes the same suite as the adapter that speaks SMTP."""

from dataclasses import dataclass, field, replace
from typing import Literal

from notifier.application.ports import OutgoingMail
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain, Unknown

MailBehaviour = Literal[
    "accept", "address_unknown", "greylist", "lost_before_dot", "lost_after_dot", "unreachable", "refuses_us"
]

_OUTCOMES: dict[MailBehaviour, Outcome] = {
    "accept": Accepted("", "queued"),
    "address_unknown": Rejected("address_unknown", "", contact_dead=True),
    "greylist": TryAgain("greylisted", "", 60.0),
    "lost_before_dot": TryAgain("connection_lost", ""),
    "lost_after_dot": Unknown("connection_lost", ""),
    "unreachable": TryAgain("unreachable", ""),
    "refuses_us": TryAgain("relay_refuses_us", "", 120.0),
}


@dataclass(slots=True)
class FakeMails:
    """Relays by name in order of preference, each with a behaviour; `taken` is what they have accepted.

    `for_address` gives one address an outcome of its own, whichever relay is asked.
    """

    behaviours: dict[str, MailBehaviour] = field(default_factory=lambda: {"relay-1": "accept"})
    for_address: dict[str, Outcome] = field(default_factory=dict)
    taken: list[tuple[str, OutgoingMail]] = field(default_factory=list)
    tries: list[tuple[str, OutgoingMail]] = field(default_factory=list)
    started: bool = False

    async def start(self) -> None:
        self.started = True

    async def stop(self) -> None:
        self.started = False

    async def send(self, mail: OutgoingMail, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        outcome: Outcome = TryAgain("no_relay_available", "", asked=False)
        for relay in sorted(self.behaviours, key=lambda name: name in excluded):
            outcome = self._ask(relay, mail)
            if not (isinstance(outcome, TryAgain) and outcome.reason == "unreachable"):
                return outcome
        return outcome

    def _ask(self, relay: str, mail: OutgoingMail) -> Outcome:
        self.tries.append((relay, mail))
        if mail.to.value in self.for_address:
            return self.for_address[mail.to.value]
        behaviour = self.behaviours[relay]
        if behaviour in {"accept", "lost_after_dot"}:
            self.taken.append((relay, mail))
        return replace(_OUTCOMES[behaviour], provider=relay)
