"""What a fault test does and looks at: publish, kill, wait, add up."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from carillon.rig import Person, Rig, facts_about, partner_fact
from carillon.rig.facts import record
from shared.events.alerts import Audience, PartnerAlert
from shared.events.envelope import KafkaRecord
from shared.events.messages import MessageReceived, Sender
from shared.kit.broker import Producer
from tests.waiting import eventually

SETTLE_WITHIN_S = 120


def a_uai() -> str:
    """A school no other test uses."""
    return f"{uuid4().int % 10_000_000:07d}A"


@dataclass(slots=True)
class Scene:
    """A test's own people at a school of their own, on a rig that others used before."""

    rig: Rig
    producer: Producer
    pool: Any

    async def crowd(self, count: int, *, phones: bool = False) -> list[Person]:
        """People who agreed to everything, known to the notifier."""
        uai, name = a_uai(), uuid4().hex[:8]
        people = [
            Person(
                person_id=f"{name}-{number}",
                uai=uai,
                email=f"{name}-{number}@example.org",
                phone=f"+336399{number:05d}" if phones else None,
            )
            for number in range(count)
        ]
        await self.producer.publish([partner_fact(), *facts_about(people)])
        return people

    async def alert(self, people: list[Person], *, urgent: bool = False, times: int = 1) -> str:
        """Publish an alert to the school of these people, `times` times; returns its event id."""
        event_id = uuid4().hex
        data = PartnerAlert(
            alert_id=event_id,
            partner_id="academie-lyon",
            category="weather",
            severity="urgent" if urgent else "normal",
            title="Transports scolaires suspendus demain",
            body="Aucun car ne circulera mardi.",
            audience=Audience(uais=(people[0].uai,)),
            expires_at=datetime.now(UTC) + timedelta(hours=12),
        )
        await self.producer.publish([record(data, event_id=event_id)] * times)
        return event_id

    def message(
        self, people: list[Person], *, event_id: str | None = None, urgent: bool = False
    ) -> KafkaRecord:
        """A message from the school to these people, not yet published."""
        data = MessageReceived(
            message_id=event_id or uuid4().hex,
            establishment_uai=people[0].uai,
            sender=Sender(kind="establishment", display_name="Collège des Terreaux"),
            subject="Réunion parents-professeurs",
            recipients=tuple(person.person_id for person in people),
            urgent=urgent,
            url="https://ent.example.org/messages/1",
        )
        return record(data, event_id=data.message_id)

    async def send(self, people: list[Person], *, urgent: bool = False) -> str:
        """Publish one message to all of these people; returns its event id."""
        event_id = uuid4().hex
        await self.producer.publish([self.message(people, event_id=event_id, urgent=urgent)])
        return event_id

    async def count(self, event_ids: list[str], where: str = "true") -> int:
        """How many deliveries of these events satisfy a condition."""
        found: int = await self.pool.fetchval(
            "select count(*) from delivery d join notification n on n.id = d.notification_id"
            f" where n.event_id = any($1) and {where}",
            event_ids,
        )
        return found

    async def settled(
        self, event_ids: list[str], *, expected: int, within_s: float = SETTLE_WITHIN_S
    ) -> None:
        """Wait until people x channels = `expected` deliveries of these events have ended."""

        async def all_settled() -> bool:
            return await self.count(event_ids, "d.settled_at is not null") >= expected

        await eventually(all_settled, within_s=within_s, what=f"the settling of {expected} deliveries")
        assert await self.count(event_ids) == expected
        assert (
            await self.pool.fetchval(
                "select sum(expected) from notification where event_id = any($1)", event_ids
            )
            == expected
        )

    async def marked_twice(self, event_ids: list[str]) -> set[str]:
        """The persons whose delivery says that it may have arrived twice."""
        rows = await self.pool.fetch(
            "select d.person_id from delivery d join notification n on n.id = d.notification_id"
            " where n.event_id = any($1) and d.possible_duplicate",
            event_ids,
        )
        return {row["person_id"] for row in rows}

    def received(self, people: list[Person]) -> Counter[str]:
        """How many mails each of these people has in the sink."""
        own = {person.email: person.person_id for person in people}
        return Counter(
            own[address] for mail in self.rig.messages("mail") for address in mail["to"] if address in own
        )
