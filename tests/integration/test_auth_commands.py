"""`carillon-auth` as an operator runs it: processes, exit codes, sentences, and what a kill leaves behind."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from auth.adapters.postgres_waiting_notices import PostgresWaitingNotices
from auth.adapters.security_facts import SecurityFacts
from auth.domain.fusion import Preview
from carillon.infrastructure import EmbeddedPostgres
from shared.kit.database import open_pool
from shared.kit.sealing import Sealer, new_key
from tests.integration.auth_scene import parent, pupil
from tests.integration.conftest import ServiceDatabase
from tests.integration.fusion_scene import a_family
from tests.unit.auth.examples import csv_file
from tests.waiting import eventually

COMMAND = str(Path(sys.executable).with_name("carillon-auth"))


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    said: str
    complained: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at a terminal on the service's machine."""

    dsn: str

    async def starts(self, *words: str, **environment: str) -> asyncio.subprocess.Process:
        settings = {
            "CARILLON_ENV": "local",
            "DATABASE_URL": self.dsn,
            "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
            "LOG_LEVEL": "error",
        }
        return await asyncio.create_subprocess_exec(
            COMMAND,
            *words,
            env=os.environ | settings | environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def runs(self, *words: str, **environment: str) -> Ended:
        process = await self.starts(*words, **environment)
        said, complained = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return Ended(process.returncode, said.decode(), complained.decode())


@pytest.fixture
def operator(service_database: ServiceDatabase) -> Operator:
    return Operator(service_database("auth"))


async def test_an_import_reports_in_french_and_accounts_are_listed(
    operator: Operator, tmp_path: Path
) -> None:
    file = csv_file(tmp_path / "comptes.csv", pupil("E1"), parent("P1"))

    first = await operator.runs("import", str(file))
    second = await operator.runs("import", str(file))
    listed = await operator.runs("accounts", "--json-lines", "--limit", "1")

    assert (first.code, first.complained) == (0, "")
    assert "Comptes créés : 2 ;" in first.said
    assert second.code == 0
    assert "Rien n'a changé : tout était déjà dans l'annuaire." in second.said
    assert [json.loads(line) for line in listed.said.splitlines()] == [
        {
            "person_id": "E1",
            "identifier": "leo.vial",
            "profile": "eleve",
            "last_name": "Vial",
            "first_name": "Léo",
            "state": "active",
        }
    ]


async def test_bad_lines_end_with_1_a_report_and_a_sentence(operator: Operator, tmp_path: Path) -> None:
    file = csv_file(
        tmp_path / "comptes.csv", pupil("E1", phone_home="secretariat"), parent("P1", children="")
    )

    refused = await operator.runs("import", str(file))
    partial = await operator.runs("import", str(file), "--partial")

    assert refused.code == 1
    assert (
        "ligne 2, colonne phone_home, valeur « se••• » : ce n'est pas un numéro de téléphone" in refused.said
    )
    assert refused.complained.endswith("Rien n'a été changé.\n")
    assert partial.code == 0
    assert "Comptes créés : 1 ;" in partial.said


@pytest.mark.parametrize(
    "content", [None, b"", b"\x00\x01", b'"', b"x" * 10_000_000, b"person_id\n", b"\xff\xfea\x00"]
)
async def test_what_is_no_accounts_file_ends_with_1_and_one_sentence(
    operator: Operator, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "comptes.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    refused = await operator.runs("import", str(path))

    assert (refused.code, refused.said) == (1, "")
    assert refused.complained.endswith("Rien n'a été changé.\n")
    assert refused.complained.count("\n") == 1


async def test_wrong_usage_ends_with_2_and_a_wrong_setting_with_1(operator: Operator, tmp_path: Path) -> None:
    usage = await operator.runs("import")
    setting = await operator.runs("accounts", ABSENCE_GRACE_DAYS="soon")

    assert usage.code == 2
    assert setting.code == 1
    assert setting.complained.startswith("ABSENCE_GRACE_DAYS is wrong")


async def test_a_database_that_is_away_or_empty_is_told_in_a_sentence(
    operator: Operator, tmp_path: Path, postgres: EmbeddedPostgres
) -> None:
    file = csv_file(tmp_path / "comptes.csv", pupil("E1"))
    name = f"empty_{uuid4().hex[:12]}"
    postgres.run_sql(f"create database {name} owner auth;")

    away = await operator.runs("import", str(file), DATABASE_URL="postgresql://auth:x@127.0.0.1:1/auth")
    empty = await Operator(f"{operator.dsn.rpartition('/')[0]}/{name}").runs("import", str(file))

    assert (away.code, empty.code) == (1, 1)
    assert away.complained.startswith("DATABASE_URL: the database does not answer")
    assert empty.complained == "The database has no tables yet: run carillon-auth migrate.\n"


async def test_no_line_of_the_log_or_the_report_holds_personal_data(
    operator: Operator, tmp_path: Path
) -> None:
    canary = parent(
        "P1",
        last_name="Canarino",
        first_name="Zerbinette",
        email="canari@example.org",
        phone_mobile="06 39 98 76 54",
        children="E1",
    )
    good = csv_file(tmp_path / "good.csv", pupil("E1"), canary)
    bad = csv_file(
        tmp_path / "bad.csv", canary, canary | {"email": "canari(at)example.org", "phone_home": "0639987"}
    )

    ended = [await operator.runs("import", str(file), LOG_LEVEL="debug") for file in (good, bad)]

    written = "".join(one.said + one.complained for one in ended)
    assert "user_updated" in written
    for secret in ("Canarino", "Zerbinette", "canari", "0639987", "39 98 76"):
        assert secret not in written


async def test_a_partner_is_added_listed_rotated_and_disabled(operator: Operator) -> None:
    words = ["partner", "add", "region-1", "--partner-id", "region", "--name", "Région", "--body", "region"]
    added = await operator.runs(*words, "--region", "Auvergne-Rhône-Alpes", "--scope", "alerts:write")
    secret = json.loads(added.said)["client_secret"]
    rotated = await operator.runs("partner", "rotate-secret", "region-1")
    disabled = await operator.runs("partner", "disable", "region-1")
    listed = await operator.runs("partner", "list")
    unknown = await operator.runs("partner", "disable", "nobody")

    assert len(secret) == 43
    assert json.loads(rotated.said)["client_secret"] != secret
    assert (added.code, rotated.code, disabled.code, unknown.code) == (0, 0, 0, 1)
    assert json.loads(listed.said)["enabled"] is False
    assert secret not in listed.said


async def test_an_import_killed_in_its_transaction_has_changed_nothing(
    operator: Operator, tmp_path: Path
) -> None:
    file = csv_file(tmp_path / "comptes.csv", pupil("E1"), parent("P1"))
    beside = await asyncpg.connect(operator.dsn)
    try:
        async with beside.transaction():
            await beside.execute("lock table account in access exclusive mode")
            process = await operator.starts("import", str(file))
            await eventually(_somebody_waits(beside), what="the import at the locked table")
            process.kill()
            await process.wait()
        await eventually(_nobody_imports(beside), what="the end of the killed import's session")
        left = await beside.fetchval("select count(*) from establishment")
    finally:
        await beside.close()

    again = await operator.runs("import", str(file))

    assert left == 0
    assert (again.code, again.complained) == (0, "")


def _somebody_waits(connection: asyncpg.Connection) -> Callable[[], Awaitable[bool]]:
    async def waits() -> bool:
        query = "select exists (select from pg_locks where not granted and relation = 'account'::regclass)"
        return bool(await connection.fetchval(query))

    return waits


def _nobody_imports(connection: asyncpg.Connection) -> Callable[[], Awaitable[bool]]:
    async def gone() -> bool:
        query = "select not exists (select from pg_stat_activity where application_name = 'auth')"
        return bool(await connection.fetchval(query))

    return gone


@pytest.mark.requirement("A22")
async def test_an_operator_gives_an_account_back_to_an_owner_who_cannot_sign_in(
    operator: Operator, tmp_path: Path
) -> None:
    scene = await a_family(await open_pool(operator.dsn, service="auth"), tmp_path)
    await scene.fused(await scene.session("P1"))
    await scene.proved("P2", "autre@example.org")

    undone = await operator.runs("undo-fusion", "P2", CODE_KEYS="")
    again = await operator.runs("undo-fusion", "P2", CODE_KEYS="")
    await PostgresWaitingNotices(scene.pool, SecurityFacts(Sealer(new_key()))).tell()

    assert (undone.code, again.code) == (0, 1)
    assert "no account has taken this one in" in again.complained
    assert "fusion_undone" in [notice.fact for notice in (await scene.heard()).notices]
    assert isinstance(await scene.previewed(await scene.session("P2"), "P1"), Preview)
    await scene.pool.close()
