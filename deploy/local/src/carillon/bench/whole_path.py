"""From an event appended to Kafka to mails accepted by the sink: how many a second, and how soon one."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles

import asyncpg

from carillon.bench.conservation import Balance, Ledger, balance, read_ledger
from carillon.bench.costs import Cost, costs
from carillon.rig import Person, Rig, facts_about, partner_fact
from carillon.rig.facts import record
from shared.events.alerts import Audience, PartnerAlert
from shared.events.messages import MessageReceived, Sender
from shared.kernel.ids import uuid7
from shared.kit.broker import Producer

UAI = "0690001A"
WITHIN_S = 600
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Throughput:
    """One alert to many people: mails a second from the append to the last acceptance."""

    mails: int
    seconds: float
    first_mail_s: float
    balance: Balance
    costs: dict[str, Cost]

    @property
    def mails_a_second(self) -> float:
        return self.mails / self.seconds


@dataclass(frozen=True, slots=True)
class Latency:
    """Single messages on an idle path, in milliseconds from the append to the acceptance."""

    messages: int
    p50_ms: float
    p99_ms: float
    balance: Balance


def crowd(count: int) -> Iterator[Person]:
    """People who agreed to e-mail and have no telephone: each alert is one mail and one reasoned silence."""
    return (Person(person_id=f"p{number:06d}", email=f"p{number:06d}@example.org") for number in range(count))


async def make_known(rig: Rig, producer: Producer, people: int) -> None:
    """Publish the facts of a crowd and wait until the notifier knows all of it."""
    await producer.publish([partner_fact(), *facts_about(crowd(people))])
    connection = await asyncpg.connect(rig.dsn)
    try:
        async with asyncio.timeout(WITHIN_S):
            while await connection.fetchval("select count(*) from choice") < people:
                await asyncio.sleep(LOOK_EVERY_S)
    finally:
        await connection.close()


async def measure_throughput(
    rig: Rig, producer: Producer, pids: dict[str, int], *, people: int, urgent: bool
) -> Throughput:
    """Send one alert to everybody, wait for the last mail and the last line of the ledger."""
    before, accepted_before = costs(pids), rig.accepted("mail")
    event_id = str(uuid7())
    start = time.perf_counter()
    await producer.publish([record(_alert(urgent=urgent), event_id=event_id)])
    first = await _accepted(rig, accepted_before + 1) - start
    last = await _accepted(rig, accepted_before + people) - start
    spent = costs(pids)
    ledger = await _settled(rig, [event_id], people)
    mails = rig.messages("mail")[-people:]
    return Throughput(
        mails=people,
        seconds=last,
        first_mail_s=first,
        balance=balance(ledger, mails),
        costs={name: cost.since(before[name]) for name, cost in spent.items()},
    )


async def measure_latency(rig: Rig, producer: Producer, *, messages: int) -> Latency:
    """Send messages one by one, each after the mail of the one before: the path is idle every time."""
    appended: dict[str, float] = {}
    event_ids = [str(uuid7()) for _ in range(messages)]
    before = rig.accepted("mail")
    for number, event_id in enumerate(event_ids):
        person = f"p{number:06d}"
        appended[person] = time.time()
        await producer.publish([record(_message(event_id, person), event_id=event_id)])
        await _accepted(rig, before + number + 1)
    mails = rig.messages("mail")[-messages:]
    ledger = await _settled(rig, event_ids, messages)
    waited_ms = [
        (datetime.fromisoformat(mail["received_at"]).timestamp() - appended[mail["to"][0].partition("@")[0]])
        * 1000
        for mail in mails
    ]
    cuts = quantiles(waited_ms, n=100)
    return Latency(messages=messages, p50_ms=cuts[49], p99_ms=cuts[98], balance=balance(ledger, mails))


async def _accepted(rig: Rig, count: int) -> float:
    async with asyncio.timeout(WITHIN_S):
        while await asyncio.to_thread(rig.accepted, "mail") < count:
            await asyncio.sleep(LOOK_EVERY_S)
    return time.perf_counter()


async def _settled(rig: Rig, event_ids: list[str], people: int) -> Ledger:
    async with asyncio.timeout(WITHIN_S):
        while True:
            ledger = await read_ledger(rig.dsn, event_ids)
            if ledger.expected >= people and ledger.settled == ledger.expected:
                return ledger
            await asyncio.sleep(LOOK_EVERY_S)


def _alert(*, urgent: bool) -> PartnerAlert:
    return PartnerAlert(
        alert_id=str(uuid7()),
        partner_id="academie-lyon",
        category="weather",
        severity="urgent" if urgent else "normal",
        title="Transports scolaires suspendus demain",
        body="En raison de la neige, aucun car ne circulera mardi 24 novembre.",
        audience=Audience(uais=(UAI,)),
        expires_at=datetime.now(UTC) + timedelta(hours=12),
    )


def _message(event_id: str, person: str) -> MessageReceived:
    return MessageReceived(
        message_id=event_id,
        establishment_uai=UAI,
        sender=Sender(kind="establishment", display_name="Collège des Terreaux"),
        subject="Réunion parents-professeurs",
        recipients=(person,),
        url="https://ent.example.org/messages/1",
    )
