"""A lane in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from notifier.domain.deliveries import DeliveryKey
from notifier.domain.notifications import LaneName


@dataclass(slots=True)
class FakeOrders:
    """A working `Orders`; it may be told to be away."""

    published: list[tuple[LaneName, DeliveryKey]] = field(default_factory=list)
    away: bool = False

    async def publish(self, orders: Sequence[tuple[LaneName, DeliveryKey]]) -> None:
        if self.away:
            raise ConnectionError
        self.published += orders
