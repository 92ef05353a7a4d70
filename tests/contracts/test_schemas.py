"""The committed contracts say what the code does, and nothing that was ever promised was taken back."""

import json
from pathlib import Path

import pytest

from shared.events.base import EventData
from shared.events.catalogue import BY_TYPE, PRODUCERS
from shared.events.messages import MessageReceived
from shared.events.schemas import json_schema
from tests.contracts.compatibility import incompatibilities
from tests.generate import DOCUMENTS, FROZEN, ROOT, SCHEMAS, freeze, frozen_schemas, schema_file

MODELS = pytest.mark.parametrize("model", PRODUCERS, ids=lambda model: model.event_type)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_a_generated_document_is_what_the_code_says(file: Path) -> None:
    committed = file.read_text(encoding="utf-8")

    assert committed == DOCUMENTS[file](), f"{file.relative_to(ROOT)} is out of date: run `make docs`"


@MODELS
def test_a_schema_never_refuses_what_an_earlier_one_accepted(model: type[EventData]) -> None:
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in frozen_schemas(model)]

    broken = [problem for earlier in kept for problem in incompatibilities(earlier, json_schema(model))]

    assert kept, "no contract was ever kept for this type: run `make docs`"
    assert broken == []


@MODELS
def test_the_present_schema_is_kept_as_a_contract(model: type[EventData]) -> None:
    latest = json.loads(frozen_schemas(model)[-1].read_text(encoding="utf-8"))

    assert latest == json_schema(model)


def test_no_type_that_was_promised_is_gone() -> None:
    assert {folder.name for folder in FROZEN.iterdir()} == set(BY_TYPE)


def test_no_schema_is_left_of_a_type_that_does_not_exist() -> None:
    assert {file.name.removesuffix(".json") for file in SCHEMAS.glob("*.json")} == set(BY_TYPE)


def test_a_contract_is_added_beside_the_earlier_ones_and_never_rewritten(tmp_path: Path) -> None:
    earlier = tmp_path / MessageReceived.event_type / "0001.json"
    earlier.parent.mkdir()
    earlier.write_text("{}")

    added = freeze(MessageReceived, tmp_path)

    assert added == earlier.with_name("0002.json")
    assert added.read_text(encoding="utf-8") == schema_file(MessageReceived)
    assert earlier.read_text() == "{}"
    assert freeze(MessageReceived, tmp_path) is None
