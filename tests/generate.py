"""Documents that are made from the code: `make docs` writes them, and tests compare them with what is committed.

A frozen schema is a contract that somebody may rely on: a new one is added beside the others when a schema grows,
and none that exists is ever written again.
"""

import json
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from shared.events.asyncapi import asyncapi
from shared.events.base import EventData
from shared.events.catalogue import PRODUCERS
from shared.events.schemas import json_schema
from tests.unit.consent.truth_table import truth_table

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "shared/src/shared/events/schemas"
FROZEN = ROOT / "tests/contracts/frozen"
TOPICS = ROOT / "deploy/topics.yaml"


def as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def schema_file(model: type[EventData]) -> str:
    return as_json(json_schema(model))


def asyncapi_file() -> str:
    topics = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))
    document = asyncapi(topics, version=version("carillon-shared"))
    return "# Made by `make docs` from the catalogue of events and deploy/topics.yaml.\n" + yaml.safe_dump(
        document, allow_unicode=True, sort_keys=False, width=110
    )


def _schema_maker(model: type[EventData]) -> Callable[[], str]:
    return lambda: schema_file(model)


DOCUMENTS: dict[Path, Callable[[], str]] = {
    ROOT / "docs/consent-truth-table.md": truth_table,
    ROOT / "docs/asyncapi.yaml": asyncapi_file,
    **{SCHEMAS / f"{model.event_type}.json": _schema_maker(model) for model in PRODUCERS},
}
"""Every generated file, and how its text is made."""


def frozen_schemas(model: type[EventData], within: Path = FROZEN) -> list[Path]:
    """The schemas that this type has had, oldest first."""
    return sorted((within / model.event_type).glob("*.json"))


def freeze(model: type[EventData], within: Path = FROZEN) -> Path | None:
    """Keep the present schema as a contract, if the last one kept says something else."""
    kept = frozen_schemas(model, within)
    text = schema_file(model)
    if kept and kept[-1].read_text(encoding="utf-8") == text:
        return None
    new = within / model.event_type / f"{len(kept) + 1:04}.json"
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(text, encoding="utf-8")
    return new


def main() -> None:
    for file, made in DOCUMENTS.items():
        file.write_text(made(), encoding="utf-8")
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")
    for model in PRODUCERS:
        if new := freeze(model):
            sys.stdout.write(f"{new.relative_to(ROOT)} (a new contract)\n")


if __name__ == "__main__":
    main()
