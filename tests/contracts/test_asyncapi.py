"""The AsyncAPI document holds together: each reference leads somewhere, each topic and event is there once."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import yaml

from shared.events.asyncapi import asyncapi, events_by_topic
from shared.events.catalogue import BY_TYPE
from tests.generate import ROOT, TOPICS

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs/asyncapi.yaml").read_text(encoding="utf-8"))
TOPICS_FILE: dict[str, Any] = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))

SHAPE = {
    "type": "object",
    "required": ["asyncapi", "info"],
    "additionalProperties": False,
    "properties": {
        "asyncapi": {"const": "3.0.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "defaultContentType": {"type": "string"},
        "channels": {
            "type": "object",
            "propertyNames": {"pattern": r"^[A-Za-z0-9_\-]+$"},
            "additionalProperties": {
                "type": "object",
                "required": ["address", "messages"],
                "properties": {"messages": {"type": "object", "minProperties": 1}},
            },
        },
        "operations": {
            "type": "object",
            "propertyNames": {"pattern": r"^[A-Za-z0-9_\-]+$"},
            "additionalProperties": {
                "type": "object",
                "required": ["action", "channel", "messages"],
                "properties": {"action": {"enum": ["send", "receive"]}},
            },
        },
        "components": {"type": "object", "required": ["messages", "schemas"]},
    },
}


def references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def led_to(reference: str) -> object:
    node: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_the_document_has_the_shape_of_asyncapi_3() -> None:
    assert list(jsonschema.Draft202012Validator(SHAPE).iter_errors(DOCUMENT)) == []


def test_each_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))

    assert len(found) > len(BY_TYPE)
    assert all(led_to(reference) for reference in found)


def test_the_topics_are_those_that_the_deployment_creates() -> None:
    addresses = {channel["address"] for channel in DOCUMENT["channels"].values()}

    created = set(TOPICS_FILE["topics"])
    assert addresses == created | {f"{topic}.dlq" for topic in created}


def test_each_event_type_is_a_message() -> None:
    named = {message["name"] for message in DOCUMENT["components"]["messages"].values() if "name" in message}

    assert named == set(BY_TYPE)


def test_what_is_known_about_people_is_compacted_and_codes_are_gone_in_an_hour() -> None:
    kept = {
        channel["address"]: channel["bindings"]["kafka"]["topicConfiguration"]
        for channel in DOCUMENT["channels"].values()
    }

    assert (
        kept["ent.accounts"]
        == kept["ent.preferences"]
        == kept["ent.partners"]
        == {"cleanup.policy": ["compact"]}
    )
    assert kept["ent.codes"]["retention.ms"] == 3_600_000
    assert kept["ent.security"]["retention.ms"] == 7 * 24 * 3_600_000


def test_an_order_travels_on_each_lane() -> None:
    lanes = {topic for topic in events_by_topic() if topic.startswith("notifier.deliveries.")}

    assert lanes == {f"notifier.deliveries.{lane}" for lane in ("codes", "urgent", "normal", "bulk")}


def test_a_topic_that_nobody_would_create_stops_the_making() -> None:
    with pytest.raises(KeyError, match=r"ent\.messages"):
        asyncapi({**TOPICS_FILE, "topics": {}}, version="0")
