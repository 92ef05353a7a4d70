"""Charters, steps and acceptances on a real PostgreSQL: recorded together, once, whatever happens at the same time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from auth.adapters.postgres_first_connection import PostgresFirstConnections
from auth.application.accept_charters import (
    AcceptCharters,
    AnotherStep,
    CharterAccepted,
    CharterNotAccepted,
    Ticks,
)
from auth.application.ask_charters_again import AskChartersAgain
from auth.application.finish_first_connection import FinishFirstConnection
from auth.application.read_first_connection import ReadFirstConnection
from auth.domain.charters import CharterSet
from auth.domain.first_connection import Step
from tests.fakes.auth import AuditInMemory, HandClock
from tests.unit.auth.charter_examples import a_charter, charters

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = charters(a_charter("eleves", "1", profiles=("eleve",)), a_charter("tous", "1"))
SECOND = charters(a_charter("eleves", "2", profiles=("eleve",)), a_charter("tous", "1"))
ACCOUNT = (
    "insert into account"
    " (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number, created_at)"
)


@dataclass(slots=True)
class Wizard:
    """Use cases on one database, with the charters of the day."""

    pool: asyncpg.Pool
    charters: CharterSet = FIRST
    audit: AuditInMemory = field(default_factory=AuditInMemory)
    clock: HandClock = field(default_factory=lambda: HandClock(NOON))

    @property
    def connections(self) -> PostgresFirstConnections:
        return PostgresFirstConnections(self.pool)

    async def person(
        self, person_id: str, step: str, *, profile: str = "eleve", chosen: bool = False
    ) -> None:
        await self.pool.execute(
            ACCOUNT + " select $1, $2, 'Vial', 'Léo', $1, $1, 1, $3",
            person_id,
            profile,
            NOON,
        )
        await self.pool.execute(
            "insert into credential (person_id, step, password_hash, password_kind, first_expires_at)"
            " values ($1, $2, 'x', $3, $4)",
            person_id,
            step,
            "chosen" if chosen else "first",
            None if chosen else NOON + timedelta(days=90),
        )

    async def accepts(self, person_id: str, **ticked: str) -> Any:
        accept = AcceptCharters(
            connections=self.connections, charters=self.charters, audit=self.audit, clock=self.clock
        )
        return await accept(Ticks(person_id=person_id, profile="eleve", ticked=ticked))

    async def finishes(self, person_id: str) -> bool:
        return await FinishFirstConnection(connections=self.connections, audit=self.audit, clock=self.clock)(
            person_id
        )

    async def asks_again(self) -> int:
        return await AskChartersAgain(
            connections=self.connections, charters=self.charters, clock=self.clock
        )()

    @property
    def reads(self) -> ReadFirstConnection:
        return ReadFirstConnection(connections=self.connections, charters=self.charters)

    async def step(self, person_id: str) -> str:
        found: str = await self.pool.fetchval("select step from credential where person_id = $1", person_id)
        return found

    async def acceptances(self) -> list[tuple[Any, ...]]:
        return [
            tuple(row)
            for row in await self.pool.fetch(
                "select person_id, charter_id, version, accepted_at from charter_acceptance order by 1, 2, 3"
            )
        ]


@pytest.fixture
async def wizard(service_pool: Callable[..., Any]) -> Wizard:
    return Wizard(await service_pool("auth"))


@pytest.mark.requirement("R10")
async def test_an_acceptance_is_kept_with_person_charter_version_and_time(wizard: Wizard) -> None:
    await wizard.person("E1", "charter")

    answer = await wizard.accepts("E1", eleves="1", tous="1")

    assert answer == CharterAccepted(step=Step.PASSWORD)
    assert await wizard.acceptances() == [("E1", "eleves", "1", NOON), ("E1", "tous", "1", NOON)]
    assert await wizard.step("E1") == "password"
    assert wizard.audit.lines == [("user_updated", {"person_id": "E1", "charters": ["eleves", "tous"]})]


@pytest.mark.requirement("R9")
async def test_without_every_tick_nothing_is_recorded_and_nobody_moves(wizard: Wizard) -> None:
    await wizard.person("E1", "charter")

    answer = await wizard.accepts("E1", tous="1")

    assert answer == CharterNotAccepted(faults={"eleves": "unticked"})
    assert (await wizard.acceptances(), await wizard.step("E1")) == ([], "charter")
    assert wizard.audit.lines == []


@pytest.mark.requirement("R9", "R10")
async def test_a_tick_under_the_former_version_is_refused(wizard: Wizard) -> None:
    await wizard.person("E1", "charter")
    wizard.charters = SECOND

    answer = await wizard.accepts("E1", eleves="1", tous="1")

    assert answer == CharterNotAccepted(faults={"eleves": "changed"})
    assert await wizard.acceptances() == []


@pytest.mark.requirement("R7", "R10")
async def test_twenty_tabs_at_once_make_one_move_and_one_acceptance(wizard: Wizard) -> None:
    await wizard.person("E1", "charter")

    answers = await asyncio.gather(*(wizard.accepts("E1", eleves="1", tous="1") for _ in range(20)))

    assert [type(answer) for answer in answers].count(CharterAccepted) == 1
    assert [type(answer) for answer in answers].count(AnotherStep) == 19
    assert len(await wizard.acceptances()) == 2


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("step", ["provisioned", "password", "contacts", "active"])
async def test_at_another_step_charters_are_not_accepted(wizard: Wizard, step: str) -> None:
    await wizard.person("E1", step)

    answer = await wizard.accepts("E1", eleves="1", tous="1")

    assert isinstance(answer, AnotherStep)
    assert (await wizard.acceptances(), await wizard.step("E1")) == ([], step)


async def test_somebody_without_a_credential_accepts_nothing(wizard: Wizard) -> None:
    assert isinstance(await wizard.accepts("nobody", eleves="1", tous="1"), AnotherStep)
    assert (await wizard.reads("nobody", "eleve")).step is Step.PROVISIONED
    assert await wizard.reads.after_sign_in("nobody", "eleve") is Step.PROVISIONED


@pytest.mark.requirement("R6", "R7")
async def test_the_last_step_ends_once(wizard: Wizard) -> None:
    await wizard.person("E1", "contacts", chosen=True)

    ended = await asyncio.gather(*(wizard.finishes("E1") for _ in range(10)))

    assert sorted(ended) == [False] * 9 + [True]
    assert await wizard.step("E1") == "active"


@pytest.mark.requirement("R6", "R7")
@pytest.mark.parametrize("step", ["provisioned", "charter", "password", "active"])
async def test_no_other_step_can_be_finished(wizard: Wizard, step: str) -> None:
    await wizard.person("E1", step)

    assert not await wizard.finishes("E1")
    assert await wizard.step("E1") == step


@pytest.mark.requirement("R10")
async def test_a_new_version_brings_back_whoever_has_not_accepted_it(wizard: Wizard) -> None:
    for person, step in [("E1", "active"), ("E2", "contacts"), ("E3", "provisioned")]:
        await wizard.person(person, "charter", chosen=True)
        await wizard.accepts(person, eleves="1", tous="1")
        await wizard.pool.execute("update credential set step = $2 where person_id = $1", person, step)
    before = await wizard.asks_again()
    wizard.charters = SECOND

    assert (before, await wizard.asks_again(), await wizard.asks_again()) == (0, 2, 0)
    assert [await wizard.step(each) for each in ("E1", "E2", "E3")] == ["charter", "charter", "provisioned"]


@pytest.mark.requirement("R10")
async def test_other_profiles_are_not_asked_the_charter_of_the_pupils(wizard: Wizard) -> None:
    await wizard.person("P1", "active", profile="parent", chosen=True)
    await wizard.pool.execute("insert into charter_acceptance values ('P1', 'tous', '1', $1)", NOON)
    wizard.charters = SECOND

    assert await wizard.asks_again() == 0
    assert await wizard.step("P1") == "active"


@pytest.mark.requirement("R7", "R10")
@pytest.mark.parametrize(("before", "after"), [("active", "active"), ("contacts", "contacts")])
async def test_after_a_new_version_everybody_goes_back_to_where_he_was(
    wizard: Wizard, before: str, after: str
) -> None:
    await wizard.person("E1", before, chosen=True)
    await wizard.pool.execute("insert into charter_acceptance values ('E1', 'tous', '1', $1)", NOON)
    wizard.charters = SECOND
    await wizard.asks_again()

    seen = await wizard.reads("E1", "eleve")
    answer = await wizard.accepts("E1", eleves="2")

    assert [charter.charter_id for charter in seen.asked] == ["eleves"]
    assert answer == CharterAccepted(step=Step(after))
    assert await wizard.step("E1") == after


@pytest.mark.requirement("R6", "R7")
async def test_a_sign_in_leads_to_the_first_thing_that_is_missing(wizard: Wizard) -> None:
    await wizard.person("E1", "provisioned")
    first = await wizard.reads.after_sign_in("E1", "eleve")
    await wizard.pool.execute("update credential set step = 'charter'")
    await wizard.accepts("E1", eleves="1", tous="1")
    await wizard.pool.execute("update credential set step = 'provisioned'")

    assert first is Step.CHARTER
    assert await wizard.reads.after_sign_in("E1", "eleve") is Step.PASSWORD


async def test_more_people_than_one_batch_are_all_brought_back(wizard: Wizard) -> None:
    await wizard.pool.execute(
        ACCOUNT
        + " select 'E' || n, 'eleve', 'Vial', 'Léo', 'e' || n, 'e', n, $1 from generate_series(1, 5001) as n",
        NOON,
    )
    await wizard.pool.execute(
        "insert into credential (person_id, step, password_hash, password_kind)"
        " select person_id, 'active', 'x', 'chosen' from account"
    )

    assert await wizard.asks_again() == 5001
