"""`CHARTERS_DIRECTORY`, as an operator meets it."""

from pathlib import Path

import pytest

from tests.integration.conftest import ServiceDatabase
from tests.integration.test_auth_commands import Operator
from tests.unit.auth.charter_examples import charter_directory


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("command", [("serve",), ("partner", "list")])
async def test_a_wrong_charter_stops_the_start_with_a_sentence_that_names_it(
    service_database: ServiceDatabase, tmp_path: Path, command: tuple[str, ...]
) -> None:
    directory = charter_directory(tmp_path / "charters", parents='id = "parents"\nversion = 2026')

    ended = await Operator(service_database("auth")).runs(*command, CHARTERS_DIRECTORY=str(directory))

    assert ended.code == 1
    assert ended.complained.startswith("CHARTERS_DIRECTORY cannot be used: parents.toml: ")
    assert "Traceback" not in ended.complained


async def test_a_directory_that_is_not_there_is_told(
    service_database: ServiceDatabase, tmp_path: Path
) -> None:
    ended = await Operator(service_database("auth")).runs("serve", CHARTERS_DIRECTORY=str(tmp_path / "no"))

    assert ended.code == 1
    assert ended.complained.startswith("CHARTERS_DIRECTORY is wrong (there is no such directory)")
