"""Working fakes of the partner intake's ports: memory instead of auth, PostgreSQL and Kafka."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from notifier.application.intake_ports import AuthAway, BrokerAway, Caller
from notifier.domain.idempotency import Receipt
from notifier.domain.notifications import AudienceFilter, Notification, notification_id
from notifier.domain.partner_status import AlertProgress
from notifier.domain.people import Person
from shared.consent import PartnerBody, School
from shared.kernel.refusals import Refused


@dataclass
class FakeTokens:
    """Tokens that were handed out here; `away` is an auth that does not answer."""

    callers: dict[str, Caller] = field(default_factory=dict)
    away: bool = False

    async def caller_of(self, token: str) -> Caller | None:
        if self.away:
            raise AuthAway
        return self.callers.get(token)


@dataclass
class FakePartnerBodies:
    bodies: dict[str, PartnerBody] = field(default_factory=dict)

    async def body_of(self, partner_id: str) -> PartnerBody | None:
        return self.bodies.get(partner_id)


@dataclass
class FakeSchools:
    schools: dict[str, School] = field(default_factory=dict)

    async def known(self) -> Mapping[str, School]:
        return self.schools


@dataclass
class FakeIntakeRequests:
    """Holds never lapse here: nothing in memory outlives its process."""

    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)
    held: set[tuple[str, str]] = field(default_factory=set)

    async def find(self, partner_id: str, key: str) -> Receipt | None:
        return self.receipts.get((partner_id, key))

    async def find_alert(self, partner_id: str, alert_id: str) -> Receipt | None:
        return next((one for one in self._of(partner_id, alert_id) if one.published), None)

    async def reserve(self, receipt: Receipt) -> Receipt | Refused:
        place = (receipt.partner_id, receipt.key)
        if place not in self.receipts and self._of(receipt.partner_id, receipt.alert_id):
            return Refused("alert_id_taken")
        return self.receipts.setdefault(place, receipt)

    async def hold(self, receipt: Receipt, seconds: float) -> bool:
        place = (receipt.partner_id, receipt.key)
        if place in self.held or self.receipts[place].published:
            return False
        self.held.add(place)
        return True

    async def release(self, receipt: Receipt) -> None:
        self.held.discard((receipt.partner_id, receipt.key))

    async def mark_published(self, receipt: Receipt) -> None:
        place = (receipt.partner_id, receipt.key)
        self.receipts[place] = replace(self.receipts[place], published=True)
        self.held.discard(place)

    def _of(self, partner_id: str, alert_id: str) -> list[Receipt]:
        return [
            one for one in self.receipts.values() if (one.partner_id, one.alert_id) == (partner_id, alert_id)
        ]


@dataclass
class FakeAlertsTopic:
    """A topic in a list; `away` is a Kafka that confirms nothing."""

    published: list[Receipt] = field(default_factory=list)
    away: bool = False

    async def publish(self, receipt: Receipt) -> None:
        if self.away:
            raise BrokerAway
        self.published.append(receipt)


@dataclass
class FakeAlertLedger:
    progresses: dict[str, AlertProgress] = field(default_factory=dict)
    withdrawn: dict[UUID, datetime] = field(default_factory=dict)

    async def progress(self, receipt: Receipt) -> AlertProgress:
        progress = self.progresses.get(receipt.alert_id, AlertProgress())
        gone = notification_id(receipt.event_source, receipt.alert_id) in self.withdrawn
        return replace(progress, withdrawn=gone)

    async def withdraw(self, receipt: Receipt, at: datetime) -> None:
        self.withdrawn.setdefault(notification_id(receipt.event_source, receipt.alert_id), at)


@dataclass
class FakePeople:
    people: dict[str, Person] = field(default_factory=dict)

    async def known(self, person_ids: Collection[str]) -> dict[str, Person]:
        return {person_id: self.people[person_id] for person_id in person_ids if person_id in self.people}

    async def page(
        self, audience: AudienceFilter, after: str, people_max: int, alert: UUID | None = None
    ) -> list[str]:
        meant = (
            person_id
            for person_id, person in sorted(self.people.items())
            if person_id > after
            and any(audience.includes(person.profile, place) for place in person.attachments)
        )
        return list(meant)[:people_max]

    async def set_free(
        self, audience: AudienceFilter, after: str, upto: str | None, alert: UUID
    ) -> list[str]:
        return []  # nobody here was ever fused


@dataclass
class KeptAlerts:
    """The part of the notifications' store that a withdrawal uses."""

    kept: dict[UUID, Notification] = field(default_factory=dict)

    async def keep(self, notifications: Sequence[Notification], now: datetime) -> frozenset[UUID]:
        for notification in notifications:
            self.kept.setdefault(notification.id, notification)
        return frozenset(notification.id for notification in notifications)
