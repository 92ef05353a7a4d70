"""What a topic may bring besides what is awaited there."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from notifier.entrypoints.consumers import codes_consumer, security_consumer
from shared.events.base import EventData
from shared.events.envelope import Event, KafkaRecord, from_record, to_record
from shared.events.security import AccessRevoked
from shared.kit.consumer import Batch, DeadLetter, Received
from tests.unit.notifier.examples import NOON
from tests.unit.notifier.routing_rig import a_code_for, a_security_notice_for

RUNTIME: Any = SimpleNamespace(kafka=None, producer=None)
REVOKED = AccessRevoked(person_id="sonia", revoked_at=NOON, reason="password_changed")
NOTICE: Any = a_security_notice_for("sonia").data
CODE: Any = a_code_for("sonia").data


class Routed(list[Any]):
    """Remembers what it was given to route, and how often the facts were awaited."""

    waits = 0

    async def __call__(self, events: Sequence[Event[Any]]) -> None:
        self.extend(event.data for event in events)

    async def await_facts(self) -> None:
        self.waits += 1


def a_batch(*data: EventData) -> Batch:
    records = [to_record(one, event_id=f"e{n}", source="/tests", time=NOON) for n, one in enumerate(data)]
    return Batch(tuple(_received(record, at) for at, record in enumerate(records)), RUNTIME)


def _received(record: KafkaRecord, at: int) -> Received:
    event = from_record(b"sonia", record.value, record.headers)
    assert isinstance(event, Event)
    return Received(event, record.topic, 0, at, record)


async def test_access_that_ended_is_no_business_of_the_notifier_and_no_dead_letter() -> None:
    routed: Any = Routed()
    consumer = security_consumer(RUNTIME, routed.await_facts, routed)

    await consumer.handle(a_batch(REVOKED))
    await consumer.handle(a_batch(REVOKED, NOTICE))

    assert routed == [NOTICE]
    assert routed.waits == 1


async def test_another_kind_of_event_does_not_belong_on_the_topic() -> None:
    routed: Any = Routed()

    with pytest.raises(DeadLetter) as letter:
        await security_consumer(RUNTIME, routed.await_facts, routed).handle(a_batch(NOTICE, CODE))

    assert letter.value.reason == "unexpected_type"
    assert routed == []


async def test_a_text_that_only_spells_the_null_character_is_an_event_like_any_other() -> None:
    routed: Any = Routed()
    code = CODE.model_copy(update={"sealed": r"a\u0000b"})

    await codes_consumer(RUNTIME, routed).handle(a_batch(code))

    assert routed == [code]
