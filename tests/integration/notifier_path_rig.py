"""Whole notifiers in this process, on the real Kafka and PostgreSQL; their relay is a recording server.

Tests share the broker: each rig listens as groups of its own, from where the topics stood when it was made, so that
what an earlier test left unread is nobody's here.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from notifier.adapters.topic_ends import TopicEnds
from notifier.bootstrap import CheckedSettings, Notifier
from notifier.entrypoints.crew import Crew, crew_of
from notifier.entrypoints.roles import ROLES
from shared.events.alerts import Audience, PartnerAlert
from shared.events.base import EventData
from shared.events.codes import CodeIssued, CodeSecret
from shared.events.envelope import KafkaRecord, to_record
from shared.events.messages import MessageReceived, Sender
from shared.events.security import SecurityNoticed
from shared.kernel.clock import SystemClock
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.connections import Runtime
from shared.kit.outbox import OutboxRelay
from shared.kit.sealing import Sealer, new_key
from shared.kit.tasks import background
from tests.fakes.smtp_server import SmtpServer
from tests.fakes.twilio_server import TwilioServer
from tests.integration.notifier_facts import a_school, an_account, everything_ticked, preferences_of
from tests.waiting import eventually


@dataclass
class PathRig:
    pool: asyncpg.Pool
    kafka: KafkaConnection
    producer: Producer
    relay: SmtpServer
    gateway: TwilioServer
    name: str = field(default_factory=lambda: uuid4().hex[:8])
    code_key: str = field(default_factory=new_key)

    @property
    def uai(self) -> str:
        """A school no other test uses."""
        return f"{int(self.name, 16) % 10_000_000:07d}A"

    def person(self, number: int) -> str:
        return f"{self.name}-{number}"

    @asynccontextmanager
    async def notifier(self, roles: tuple[str, ...] = ROLES) -> AsyncIterator[None]:
        """A whole notifier, from the start of its consumers to their end."""
        crew = self._crew(roles)
        async with background(OutboxRelay(self.pool, self.producer).run()):
            await crew.start()
            try:
                yield
            finally:
                await crew.stop()

    async def begin_here(self) -> None:
        """Leave what the topics hold already to those who wrote it."""
        listeners = self._crew(ROLES).consumers
        await asyncio.gather(*(self._skip_to_the_end(one.group, one.topics) for one in listeners))

    async def tell_about(self, *numbers: int, choices: bool = True, version: int = 1) -> None:
        facts: list[EventData] = []
        for number in numbers:
            ticked = (everything_ticked(self.uai),) if choices else ()
            facts.append(an_account(self.person(number), a_school(self.uai), version=version))
            facts.append(preferences_of(self.person(number), choices=ticked, version=version))
        await self.publish(*facts)

    async def publish(self, *facts: EventData, event_id: str | None = None) -> str:
        name = event_id or uuid4().hex
        await self.producer.publish([_record(fact, f"{name}-{n}") for n, fact in enumerate(facts)])
        return f"{name}-0"

    def a_message(self, *numbers: int) -> MessageReceived:
        return MessageReceived(
            message_id=uuid4().hex,
            establishment_uai=self.uai,
            sender=Sender(kind="person", display_name="M. Roche"),
            subject="Sortie",
            recipients=tuple(self.person(number) for number in numbers),
            url="https://ent.example.org/1",
        )

    async def send(self, *numbers: int, event_id: str | None = None) -> str:
        return await self.publish(self.a_message(*numbers), event_id=event_id)

    def an_alert(self, partner_id: str) -> PartnerAlert:
        return PartnerAlert(
            alert_id=uuid4().hex,
            partner_id=partner_id,
            category="weather",
            severity="urgent",
            title="Neige",
            body="Pas de car.",
            audience=Audience(uais=(self.uai,)),
            expires_at=datetime.now(UTC) + timedelta(hours=1),
        )

    def a_code(self, destination: str, code: str) -> CodeIssued:
        sealed = Sealer(self.code_key).seal(CodeSecret(destination=destination, code=code))
        return CodeIssued(
            code_id=uuid4().hex,
            person_id=self.person(0),
            purpose="recovery",
            channel="email",
            sealed=sealed,
            expires_at=datetime.now(UTC) + timedelta(minutes=10),
        )

    def a_security_notice(self, number: int, destination: str) -> SecurityNoticed:
        return SecurityNoticed(
            notice_id=uuid4().hex,
            person_id=self.person(number),
            fact="contact_changed",
            channel="sms" if destination.startswith("+") else "email",
            sealed=Sealer(self.code_key).seal_destination(destination),
            occurred_at=datetime.now(UTC),
            expires_at=datetime.now(UTC) + timedelta(hours=1),
        )

    async def settled(self, deliveries: int) -> Counter[str]:
        """Wait until so many deliveries have ended; how many in each state."""

        async def ended() -> bool:
            count = await self.pool.fetchval("select count(*) from delivery where settled_at is not null")
            return bool(count >= deliveries)

        await eventually(ended, within_s=40, what=f"the end of {deliveries} deliveries")
        rows = await self.pool.fetch("select state, count(*) from delivery group by 1")
        return Counter({row[0]: row[1] for row in rows})

    def mailed(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(taken.recipient for taken in self.relay.taken)

    def _crew(self, roles: Sequence[str]) -> Crew:
        runtime = Runtime(self.pool, self.kafka, self.producer, SystemClock())
        crew = crew_of(Notifier(settings=self._settings(), runtime=runtime), roles)
        for listener in crew.consumers:
            listener.group = f"{self.name}.{listener.group}"
        return crew

    async def _skip_to_the_end(self, group: str, topics: Sequence[str]) -> None:
        ends = TopicEnds(self.kafka, topics)
        member = AIOKafkaConsumer(**self.kafka.options(), group_id=group, enable_auto_commit=False)
        await ends.start()
        await member.start()
        try:
            here = {TopicPartition(*place): end for place, end in (await ends.now()).items()}
            member.assign(list(here))
            await member.commit(here)
        finally:
            await member.stop()
            await ends.stop()

    def _settings(self) -> CheckedSettings:
        values: dict[str, Any] = {
            "carillon_env": "local",
            "database_url": "postgresql://unused@127.0.0.1/unused",
            "kafka_bootstrap_servers": self.kafka.bootstrap_servers,
            "mail_from": "ENT <ne-pas-repondre@ent.example.org>",
            "smtp_relays": f"smtp://127.0.0.1:{self.relay.port}",
            "sms_gateways": f"twilio+http://{self.gateway.account_sid}:{self.gateway.auth_token}"
            f"@127.0.0.1:{self.gateway.port}?from=CARILLON",
            "code_keys": self.code_key,
            "auth_url": "http://127.0.0.1:9",
            "introspection_client_id": "notifier",
            "introspection_client_secret": "tests",
        }
        return CheckedSettings(**values)


def _record(data: EventData, event_id: str) -> KafkaRecord:
    return to_record(data, event_id=event_id, source="/tests", time=datetime.now(UTC))
