"""`carillon-auth slips`, `desk` and `local-credentials` as an operator runs them: what is on which stream, and in files."""

import asyncio
import csv
import io
import json
from pathlib import Path

import asyncpg
import pytest

from tests.html_tree import tree_of
from tests.integration.auth_scene import parent, pupil, staff
from tests.integration.conftest import ServiceDatabase
from tests.integration.test_auth_commands import Operator
from tests.unit.auth.examples import csv_file

UAI = "0690001T"
SLIPS = ("slips", "--establishment", UAI)
PORTAL = "https://ent.example.org"


@pytest.fixture
async def operator(service_database: ServiceDatabase, tmp_path: Path) -> Operator:
    """At a school with two classes, one of them of two pupils."""
    operator = Operator(service_database("auth"))
    people = (
        pupil("E1"),
        pupil("E2", first_name="Zoé"),
        pupil("E3", first_name="Inès", **{"class": "5B"}),
        parent("P1", children="E1"),
        staff("S1", first_name="Hélène"),
    )
    imported = await operator.runs("import", str(csv_file(tmp_path / "comptes.csv", *people)))
    assert imported.code == 0
    return operator


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.requirement("R5")
async def test_the_table_is_alone_on_standard_output_and_the_sentence_beside_it(operator: Operator) -> None:
    printed = await operator.runs(*SLIPS, "--format", "csv", PUBLIC_URL=PORTAL)

    assert printed.code == 0
    assert printed.complained == "5 fiches faites. Ces mots de passe ne peuvent plus être affichés.\n"
    lines = rows(printed.said)
    assert [line["person_id"] for line in lines] == ["E3", "E1", "P1", "E2", "S1"]
    assert {line["address"] for line in lines} == {PORTAL}
    assert lines[1]["identifier"] == "leo.vial"
    assert all(len(line["first_password"]) == 19 for line in lines)


@pytest.mark.requirement("A20")
async def test_a_second_printing_says_how_many_were_printed_and_how_to_print_them_again(
    operator: Operator,
) -> None:
    await operator.runs(*SLIPS, "--format", "csv")

    again = await operator.runs(*SLIPS, "--format", "csv")
    reissued = await operator.runs(*SLIPS, "--format", "csv", "--person", "E1", "--reissue")

    assert (again.code, again.said) == (1, "")
    assert "5 fiches ont déjà été imprimées" in again.complained
    assert "--reissue" in again.complained
    assert (reissued.code, [line["person_id"] for line in rows(reissued.said)]) == (0, ["E1"])


async def test_a_class_a_profile_and_the_page(operator: Operator) -> None:
    of_class = await operator.runs(*SLIPS, "--class", "6A", "--profile", "eleve", "--per-sheet", "2")

    page = tree_of(of_class.said)
    assert of_class.code == 0
    assert of_class.said.startswith("<!doctype html>")
    assert of_class.said.endswith("</html>\n")
    assert "Léo VIAL" in page.text
    assert "Zoé VIAL" in page.text
    assert "Inès" not in page.text
    assert "Hélène" not in page.text


async def test_a_file_of_slips_is_readable_by_its_owner_alone_and_never_replaced(
    operator: Operator, tmp_path: Path
) -> None:
    target = tmp_path / "fiches.csv"

    made = await operator.runs(*SLIPS, "--format", "csv", "--output", str(target))
    kept = target.read_text(encoding="utf-8")
    replaced = await operator.runs(*SLIPS, "--format", "csv", "--reissue", "--output", str(target))

    assert (made.code, made.said) == (0, "")
    assert target.stat().st_mode & 0o077 == 0
    assert replaced.code == 1
    assert "n'est pas remplacé" in replaced.complained
    assert target.read_text(encoding="utf-8") == kept
    assert len(rows(kept)) == 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("slips", "--establishment", "0690009X"), "Aucun établissement n'a le code « 0690009X »."),
        ((*SLIPS, "--person", "E9"), "ne nomme personne sous cet identifiant"),
        ((*SLIPS, "--class", "3Z"), "ne nomme personne qui réponde à cette demande"),
    ],
)
async def test_what_cannot_be_printed_is_one_sentence(
    operator: Operator, words: tuple[str, ...], told: str
) -> None:
    refused = await operator.runs(*words)

    assert (refused.code, refused.said) == (1, "")
    assert told in refused.complained
    assert refused.complained.endswith("Aucune fiche n'a été faite.\n")


async def test_a_document_that_cannot_be_written_is_said_and_makes_no_slip(
    operator: Operator, tmp_path: Path
) -> None:
    refused = await operator.runs(*SLIPS, "--output", str(tmp_path / "nowhere" / "fiches.html"))

    assert (refused.code, refused.said) == (1, "")
    assert refused.complained.startswith("Le document ne peut pas être écrit")
    assert (await operator.runs(*SLIPS, "--format", "csv")).code == 0


@pytest.mark.requirement("A20")
async def test_slips_that_nobody_took_are_said_and_made_again(operator: Operator) -> None:
    beside = await asyncpg.connect(operator.dsn)
    try:
        async with beside.transaction():
            await beside.execute("lock table credential in share mode")
            process = await operator.starts(*SLIPS, "--format", "csv")
            assert process.stdout is not None
            assert process.stderr is not None
            await process.stdout.readline()  # the names of the columns are out; the first group waits
            process.stdout._transport.close()  # type: ignore[attr-defined]  # as a reader that goes away
        complained = (await asyncio.wait_for(process.stderr.read(), 60)).decode()
        assert await process.wait() == 1
    finally:
        await beside.close()

    assert complained.endswith("une à une, avec --person ID --reissue : E3 E1 P1 E2 S1\n")
    again = await operator.runs(*SLIPS, "--format", "csv", "--person", "E3", "--reissue")
    assert len(rows(again.said)) == 1


async def test_wrong_usage_is_exit_2(operator: Operator) -> None:
    assert (await operator.runs("slips")).code == 2
    assert (await operator.runs(*SLIPS, "--per-sheet", "3")).code == 2
    assert (await operator.runs(*SLIPS, "--format", "pdf")).code == 2


@pytest.mark.requirement("R5")
async def test_no_log_of_a_printing_holds_a_password_or_a_name(operator: Operator) -> None:
    printed = await operator.runs(*SLIPS, "--format", "csv", LOG_LEVEL="debug")

    for line in rows(printed.said):
        for secret in (line["first_password"], line["identifier"], line["last_name"]):
            assert secret not in printed.complained
    assert "user_updated" in printed.complained


async def test_a_right_to_the_desk_is_given_listed_and_taken_back(operator: Operator) -> None:
    at = ("--establishment", UAI)

    given = await operator.runs("desk", "grant", "S1", *at)
    twice = await operator.runs("desk", "grant", "S1", *at)
    pupils = await operator.runs("desk", "grant", "E1", *at)
    strangers = await operator.runs("desk", "grant", "S9", *at)
    listed = await operator.runs("desk", "list")
    taken = await operator.runs("desk", "revoke", "S1", *at)
    nothing = await operator.runs("desk", "revoke", "S1", *at)

    assert (given.code, taken.code) == (0, 0)
    assert (twice.code, pupils.code, strangers.code, nothing.code) == (1, 1, 1, 1)
    assert "only teachers and staff" in pupils.complained
    (one,) = [json.loads(line) for line in listed.said.splitlines()]
    assert (one["person_id"], one["establishment"]) == ("S1", UAI)


async def test_made_up_people_get_credentials_on_a_local_stack_and_nowhere_else(operator: Operator) -> None:
    words = (
        "local-credentials",
        "--ready",
        "2",
        "--first",
        "2",
        "--first-person",
        "P1",
        "--ready-person",
        "S1",
    )

    told = await operator.runs(*words, "--desk", "S1")
    desks = await operator.runs("desk", "list")
    refused = await operator.runs(
        *words,
        CARILLON_ENV="production",
        KAFKA_SECURITY_PROTOCOL="SSL",
        PUBLIC_URL=PORTAL,
        INTROSPECTION_CLIENT_SECRET="x" * 40,
        CODE_KEYS="q6ZKrlx4p3kbe9LVHqcY3yJmgvZGoWH0bXj9n2Xj5mQ=",
    )

    lines = [json.loads(line) for line in told.said.splitlines()]
    first = {line["person_id"] for line in lines if line["first_password"]}
    ready = {line["person_id"] for line in lines if line["password"]}
    assert (len(first), len(ready)) == (2, 2)
    assert "P1" in first
    assert "S1" in ready
    assert not first & ready
    assert json.loads(desks.said)["person_id"] == "S1"
    assert (refused.code, refused.said) == (1, "")
    assert "CARILLON_ENV=local only" in refused.complained
