"""CloudEvents 1.0 on Kafka records: binary mode out; binary and structured mode in.

The mapping is the Kafka protocol binding 1.0.2 (§3): attributes are `ce_*` headers in binary mode, members of
the JSON object in structured mode (`application/cloudevents+json`). A null value is a tombstone.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from shared.events.base import EventData, in_utc
from shared.events.catalogue import BY_TYPE
from shared.kernel.clock import SystemClock

EVENT_BYTES_MAX = 900_000
"""The largest record value that is read; a bigger one is set aside unread."""

_JSON = "application/json"
_STRUCTURED = "application/cloudevents+json"
_VERSION = re.compile(r"\.v\d+$")
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_ATTRIBUTE = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,200}")
"""What CloudEvents allows in an attribute, as long as we keep it: an identity is stored and sent on."""

D = TypeVar("D", bound=EventData)


@dataclass(frozen=True, slots=True)
class KafkaRecord:
    """A record to publish: text key, value in bytes or none for a tombstone, headers in order."""

    topic: str
    key: str | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Event(Generic[D]):
    """One event as read: its CloudEvents identity, and its data (none for a tombstone)."""

    id: str
    source: str
    type: str
    time: datetime
    key: str | None
    data: D | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a record cannot be understood: a stable slug, and a detail without personal data."""

    reason: str
    detail: str


def to_record(
    data: EventData, *, event_id: str, source: str, time: datetime, topic: str | None = None
) -> KafkaRecord:
    """Write an event in binary mode on its topic, under its key. `time` is aware."""
    return KafkaRecord(
        topic=topic or data.topic,
        key=data.key,
        value=data.written(),
        headers=(
            ("content-type", _JSON.encode()),
            ("ce_specversion", b"1.0"),
            ("ce_id", event_id.encode()),
            ("ce_source", source.encode()),
            ("ce_type", data.event_type.encode()),
            ("ce_time", time.astimezone(UTC).isoformat().encode()),
        ),
    )


def tombstone(topic: str, key: str, *, event_id: str, source: str, time: datetime) -> KafkaRecord:
    """A record that says that nothing is known under this key any more."""
    return KafkaRecord(
        topic=topic,
        key=key,
        value=None,
        headers=(
            ("ce_specversion", b"1.0"),
            ("ce_id", event_id.encode()),
            ("ce_source", source.encode()),
            ("ce_time", time.astimezone(UTC).isoformat().encode()),
        ),
    )


def from_record(
    key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> "Event[Any] | Unreadable":
    """Understand a record of either mode, or say why not. Never raises on what a producer may have sent."""
    if value is not None and len(value) > EVENT_BYTES_MAX:
        return Unreadable("oversized", f"{len(value)} bytes; the most is {EVENT_BYTES_MAX}")
    try:
        named = {name.lower(): raw.decode() for name, raw in headers if raw is not None}
        text_key = None if key is None else key.decode()
    except UnicodeDecodeError:
        return Unreadable("malformed", "a header or the key is not UTF-8")
    if text_key is not None and "\0" in text_key:
        return Unreadable("malformed", "the key holds a NUL character, which nothing can store")
    if value is None:
        return _tombstone_read(text_key, named)
    if named.get("content-type", "").split(";")[0].strip().lower() == _STRUCTURED:
        return _structured(text_key, value)
    return _binary(text_key, value, named)


def _tombstone_read(key: str | None, named: Mapping[str, str]) -> "Event[Any]":
    """Any null value is one, whoever wrote it: the attributes are kept when there are some."""
    when = _instant(named.get("ce_time")) or _arrival()
    return Event(
        named.get("ce_id", ""), named.get("ce_source", ""), named.get("ce_type", ""), when, key, None
    )


def _binary(key: str | None, value: bytes, named: Mapping[str, str]) -> "Event[Any] | Unreadable":
    attributes = {name.removeprefix("ce_"): text for name, text in named.items() if name.startswith("ce_")}
    return _understood(key, attributes, value)


def _structured(key: str | None, value: bytes) -> "Event[Any] | Unreadable":
    try:
        whole = json.loads(value)
        data = json.dumps(whole["data"]).encode()
    except (ValueError, RecursionError):
        return Unreadable("malformed", "the value is not JSON")
    except (KeyError, TypeError, IndexError):
        return Unreadable("malformed", "a structured event is a JSON object with data")
    if not isinstance(whole, dict):
        return Unreadable("malformed", "a structured event is a JSON object with data")
    attributes = {name: text for name, text in whole.items() if isinstance(text, str)}
    return _understood(key, attributes, data)


def _understood(key: str | None, attributes: Mapping[str, str], data: bytes) -> "Event[Any] | Unreadable":
    when = _instant(attributes["time"]) if "time" in attributes else _arrival()
    if fault := _fault_of_attributes(attributes):
        return Unreadable("malformed", fault)
    if when is None:
        return Unreadable("malformed", "ce_time is not an RFC 3339 instant")
    model = BY_TYPE.get(attributes["type"])
    if model is None:
        return _unknown(attributes["type"])
    read = _read(model, data)
    if isinstance(read, Unreadable):
        return read
    return Event(attributes["id"], attributes["source"], attributes["type"], when, key, read)


def _fault_of_attributes(attributes: Mapping[str, str]) -> str | None:
    if attributes.get("specversion") != "1.0":
        return "ce_specversion is not 1.0"
    faulty = [name for name in ("id", "source", "type") if not _ATTRIBUTE.fullmatch(attributes.get(name, ""))]
    return f"missing, too long or unprintable attribute: {', '.join(faulty)}" if faulty else None


def _read(model: type[EventData], data: bytes) -> EventData | Unreadable:
    if b"\\u0000" in data and _ESCAPED_NUL.search(data):
        return Unreadable("malformed", "a text holds a NUL character, which nothing can store")
    try:
        return model.read(data)
    except ValidationError as refusal:
        if any(
            fault["type"] == "json_invalid"
            for fault in refusal.errors(include_url=False, include_input=False)
        ):
            return Unreadable("malformed", "the value is not JSON")
        return Unreadable("invalid", faults(refusal))


def _unknown(event_type: str) -> Unreadable:
    stem = _VERSION.sub("", event_type)
    if any(_VERSION.sub("", known) == stem for known in BY_TYPE):
        return Unreadable("unknown_version", f"no reader for {event_type[:100]}")
    return Unreadable("unknown_type", "no reader for this type")


def faults(refusal: ValidationError) -> str:
    """Which fields failed and on what rule; the values stay out of it."""
    told = [
        f"{'.'.join(str(part) for part in fault['loc']) or 'value'}: {fault['type']}"
        for fault in refusal.errors(include_url=False, include_context=False, include_input=False)[:5]
    ]
    return "; ".join(told)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return in_utc(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None


def _arrival() -> datetime:
    """When its producer does not say the time (the attribute is optional), an event is timed as it arrives."""
    return SystemClock().now()
