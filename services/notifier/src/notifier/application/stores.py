"""What the router and the workers keep, and the lanes between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from notifier.domain.attempts import Claim, Move
from notifier.domain.deliveries import DeliveryChannel, DeliveryKey, State
from notifier.domain.notifications import AudienceFilter, LaneName, Notification
from notifier.domain.outcomes import Accepted
from notifier.domain.people import Person


class Place(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


class Positions(Protocol):
    """How far the known facts have been followed."""

    async def next_offsets(self) -> Mapping[Place, int]: ...


class Ends(Protocol):
    """How far what has been said about people reaches at this moment, followed or not."""

    async def now(self) -> Mapping[Place, int]: ...


class People(Protocol):
    """People as their services last told them."""

    async def known(self, person_ids: Collection[str]) -> dict[str, Person]:
        """Those who are known among these, in one question, each under the name that was asked for.

        An account that was taken in by another of the same person is answered for by the one that remains.
        """
        ...

    async def page(
        self, audience: AudienceFilter, after: str, people_max: int, alert: UUID | None = None
    ) -> list[str]:
        """The next people of an audience, in a fixed order, after one of them (`""`: from the beginning).

        Accounts that were taken in are not among them: those that remain are. With an alert, as was known when it
        was kept: one that is taken in while the alert is routed keeps its turn, since the other's may be over.
        """
        ...

    async def set_free(
        self, audience: AudienceFilter, after: str, upto: str | None, alert: UUID
    ) -> list[str]:
        """Accounts that stand alone again since the alert was kept, whose turn comes with the one that had them.

        Those taken in by somebody after `after` and not after `upto` (none: to the end).
        """
        ...


@dataclass(frozen=True, slots=True)
class Silence:
    """A delivery that the router settles or puts off itself: nothing was sent."""

    key: DeliveryKey
    lane: LaneName
    state: State
    reason: str
    uai: str | None
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of routing a notification: from the last person done before to the last done now.

    `expected` deliveries of this step must each end in one state; `whole` when no step is left.
    """

    notification: Notification
    after: str
    upto: str
    expected: int
    whole: bool


@dataclass(frozen=True, slots=True)
class AlertUnderWay:
    """An alert that is not routed to the end, and the last person who was."""

    notification: Notification
    after: str


class Late(NamedTuple):
    """A delivery ordered for an account that another of the same person has taken in since."""

    key: DeliveryKey
    lane: LaneName
    remaining_id: str


class Notifications(Protocol):
    """What was asked to be told."""

    async def keep(self, notifications: Sequence[Notification], now: datetime) -> frozenset[UUID]:
        """Keep those that are new; answers which of all these are not routed yet."""
        ...

    async def load(self, ids: Collection[UUID]) -> dict[UUID, Notification]:
        """As they now stand: withdrawn or not, their partner as last told."""
        ...

    async def readdress(self, late: Sequence[Late], now: datetime) -> frozenset[DeliveryKey]:
        """Give deliveries to the account that remains: one each, due now, unless it has one of its own.

        What is expected of a notification grows with those that are new. Answers which of these stand for nothing
        else: the account that remains had one of its own, which ended without telling the person.
        """
        ...

    async def told_already(self, keys: Collection[DeliveryKey]) -> frozenset[DeliveryKey]:
        """Those of which another account, taken in by the same person since, has been told."""
        ...

    async def next_alert(self, router_id: UUID) -> AlertUnderWay | None:
        """Take the most pressing alert that is not routed, unless a live router holds it: urgent ones first."""
        ...

    async def step(self, steps: Sequence[Step], silences: Sequence[Silence], now: datetime) -> None:
        """Write steps whole or not at all; one that somebody else has made already changes nothing.

        The settled facts of the silences are published by the same transaction.
        """
        ...


class Orders(Protocol):
    """The lanes from the router to the workers."""

    async def publish(self, orders: Sequence[tuple[LaneName, DeliveryKey]]) -> None:
        """Return when all are durable; published twice is harmless, the ledger takes each once."""
        ...


class Desk(NamedTuple):
    """Where deliveries of one lane and channel are handled, with a budget of its own."""

    lane: LaneName
    channel: DeliveryChannel


class Ledger(Protocol):
    """The truth about each delivery. What a worker says of one counts only while it is that worker's."""

    async def claim(
        self, desk: Desk, keys: Sequence[DeliveryKey], mine: Collection[DeliveryKey]
    ) -> list[Claim]:
        """Take those that nobody has ever taken, durably.

        One whose claim was written but whose answer was lost (it is this worker's and not among `mine`) is
        taken too.
        """
        ...

    async def work(self, now: datetime) -> frozenset[Desk]:
        """The desks that have something due, or something that a dead worker left."""
        ...

    async def take_due(self, desk: Desk, now: datetime, most: int) -> list[Claim]:
        """Take deliveries whose time has come."""
        ...

    async def take_over(self, desk: Desk, most: int) -> list[Claim]:
        """Take deliveries of workers whose lease has run out: each may have been sent, and says so."""
        ...

    async def take_forgotten(self, desk: Desk, mine: Collection[DeliveryKey], most: int) -> list[Claim]:
        """Take this worker's own deliveries that it does not know of: claims whose answer was lost."""
        ...

    async def adopt(self, claim: Claim, found: Accepted) -> bool:
        """Give this delivery a text that a gateway has, unless another delivery holds it: a text is one delivery's.

        Of any number at once, one is answered yes; again by the same delivery, yes again.
        """
        ...

    async def record(self, moves: Sequence[Move], told: Mapping[UUID, Notification]) -> int:
        """Write outcomes and publish their settled facts in one transaction; answers how many still counted.

        `told` are the notifications of these moves, for the identity of the events.
        """
        ...


class Lease(Protocol):
    """This worker's row among the living."""

    async def renew(self, period_s: float) -> None: ...

    async def give_up(self) -> None: ...
