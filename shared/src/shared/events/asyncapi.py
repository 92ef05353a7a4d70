"""The map of all topics and events as an AsyncAPI 3.0 document, made from the catalogue and `deploy/topics.yaml`."""

from collections.abc import Mapping
from typing import Any

from shared.events.base import EventData
from shared.events.catalogue import PRODUCERS
from shared.events.orders import LANES, DeliveryOrdered, lane_topic
from shared.events.schemas import opened, parts_of

Document = dict[str, Any]

_HOUR_MS = 3_600_000
_DESCRIPTION = """Carillon's events: CloudEvents 1.0 on Kafka.

Binary mode is published; binary and structured mode (application/cloudevents+json) are accepted from any client.
`ce_source` and `ce_id` are minted by the producer and are the identity of an event: seen twice, acted on once.
Keys are always set and partitioned by murmur2. On a compacted topic a null value says that nothing is known any more.
A record that cannot be understood goes untouched to `<topic>.dlq`, with the reason in its headers.
"""


def asyncapi(topics: Mapping[str, Any], *, version: str) -> Document:
    """The document. `topics` is the content of `deploy/topics.yaml`; raises KeyError on a topic missing there."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Carillon", "version": version, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": _channels(topics),
        "operations": _operations(),
        "components": {
            "messages": {model.__name__: _message(model) for model in PRODUCERS}
            | {"DeadLetter": _dead_letter()},
            "schemas": _schemas(),
        },
    }


def topics_of(model: type[EventData]) -> tuple[str, ...]:
    """Where an event travels; an order to deliver has a topic for each lane."""
    return tuple(map(lane_topic, LANES)) if model is DeliveryOrdered else (model.topic,)


def events_by_topic() -> dict[str, list[type[EventData]]]:
    """Every topic with the events that travel on it."""
    by_topic: dict[str, list[type[EventData]]] = {}
    for model in PRODUCERS:
        for topic in topics_of(model):
            by_topic.setdefault(topic, []).append(model)
    return by_topic


def _channels(topics: Mapping[str, Any]) -> Document:
    channels: Document = {}
    for topic, models in events_by_topic().items():
        settings = topics["topics"][topic]
        channels[_id(topic)] = _channel(topic, [model.__name__ for model in models], settings)
        twin = {"partitions": 1, "retention_hours": topics["dead_letters"]["retention_hours"]}
        channels[_id(f"{topic}.dlq")] = _channel(f"{topic}.dlq", ["DeadLetter"], twin)
    return channels


def _channel(topic: str, messages: list[str], settings: Mapping[str, Any]) -> Document:
    return {
        "address": topic,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "bindingVersion": "0.5.0",
                "topic": topic,
                "partitions": settings["partitions"],
                "topicConfiguration": _kept(settings),
            }
        },
    }


def _kept(settings: Mapping[str, Any]) -> Document:
    if settings.get("compacted"):
        return {"cleanup.policy": ["compact"]}
    return {"cleanup.policy": ["delete"], "retention.ms": settings["retention_hours"] * _HOUR_MS}


def _operations() -> Document:
    operations: Document = {}
    for model, producers in PRODUCERS.items():
        for topic in topics_of(model):
            operations[f"{_id(topic)}_{model.__name__}"] = {
                "action": "send",
                "summary": f"Produced by {' and '.join(producers)}.",
                "channel": {"$ref": f"#/channels/{_id(topic)}"},
                "messages": [{"$ref": f"#/channels/{_id(topic)}/messages/{model.__name__}"}],
            }
    return operations


def _message(model: type[EventData]) -> Document:
    return {
        "name": model.event_type,
        "title": model.__name__,
        "summary": (model.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "headers": _headers(model.event_type),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


def _headers(event_type: str) -> Document:
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
        "properties": {
            "content-type": {"type": "string", "const": "application/json"},
            "ce_specversion": {"type": "string", "const": "1.0"},
            "ce_id": {"type": "string", "minLength": 1, "maxLength": 200},
            "ce_source": {"type": "string", "minLength": 1, "maxLength": 200},
            "ce_type": {"type": "string", "const": event_type},
            "ce_time": {"type": "string", "format": "date-time"},
        },
    }


def _dead_letter() -> Document:
    told = ("error-reason", "error-detail", "origin-topic", "origin-partition", "origin-offset")
    return {
        "title": "DeadLetter",
        "summary": "A record that could not be understood, untouched, with the reason in its headers.",
        "headers": {
            "type": "object",
            "required": list(told),
            "properties": {header: {"type": "string"} for header in told},
        },
        "payload": {},
    }


def _schemas() -> Document:
    schemas: Document = {}
    for model in PRODUCERS:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= parts_of(schema) | {model.__name__: opened(schema)}
    return dict(sorted(schemas.items()))


def _id(topic: str) -> str:
    return topic.replace(".", "_")
