"""Whether a newer schema still accepts everything that an older one accepted.

It knows the words that our models produce, and treats any other difference as a break: better one question too
many. `incompatibilities` answers with sentences, empty when whoever relied on the old schema is safe.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_MINIMA = ("minLength", "minimum", "minItems", "exclusiveMinimum")
_MAXIMA = ("maxLength", "maximum", "maxItems", "exclusiveMaximum")
_SAID_ONLY = {"title", "description", "default", "$schema", "$id", "$defs", "examples"}
_COMPARED = {
    "type", "properties", "required", "items", "anyOf", "enum", "const", "pattern", "format",
    "additionalProperties", *_MINIMA, *_MAXIMA,
}  # fmt: skip


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """What the new schema refuses, or may refuse, that the old one accepted."""
    return list(_narrowed(old, new, old, new, "data"))


def _narrowed(old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    unknown = (old.keys() | new.keys()) - _SAID_ONLY - _COMPARED
    yield from (f"{path}: no rule for {word!r}" for word in sorted(unknown) if old.get(word) != new.get(word))
    if "anyOf" in old or "anyOf" in new:
        yield from _fewer_alternatives(old, new, old_root, new_root, path)
        return
    yield from _tighter(old, new, path)
    yield from _object(old, new, old_root, new_root, path)
    if "items" in old or "items" in new:
        yield from _narrowed(old.get("items", {}), new.get("items", {}), old_root, new_root, f"{path}[]")


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        named = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        schema = {**named, **{word: value for word, value in schema.items() if word != "$ref"}}
    return schema


def _fewer_alternatives(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str
) -> Iterator[str]:
    offered = new.get("anyOf", [new])
    for alternative in old.get("anyOf", [old]):
        if not any(not list(_narrowed(alternative, now, old_root, new_root, path)) for now in offered):
            yield f"{path}: an alternative is gone or narrower"


def _tighter(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for word in ("type", "pattern", "format", "const"):
        if word in new and old.get(word) != new[word]:
            yield f"{path}: {word} changed"
    if "enum" in new and not set(old.get("enum", [object()])) <= set(new["enum"]):
        yield f"{path}: fewer values"
    for word in _MINIMA:
        if word in new and old.get(word, float("-inf")) < new[word]:
            yield f"{path}: {word} rose"
    for word in _MAXIMA:
        if word in new and old.get(word, float("inf")) > new[word]:
            yield f"{path}: {word} fell"


def _object(old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str) -> Iterator[str]:
    before, now = old.get("properties", {}), new.get("properties", {})
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name}: became required"
    for name in sorted(before.keys() - now.keys()):
        yield f"{path}.{name}: removed"
    if new.get("additionalProperties", True) is False and old.get("additionalProperties", True) is not False:
        yield f"{path}: closed to unknown fields"
    for name in sorted(before.keys() & now.keys()):
        yield from _narrowed(before[name], now[name], old_root, new_root, f"{path}.{name}")
