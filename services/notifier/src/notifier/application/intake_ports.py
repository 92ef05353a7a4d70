"""What the partner intake asks of the world."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifier.domain.idempotency import Receipt
from notifier.domain.partner_status import AlertProgress
from shared.consent import PartnerBody, School
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A partner's program, as auth knows it by its token."""

    client_id: str
    partner_id: str
    scopes: frozenset[str]


class AuthAway(Exception):
    """Auth does not answer: nobody can be told from anybody, so nothing is accepted."""


class Tokens(Protocol):
    """Tells whose a token is."""

    async def caller_of(self, token: str) -> Caller | None:
        """None when it is no live token of a partner. Raises AuthAway."""
        ...


class PartnerBodies(Protocol):
    """The partners as auth last told them."""

    async def body_of(self, partner_id: str) -> PartnerBody | None: ...


class KnownSchools(Protocol):
    """Every establishment that somebody belongs to, by its UAI."""

    async def known(self) -> Mapping[str, School]: ...


class IntakeRequests(Protocol):
    """The requests that partners made, by key; a request is one event, however often it is sent."""

    async def find(self, partner_id: str, key: str) -> Receipt | None: ...

    async def reserve(self, receipt: Receipt) -> Receipt | Refused:
        """Remember a request; answers the one that is remembered, which a parallel twin may have made.

        Refused `alert_id_taken` when another request of this partner has the same alert_id.
        """
        ...

    async def hold(self, receipt: Receipt, seconds: float) -> bool:
        """Take the right to publish, alone, for a while; false when it is published or somebody else's."""
        ...

    async def release(self, receipt: Receipt) -> None:
        """Give that right back: it was not published."""
        ...

    async def mark_published(self, receipt: Receipt) -> None: ...

    async def find_alert(self, partner_id: str, alert_id: str) -> Receipt | None:
        """A published alert of this very partner."""
        ...


class AlertsTopic(Protocol):
    """Where accepted alerts go."""

    async def publish(self, receipt: Receipt) -> None:
        """Return once the event is durable. Raises BrokerAway."""
        ...


class BrokerAway(Exception):
    """Kafka did not confirm in time: the event may or may not be there, publishing it again is safe."""


class AlertLedger(Protocol):
    """What became of an alert, and the way to stop it."""

    async def progress(self, receipt: Receipt) -> AlertProgress: ...

    async def withdraw(self, receipt: Receipt, at: datetime) -> None:
        """From now on nothing more of a kept alert leaves; again changes nothing."""
        ...
