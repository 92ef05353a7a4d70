"""Records written by hand for speed are those of the events' own models."""

import json

import pytest

from notifier.adapters.orders_topic import _record
from notifier.adapters.settled_facts import SOURCE, settled
from notifier.domain.deliveries import State
from shared.events.envelope import Event, KafkaRecord, from_record, to_record
from shared.events.notifications import NotificationSettled
from shared.events.orders import DeliveryOrdered, lane_topic
from tests.unit.notifier.examples import NOON, a_key, a_message


def read(record: KafkaRecord) -> Event[object]:
    event = from_record(str(record.key).encode(), record.value, record.headers)
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize("reason", [None, "opted_out_email"])
def test_a_settled_fact(reason: str | None) -> None:
    key = a_key("sonia")
    model = NotificationSettled(
        event_id="m1",
        event_source="/ent",
        notification_id=key.notification_id,
        person_id="sonia",
        channel="email",
        state="sent",
        reason=reason,
        at=NOON,
    )

    fast = settled(a_message(), key, State.SENT, reason, NOON)

    slow = to_record(model, event_id=read(fast).id, source=SOURCE, time=NOON)
    assert (fast.topic, fast.key) == (slow.topic, slow.key)
    assert json.loads(fast.value or b"") == json.loads(slow.value or b"")
    assert read(fast) == read(slow)


def test_an_order() -> None:
    key = a_key("sonia", "sms")
    model = DeliveryOrdered(notification_id=key.notification_id, person_id="sonia", channel="sms")

    fast = _record("bulk", key, NOON.isoformat().encode())

    slow = to_record(
        model, event_id=read(fast).id, source="/carillon/notifier", time=NOON, topic=lane_topic("bulk")
    )
    assert (fast.topic, fast.key, read(fast)) == (slow.topic, slow.key, read(slow))


def test_the_same_fact_always_has_the_same_name() -> None:
    first = settled(a_message(), a_key(), State.SENT, None, NOON)

    assert read(first).id == read(settled(a_message(), a_key(), State.SENT, None, NOON)).id
    assert read(first).id != read(settled(a_message(), a_key(), State.AMBIGUOUS, None, NOON)).id
