"""What is written reads the same, and another implementation of CloudEvents understands it both ways."""

import json
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    from_structured_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings

from shared.events.base import EventData
from shared.events.catalogue import BY_TYPE, PRODUCERS
from shared.events.envelope import Event, KafkaRecord, from_record, to_record, tombstone
from tests.unit.events.examples import NOON, a_message, any_event, ids, instants

SOURCE = "urn:carillon:tests"


def written(data: EventData, event_id: str = "evt-1", at: datetime = NOON) -> KafkaRecord:
    return to_record(data, event_id=event_id, source=SOURCE, time=at)


def read(record: KafkaRecord) -> Event[Any]:
    key = None if record.key is None else record.key.encode()
    event = from_record(key, record.value, record.headers)
    assert isinstance(event, Event), event
    return event


@given(any_event, ids, instants)
@settings(max_examples=100)
def test_whatever_is_written_reads_the_same(data: EventData, event_id: str, at: datetime) -> None:
    event = read(written(data, event_id, at))

    assert event.data == data
    assert (event.id, event.source, event.type) == (event_id, SOURCE, data.event_type)
    assert event.time == at
    assert event.key == data.key


@given(any_event)
@settings(max_examples=30)
def test_the_cloudevents_sdk_reads_what_we_publish(data: EventData) -> None:
    record = written(data)

    theirs = from_binary_event(KafkaMessage(dict(record.headers), record.key, record.value or b""))

    assert (theirs.get_id(), theirs.get_source(), theirs.get_type()) == ("evt-1", SOURCE, data.event_type)
    assert theirs.get_time() == NOON
    assert theirs.get_datacontenttype() == "application/json"
    assert theirs.get_data() == json.loads(data.written())


def from_the_sdk(data: EventData) -> CloudEvent:
    attributes = {
        "id": "evt-1",
        "source": SOURCE,
        "type": data.event_type,
        "specversion": "1.0",
        "time": NOON,
        "datacontenttype": "application/json",
        "partitionkey": data.key,
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    return CloudEvent(attributes, json.loads(data.written()))


@given(any_event)
@settings(max_examples=30)
def test_we_read_what_the_cloudevents_sdk_publishes_in_both_modes(data: EventData) -> None:
    for message in (to_binary_event(from_the_sdk(data)), to_structured_event(from_the_sdk(data))):
        key = message.key if isinstance(message.key, bytes) else str(message.key).encode()

        event = from_record(key, message.value, list(message.headers.items()))

        assert isinstance(event, Event)
        assert (event.id, event.source, event.data, event.key) == ("evt-1", SOURCE, data, data.key)
        assert event.time == NOON


def test_a_structured_event_that_the_sdk_wrote_comes_back_to_it() -> None:
    message = to_structured_event(from_the_sdk(a_message()))

    assert from_structured_event(message).get_id() == "evt-1"


def test_a_tombstone_keeps_its_key_and_says_nothing_else() -> None:
    event = read(tombstone("ent.accounts", "par-001", event_id="evt-2", source=SOURCE, time=NOON))

    assert (event.key, event.data, event.id, event.time) == ("par-001", None, "evt-2", NOON)


def test_times_are_written_in_utc() -> None:
    in_paris = datetime.fromisoformat("2026-11-24T12:00:00+01:00")

    headers = dict(written(a_message(), at=in_paris).headers)

    assert headers["ce_time"] == b"2026-11-24T11:00:00+00:00"
    assert read(written(a_message(), at=in_paris)).time.tzinfo == UTC


def test_a_settled_notification_says_that_it_has_no_reason() -> None:
    sample = {
        "event_id": "e",
        "event_source": "s",
        "notification_id": "0197b7a2-5c1e-7d6f-8c43-7d6f0e3c2a11",
        "person_id": "p",
        "channel": "email",
        "state": "sent",
        "at": "2026-11-24T11:00:00Z",
    }
    data = BY_TYPE["fr.ent.notification.settled.v1"].read(json.dumps(sample))

    assert json.loads(data.written())["reason"] is None


def test_a_topic_passes_first_whole_or_not_at_all() -> None:
    """Otherwise two events of one person on one topic could overtake each other."""
    first = {data.topic for data in PRODUCERS if data.passes_first}
    later = {data.topic for data in PRODUCERS if not data.passes_first}

    assert first == {"ent.codes", "ent.security"}
    assert not first & later
