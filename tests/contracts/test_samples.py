"""Records that other teams' producers have sent: each still reads, with what it does not know left aside."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.events.catalogue import BY_TYPE
from shared.events.envelope import Event, from_record
from tests.generate import SCHEMAS, frozen_schemas

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*/*.json"))
EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.parent.name}/{sample.stem}")


def valid(data: Any, schema_file: Path) -> bool:
    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema).is_valid(data)


def as_record(sample: Path) -> Event[Any]:
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"evt-1"),
        ("ce_source", b"urn:test:samples"),
        ("ce_type", sample.parent.name.encode()),
        ("ce_time", b"2026-11-24T11:00:00Z"),
    ]
    read = from_record(b"key", sample.read_bytes(), headers)
    assert isinstance(read, Event), read
    return read


@EACH
def test_a_sample_reads_and_what_was_given_is_kept(sample: Path) -> None:
    given = json.loads(sample.read_text(encoding="utf-8"))

    data = as_record(sample).data

    assert data is not None
    kept = json.loads(data.written())
    plain = {name for name, value in given.items() if isinstance(value, str | int | bool) and name in kept}
    assert {name: kept[name] for name in plain - INSTANTS} == {name: given[name] for name in plain - INSTANTS}
    assert set(given) - set(kept) <= UNKNOWN | {name for name in given if given[name] is None}


@EACH
def test_what_was_read_and_written_again_reads_the_same(sample: Path) -> None:
    first = as_record(sample).data

    again = BY_TYPE[sample.parent.name].read(first.written()) if first else None

    assert again == first


@EACH
def test_a_sample_fits_its_schema_and_the_contract_kept(sample: Path) -> None:
    data = json.loads(sample.read_text(encoding="utf-8"))
    model = BY_TYPE[sample.parent.name]

    assert valid(data, SCHEMAS / f"{sample.parent.name}.json")
    assert valid(data, frozen_schemas(model)[-1])


@pytest.mark.parametrize("event_type", BY_TYPE)
def test_each_type_has_a_least_sample_and_one_from_the_future(event_type: str) -> None:
    stems = {sample.stem for sample in SAMPLES if sample.parent.name == event_type}

    assert {"least", "with-unknown-fields"} <= stems


INSTANTS = {"expires_at", "at", "occurred_at", "revoked_at"}
UNKNOWN = {
    "folder", "attachments", "approved_by", "locale", "birth_year", "website", "language", "platform",
    "seen_at", "attempt", "provider", "attempts",
}  # fmt: skip
