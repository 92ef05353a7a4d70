"""The checker of schemas itself: it lets growth through and stops each way of breaking a contract."""

import copy
from typing import Any

import pytest

from tests.contracts.compatibility import incompatibilities

BASE: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^x"},
        "state": {"enum": ["sent", "failed"], "type": "string"},
        "url": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "part": {"$ref": "#/$defs/Part"},
        "names": {"type": "array", "items": {"type": "string"}},
    },
    "$defs": {"Part": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}},
}


def changed(*path: str, to: object) -> dict[str, Any]:
    """The base with one value set; `...` removes it."""
    schema = copy.deepcopy(BASE)
    inner: Any = schema
    for step in path[:-1]:
        inner = inner[step]
    if to is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return schema


def test_the_same_schema_is_compatible() -> None:
    assert incompatibilities(BASE, BASE) == []


@pytest.mark.parametrize(
    "grown",
    [
        changed("properties", "more", to={"type": "string"}),
        changed("properties", "id", "maxLength", to=300),
        changed("properties", "id", "pattern", to=...),
        changed("properties", "state", "enum", to=["sent", "failed", "delivered"]),
        changed("required", to=[]),
        changed("properties", "id", "description", to="other words"),
        changed("$defs", "Part", "properties", "n", "minimum", to=0),
    ],
)
def test_growth_is_compatible(grown: dict[str, Any]) -> None:
    assert incompatibilities(BASE, grown) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (changed("properties", "state", to=...), "data.state: removed"),
        (changed("required", to=["id", "state"]), "data.state: became required"),
        (changed("properties", "id", "type", to="integer"), "data.id: type changed"),
        (changed("properties", "id", "maxLength", to=100), "data.id: maxLength fell"),
        (changed("properties", "id", "minLength", to=2), "data.id: minLength rose"),
        (changed("properties", "id", "pattern", to="^y"), "data.id: pattern changed"),
        (changed("properties", "state", "enum", to=["sent"]), "data.state: fewer values"),
        (changed("properties", "id", "enum", to=["x"]), "data.id: fewer values"),
        (
            changed("properties", "url", "anyOf", to=[{"type": "string"}]),
            "data.url: an alternative is gone or narrower",
        ),
        (changed("$defs", "Part", "properties", "n", "minimum", to=2), "data.part.n: minimum rose"),
        (changed("properties", "names", "items", "type", to="integer"), "data.names[]: type changed"),
        (changed("additionalProperties", to=False), "data: closed to unknown fields"),
        (changed("properties", "id", "not", to={"const": "x"}), "data.id: no rule for 'not'"),
    ],
)
def test_each_way_of_breaking_is_named(broken: dict[str, Any], told: str) -> None:
    assert told in incompatibilities(BASE, broken)
