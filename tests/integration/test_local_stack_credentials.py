"""What `carillon up --json` tells of its accounts: some on their first password, some ready, the same at each start."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

CARILLON = str(Path(sys.executable).with_name("carillon"))
READY_WITHIN_S, END_WITHIN_S = 120, 40
SONIA, LEO, INES, VIAL = "P0000001", "P0000002", "P0000003", "P0000004"


async def accounts_of_a_stack(folder: Path) -> list[dict[str, Any]]:
    """Start auth alone with its sample, read the line, end it."""
    with (folder / "stderr.txt").open("wb") as stderr:
        child = await asyncio.create_subprocess_exec(
            *(CARILLON, "up", "--json", "--only=postgres,broker,auth", "--accounts=160"),
            f"--data={folder / 'data'}",
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=os.environ | {"XDG_RUNTIME_DIR": str(folder)},
            limit=10_000_000,
        )
    try:
        assert child.stdout is not None
        line = await asyncio.wait_for(child.stdout.readline(), READY_WITHIN_S)
        assert line, (folder / "stderr.txt").read_text(encoding="utf-8")
        told: list[dict[str, Any]] = json.loads(line)["accounts"]
        return told
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        await asyncio.wait_for(child.wait(), END_WITHIN_S)


@pytest.mark.requirement("R5")
async def test_accounts_are_told_with_credentials_and_a_kept_directory_tells_the_same_again(
    tmp_path: Path,
) -> None:
    accounts = await accounts_of_a_stack(tmp_path)
    again = await accounts_of_a_stack(tmp_path)

    known = {account["person_id"]: account for account in accounts}
    first = [account for account in accounts if account["first_password"]]
    ready = [account for account in accounts if account["password"]]
    assert (len(accounts), len(first), len(ready)) == (160, 90, 30)
    assert known[SONIA]["first_password"]
    assert known[LEO]["first_password"]
    assert known[INES]["password"]
    assert (known[VIAL]["last_name"], known[VIAL]["profile"]) == ("Vial", "personnel")
    assert known[VIAL]["password"]
    assert {account["profile"] for account in ready} == {"eleve", "parent", "enseignant", "personnel"}
    assert not any(account["first_password"] and account["password"] for account in accounts)
    assert again == accounts
    assert (tmp_path / "data" / "credentials.jsonl").stat().st_mode & 0o077 == 0
