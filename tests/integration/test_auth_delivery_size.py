"""A whole département's delivery by the real command: how long it takes and how much memory it holds."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.aaf_delivery import Crowd, as_directory, document, modify
from tests.integration.conftest import ServiceDatabase

COMMAND = str(Path(sys.executable).with_name("carillon-auth"))
RSS_MIB_MAX = 300

MEASURED = """
import resource, subprocess, sys
with open(sys.argv[1], "wb") as said:
    code = subprocess.run(sys.argv[2:], stdout=said, stderr=said, check=False).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
"""A small process in between: what is started from the tests' own counts the memory of the tests as its peak."""


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    said: str
    seconds: float
    rss_mib: int


def _imports(dsn: str, folder: Path, said: Path, *options: str) -> Ran:
    settings = {
        "CARILLON_ENV": "local",
        "DATABASE_URL": dsn,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "LOG_LEVEL": "error",
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(said), COMMAND, "import", str(folder), *options],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.monotonic() - began
    code, rss_mib = map(int, done.stdout.split())
    return Ran(code, said.read_text(encoding="utf-8"), seconds, rss_mib)


@pytest.mark.requirement("R5")
@pytest.mark.parametrize(
    ("people", "within_s"),
    [
        (2_000, 60),
        pytest.param(100_000, 60, marks=[pytest.mark.soak, pytest.mark.timeout(900)]),
    ],
)
def test_a_delivery_of_any_size_is_imported_in_little_time_and_memory(
    service_database: ServiceDatabase, tmp_path: Path, people: int, within_s: int
) -> None:
    dsn = service_database("auth")
    crowd = Crowd(people)
    folder = crowd.write(tmp_path / "livraison")

    changes = as_directory(tmp_path / "delta", {"a.xml": document(modify("PersRelEleve", "P0", mail=""))})

    first = _imports(dsn, folder, tmp_path / "first", "--complete")
    second = _imports(dsn, folder, tmp_path / "second", "--complete")
    third = _imports(dsn, changes, tmp_path / "third")

    runs = (first, second, third)
    told = ", then ".join(f"{ran.seconds:.0f} s and {ran.rss_mib} MiB" for ran in runs)
    sys.stdout.write(f"{people} people: {told}\n")
    assert [ran.code for ran in runs] == [0, 0, 0], "".join(ran.said for ran in runs)
    assert f"Comptes créés : {2 * crowd.pupils + crowd.pupils // 20} ;" in first.said
    assert "Rien n'a changé : tout était déjà dans l'annuaire." in second.said
    assert "modifiés : 1 ;" in third.said
    assert first.seconds < within_s, told
    assert max(ran.rss_mib for ran in runs) < RSS_MIB_MAX, told
