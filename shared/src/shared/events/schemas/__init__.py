"""The contract of each event's data as JSON Schema: what another team's producer may send.

The files beside this one are made by `make docs` and compared by a test.
"""

from typing import Any

from shared.events.base import EventData, Exact

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[EventData]) -> dict[str, Any]:
    """What this version reads. Unknown fields are allowed, as readers ignore them, except in an `Exact` part."""
    schema = model.model_json_schema(ref_template="#/$defs/{model}")
    return {
        "$schema": DIALECT,
        "$id": f"urn:carillon:schema:{model.event_type}",
        **opened(schema),
        **({"$defs": parts} if (parts := parts_of(schema)) else {}),
    }


def parts_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The schemas of the models inside a model, by name, open where their readers are tolerant."""
    exact = {part.__name__ for part in Exact.__subclasses__()}
    return {
        name: part if name in exact else opened(part)
        for name, part in sorted(schema.get("$defs", {}).items())
    }


def opened(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without its inner parts and without the closing that only builders of events obey."""
    return {word: value for word, value in schema.items() if word not in ("$defs", "additionalProperties")}
