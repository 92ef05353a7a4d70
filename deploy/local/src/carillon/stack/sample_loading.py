"""Loading the sample: files, import by auth, choices by preferences, then waiting until the notifier knows it all."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from carillon.sample.people import INES, LEO, SONIA, VIAL
from carillon.stack.context import Context
from carillon.stack.home import Home
from carillon.stack.options import StackRefused
from carillon.stack.sql import ask
from carillon.stack.waiting import until_done

ACCOUNTS_TOLD_MAX = 1_000
READY, ON_FIRST_PASSWORD = 30, 90
"""Enough of each for a whole suite of journeys, and few enough to be hashed while other things load."""
_SIGNS_IN = (
    *("--ready", str(READY), "--first", str(ON_FIRST_PASSWORD), "--desk", VIAL),
    *("--first-person", SONIA, "--first-person", LEO, "--ready-person", INES, "--ready-person", VIAL),
)
STEP_WITHIN_S = 1_800
LOOK_EVERY_S = 0.2
_TOLD = ("person_id", "identifier", "first_password", "password", "profile", "last_name", "first_name")


class SampleLoading:
    """The steps, each as soon as what it needs is there."""

    def __init__(self, context: Context) -> None:
        self._stack = context
        self._accounts = context.options.accounts

    async def run(
        self, *, migrated: Mapping[str, asyncio.Task[None]], ready: Sequence[asyncio.Task[None]]
    ) -> None:
        """Load it; the mark that it was loaded is left at the very end. Raises StackRefused."""
        self._tell("writing the files")
        await until_done(self._stack.make.sample(self._accounts), within_s=STEP_WITHIN_S)
        await migrated["auth"]
        self._tell(f"auth imports {self._accounts} accounts")
        await self._operator("auth", "import", str(self._stack.home.accounts))
        async with asyncio.TaskGroup() as beside:
            beside.create_task(self._credentials())
            beside.create_task(self._everything_else(migrated, ready))
        self._stack.home.sample_loaded.write_text(str(self._accounts), encoding="ascii")
        self._stack.board.show("sample", "done", f"{self._accounts} people")

    async def _everything_else(
        self, migrated: Mapping[str, asyncio.Task[None]], ready: Sequence[asyncio.Task[None]]
    ) -> None:
        await list_accounts(self._stack)
        for task in ready:
            await task
        if "preferences" in migrated:
            await self._seed_choices()
        if "notifier" in migrated:
            self._tell("the notifier learns it all")
            await self._until_projected()

    async def _credentials(self) -> None:
        command = self._stack.make.credentials(self._stack.databases["auth"], *_SIGNS_IN)
        await until_done(command, within_s=STEP_WITHIN_S)

    async def _seed_choices(self) -> None:
        pieces = self._pieces()
        for number, piece in enumerate(pieces, start=1):
            self._tell(f"preferences takes their choices ({number}/{len(pieces)})")
            await self._operator("preferences", "seed", str(piece))

    async def _operator(self, service: str, *arguments: str) -> None:
        command = self._stack.make.operator(service, self._stack.databases[service], *arguments)
        await until_done(command, within_s=STEP_WITHIN_S)

    async def _until_projected(self) -> None:
        """Every version that auth and preferences know has reached the notifier."""
        deadline = time.monotonic() + STEP_WITHIN_S
        while await self._behind():
            if time.monotonic() > deadline:
                raise StackRefused("The notifier did not learn the whole sample in time; see its log.")
            await asyncio.sleep(LOOK_EVERY_S)

    async def _behind(self) -> bool:
        rows = await ask(
            self._stack.databases["notifier"],
            "select (select count(*) from account), (select count(*) from preference)",
        )
        accounts, preferences = (int(count) for count in rows[0])
        return accounts < self._accounts or preferences < self._people_who_chose

    @cached_property
    def _people_who_chose(self) -> int:
        if "preferences" not in self._stack.parts:
            return 0
        return sum(
            len({json.loads(line)["person_id"] for line in piece.open("rb")}) for piece in self._pieces()
        )

    def _pieces(self) -> list[Path]:
        return sorted(self._stack.home.directory.glob("choices*.jsonl"))

    def _tell(self, what: str) -> None:
        self._stack.board.show("sample", "working", what)


async def list_accounts(stack: Context) -> None:
    """Have auth tell the first accounts of the sample, with their identifiers."""
    command = stack.make.account_list(stack.databases["auth"], ACCOUNTS_TOLD_MAX)
    await until_done(command, within_s=STEP_WITHIN_S)


def listed_accounts(home: Home) -> list[dict[str, object]]:
    """The accounts that auth told, with the keys of docs/interfaces.md; some with how they sign in."""
    credentials = {one["person_id"]: one for one in _read_lines(home.credentials)}
    told = [account | credentials.get(account["person_id"], {}) for account in _read_lines(home.account_list)]
    return [{name: account.get(name) for name in _TOLD} for account in told]


def _read_lines(path: Path) -> list[dict[str, object]]:
    """One JSON object a line; none from a directory that was kept before there was such a file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
