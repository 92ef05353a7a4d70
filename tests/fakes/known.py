"""What is known, in memory: people, and what was asked to be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from notifier.application.stores import AlertUnderWay, Late, Silence, Step
from notifier.domain.deliveries import DeliveryKey
from notifier.domain.notifications import AudienceFilter, Notification
from notifier.domain.people import Person


@dataclass(slots=True)
class FakePeople:
    """A working `People`. `failures` are raised, one a question, before any answer."""

    people: dict[str, Person] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)

    async def known(self, person_ids: Collection[str]) -> dict[str, Person]:
        if self.failures:
            raise self.failures.pop()
        return {person_id: self.people[person_id] for person_id in person_ids if person_id in self.people}

    async def page(
        self, audience: AudienceFilter, after: str, people_max: int, alert: UUID | None = None
    ) -> list[str]:
        meant = [
            person_id
            for person_id, person in sorted(self.people.items())
            if person_id > after
            and any(audience.includes(person.profile, place) for place in person.attachments)
        ]
        return meant[:people_max]

    async def set_free(
        self, audience: AudienceFilter, after: str, upto: str | None, alert: UUID
    ) -> list[str]:
        return []  # nobody here was ever fused


@dataclass(slots=True)
class FakeNotifications:
    """A working `Notifications`."""

    kept: dict[UUID, Notification] = field(default_factory=dict)
    reached: dict[UUID, str] = field(default_factory=dict)
    expected: dict[UUID, int] = field(default_factory=dict)
    routed: set[UUID] = field(default_factory=set)
    silences: list[Silence] = field(default_factory=list)
    readdressed: list[Late] = field(default_factory=list)
    alone: frozenset[DeliveryKey] = frozenset()
    told: set[DeliveryKey] = field(default_factory=set)

    async def keep(self, notifications: Sequence[Notification], now: datetime) -> frozenset[UUID]:
        for notification in notifications:
            self.kept.setdefault(notification.id, notification)
        return frozenset(n.id for n in notifications) - self.routed

    async def load(self, ids: Collection[UUID]) -> dict[UUID, Notification]:
        return {identity: self.kept[identity] for identity in ids if identity in self.kept}

    async def readdress(self, late: Sequence[Late], now: datetime) -> frozenset[DeliveryKey]:
        self.readdressed += late
        return self.alone

    async def told_already(self, keys: Collection[DeliveryKey]) -> frozenset[DeliveryKey]:
        return frozenset(self.told.intersection(keys))

    async def next_alert(self, router_id: UUID) -> AlertUnderWay | None:
        waiting = [n for n in self.kept.values() if n.kind == "alert" and n.id not in self.routed]
        if not waiting:
            return None
        first = min(waiting, key=lambda notification: not notification.urgent)
        return AlertUnderWay(first, self.reached.get(first.id, ""))

    async def step(self, steps: Sequence[Step], silences: Sequence[Silence], now: datetime) -> None:
        made = {s.notification.id for s in steps if self.reached.get(s.notification.id, "") == s.after}
        made -= self.routed
        for step in steps:
            if step.notification.id in made:
                self._make(step)
        self.silences += [silence for silence in silences if silence.key.notification_id in made]

    def _make(self, step: Step) -> None:
        identity = step.notification.id
        self.reached[identity] = step.upto
        self.expected[identity] = self.expected.get(identity, 0) + step.expected
        if step.whole:
            self.routed.add(identity)
