"""The accounts file against a real database: what is created, told, refused, and left alone."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from auth.application.import_accounts import ImportReport
from shared.kernel.refusals import Refused
from tests.integration.auth_scene import LYCEE, AuthScene, ServicePool, noon, parent, pupil, staff
from tests.unit.auth.examples import HEADER


@pytest.fixture
async def school(service_pool: ServicePool, tmp_path: Path) -> AuthScene:
    return AuthScene(await service_pool("auth"), tmp_path, noon())


@pytest.mark.requirement("R5")
async def test_an_import_creates_accounts_and_tells_them(school: AuthScene) -> None:
    await school.done(pupil("E1"), parent("P1"))

    told = await school.told()
    assert told["E1"].model_dump(exclude_defaults=True) == {
        "person_id": "E1",
        "version": 1,
        "state": "active",
        "profile": "eleve",
        "last_name": "Vial",
        "first_name": "Léo",
        "establishments": (
            {
                "uai": "0690001T",
                "name": "Collège Jean-Macé",
                "kind": "college",
                "departement": "69",
                "academie": "Lyon",
                "region": "Auvergne-Rhône-Alpes",
                "classes": ("6A",),
                "transported": True,
            },
        ),
    }
    assert told["P1"].imported.email == "sonia.vial@example.org"
    assert told["P1"].imported.phone_mobile == "+33639980001"


@pytest.mark.requirement("R3")
async def test_a_parent_and_a_pupil_are_two_accounts_with_two_identifiers(school: AuthScene) -> None:
    await school.done(pupil("E1", first_name="Dominique"), parent("P1", first_name="Dominique"))

    rows = await school.pool.fetch("select person_id, identifier, profile from account order by person_id")
    assert [tuple(row) for row in rows] == [
        ("E1", "dominique.vial", "eleve"),
        ("P1", "dominique.vial2", "parent"),
    ]


async def test_a_parent_is_transported_where_one_of_his_children_is(school: AuthScene) -> None:
    await school.done(
        pupil("E1", transported="non"),
        pupil("E2", transported="oui", **LYCEE),
        parent("P1", children="E1"),
        parent("P1", children="E2", **LYCEE),
    )

    sonia = (await school.told())["P1"]
    assert {place.uai: place.transported for place in sonia.establishments} == {
        "0690001T": False,
        "0690026D": True,
    }
    assert {child.person_id: child.uais for child in sonia.children} == {
        "E1": ("0690001T",),
        "E2": ("0690026D",),
    }


async def test_the_same_file_twice_changes_nothing_and_tells_nothing(school: AuthScene) -> None:
    rows = (pupil("E1"), parent("P1"), staff("S1"))
    await school.done(*rows)
    await school.told()

    again = await school.done(*rows)

    assert again.applied is not None
    assert again.applied.nothing
    assert await school.told() == {}
    assert await school.runs() == ["applied", "unchanged"]


async def test_only_what_changed_in_public_gets_a_new_version(school: AuthScene) -> None:
    await school.done(pupil("E1"), pupil("E2"), parent("P1"))
    await school.told()

    await school.done(pupil("E1", birth_date="2013-01-01"), pupil("E2", **{"class": "5B"}), parent("P1"))

    told = await school.told()
    assert {person: account.version for person, account in told.items()} == {"E2": 2}


async def test_a_childs_new_first_name_is_told_of_the_parent_too(school: AuthScene) -> None:
    await school.done(pupil("E1"), parent("P1"))
    await school.told()

    await school.done(pupil("E1", first_name="Léonie"))

    told = await school.told()
    assert told["P1"].children[0].first_name == "Léonie"
    assert told["P1"].version == 2


async def test_a_renamed_establishment_is_told_to_everybody_there(school: AuthScene) -> None:
    await school.done(pupil("E1"), staff("S1"), pupil("E9", **LYCEE))
    await school.told()

    await school.done(pupil("E1", establishment_name="Collège Simone-Veil"))

    told = await school.told()
    assert {person: account.establishments[0].name for person, account in told.items()} == {
        "E1": "Collège Simone-Veil",
        "S1": "Collège Simone-Veil",
    }


@pytest.mark.parametrize(
    "cells",
    [{"establishment_kind": "cfa"}, {"departement": "42"}, {"academie": "Paris"}, {"region": "Bretagne"}],
)
async def test_a_known_school_does_not_become_another_for_everybody_unasked(
    school: AuthScene, cells: dict[str, str]
) -> None:
    await school.done(pupil("E1"), staff("S1"))
    await school.told()

    report = await school.refused(pupil("E2", **cells))

    assert report.questions == (Refused("school_redefined", "0690001T"),)
    assert await school.told() == {}
    await school.done(pupil("E2", **cells), confirmed=True)
    assert set(await school.told()) == {"E1", "E2", "S1"}


async def test_a_school_where_nobody_is_yet_may_be_described_anew(school: AuthScene) -> None:
    await school.pool.execute(
        "insert into establishment values ('0690001T', 'Collège', 'college', '69', 'Lyon', 'ARA')"
    )

    await school.done(pupil("E1"))


async def test_with_lines_to_correct_nothing_is_asked(school: AuthScene) -> None:
    await school.done(pupil("E1"))

    report = await school.refused(pupil("E2", departement="42"), pupil("E3", profile="?"))

    assert (report.refusal, report.questions) == (Refused("bad_lines"), ())


async def test_an_identifier_outlives_a_new_name(school: AuthScene) -> None:
    await school.done(staff("S1", last_name="Roche", first_name="Anne"))
    await school.done(staff("S1", last_name="Roche-Petit", first_name="Anne"))
    await school.done(staff("S2", last_name="Roche", first_name="Anne"))

    rows = await school.pool.fetch("select person_id, identifier from account order by person_id")
    assert [tuple(row) for row in rows] == [("S1", "anne.roche"), ("S2", "anne.roche2")]


async def test_a_missing_column_says_nothing_and_an_empty_cell_says_none(school: AuthScene) -> None:
    await school.done(pupil("E1"), parent("P1"))
    await school.told()

    await school.done(parent("P1"), header=HEADER.replace(";email", "").replace(";children", ""))
    untouched = await school.told()
    await school.done(parent("P1", email="", children=""))

    assert untouched == {}
    told = (await school.told())["P1"]
    assert told.imported.email is None
    assert told.children == ()


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([pupil("E1"), pupil("E1")], {(3, "person_id", "duplicate_line")}),
        (
            [pupil("E1"), pupil("E1", birth_date="2014-04-01", **LYCEE)],
            {(2, "birth_date", "contradicts_birth_date"), (3, "birth_date", "contradicts_birth_date")},
        ),
        (
            [pupil("E1"), pupil("E1", last_name="Autre", **LYCEE)],
            {(2, "last_name", "contradicts_name"), (3, "last_name", "contradicts_name")},
        ),
        (
            [pupil("E1"), staff("E1", **LYCEE)],
            {(2, "profile", "contradicts_profile"), (3, "profile", "contradicts_profile")},
        ),
        (
            [pupil("E1"), pupil("E2"), pupil("E3", establishment_kind="lycee")],
            {(4, "establishment_kind", "contradicts_establishment")},
        ),
        ([parent("P1", children="E404")], {(2, "children", "child_unknown")}),
        ([staff("S1"), parent("P1", children="S1")], {(3, "children", "child_not_a_pupil")}),
        ([parent("P1", children="P1")], {(2, "children", "child_not_a_pupil")}),
        (
            [pupil("E1", birth_date="?"), parent("P1")],
            {(2, "birth_date", "not_a_date"), (3, "children", "child_unknown")},
        ),
    ],
)
async def test_a_contradiction_is_told_by_line_and_nothing_changes(
    school: AuthScene, rows: list[dict[str, str]], faults: set[tuple[int, str, str]]
) -> None:
    report = await school.refused(*rows)

    assert {(f.line, f.column, f.reason) for f in report.checked.faults} == faults
    assert await school.states() == {}
    assert await school.runs() == ["bad_lines"]


async def test_a_birth_date_on_one_line_only_is_no_contradiction(school: AuthScene) -> None:
    await school.done(pupil("E1"), pupil("E1", birth_date="", **LYCEE))


@pytest.mark.requirement("R3")
async def test_an_account_made_for_a_pupil_never_becomes_a_parents(school: AuthScene) -> None:
    await school.done(pupil("E1"))

    report = await school.refused(parent("E1", children=""))

    assert [f.reason for f in report.checked.faults] == ["known_otherwise"]


@pytest.mark.requirement("R5")
@pytest.mark.parametrize("birth_date", ["2014-03-31", ""])
async def test_an_id_that_comes_back_for_somebody_else_does_not_get_the_account(
    school: AuthScene, birth_date: str
) -> None:
    await school.done(pupil("E1", birth_date="2013-01-01"), pupil("E2"))

    report = await school.done(
        pupil("E1", last_name="Roche", first_name="Zoé", birth_date=birth_date), pupil("E2"), partial=True
    )

    assert [(f.line, f.column, f.value, f.reason) for f in report.checked.faults] == [
        (2, "last_name", "Ro•••", "other_person")
    ]
    assert await school.pool.fetchval("select last_name from account where person_id = 'E1'") == "Vial"


@pytest.mark.parametrize(
    ("known", "cells"),
    [
        ({}, {"last_name": "Roche"}),
        ({}, {"first_name": "Zoé"}),
        ({}, {"last_name": "Roche", "first_name": "Zoé", "birth_date": "2014-03-31"}),
        ({}, {"last_name": "VIAL", "first_name": "LEO"}),
        (
            {"last_name": "De L\u2019Étang", "first_name": "Jean-Noël"},
            {"last_name": "DE L'ETANG", "first_name": "JEAN NOEL"},
        ),
    ],
)
async def test_one_new_name_the_same_birth_date_or_another_spelling_is_the_same_person(
    school: AuthScene, known: dict[str, str], cells: dict[str, str]
) -> None:
    await school.done(pupil("E1", **known))

    await school.done(pupil("E1", **({"birth_date": ""} | cells)))


async def test_the_birth_date_of_one_line_speaks_for_the_other_lines_of_the_person(school: AuthScene) -> None:
    await school.done(pupil("E1"))
    married = {"last_name": "Roche", "first_name": "Zoé"}

    await school.done(pupil("E1", **married), pupil("E1", birth_date="", **married, **LYCEE))


async def test_partial_imports_the_good_lines_and_tells_the_bad_ones(school: AuthScene) -> None:
    report = await school.done(pupil("E1"), pupil("E2", profile="?"), parent("P1"), partial=True)

    assert await school.states() == {"E1": "active", "P1": "active"}
    assert [(f.line, f.reason) for f in report.checked.faults] == [(3, "unknown_profile")]
    assert (report.checked.lines_good, report.checked.lines_aside) == (2, 1)


async def test_a_report_masks_what_the_database_compared(school: AuthScene) -> None:
    report = await school.refused(
        pupil("E1", last_name="Secretan"), pupil("E1", last_name="Autrement", **LYCEE)
    )

    assert [f.value for f in report.checked.faults] == ["Se•••", "Au•••"]


async def test_a_file_with_a_header_only_names_nobody(school: AuthScene) -> None:
    report = await school.refused()

    assert report.refusal == Refused("nobody_in_file")


async def test_a_second_import_at_the_same_time_is_refused_with_a_sentence(school: AuthScene) -> None:
    async with school.directory.importing() as first:
        assert not isinstance(first, Refused)

        second = await school.imports(pupil("E1"))

    assert isinstance(second, Refused)
    assert second.reason == "directory_busy"
    await school.done(pupil("E1"))


async def test_of_many_imports_at_once_each_is_done_or_refused_and_versions_stay_whole(
    school: AuthScene,
) -> None:
    orders = [school.order(f"{n}.csv", pupil("E1"), parent("P1")) for n in range(6)]

    answers = await asyncio.gather(*(school.importer(order) for order in orders))

    assert sum(isinstance(answer, ImportReport) for answer in answers) >= 1
    assert all(isinstance(answer, ImportReport) or answer.reason == "directory_busy" for answer in answers)
    versions = [(event.data.person_id, event.data.version) for event in await school.events() if event.data]
    assert sorted(versions) == [("E1", 1), ("P1", 1)]


async def test_telling_again_repeats_versions_and_event_ids(school: AuthScene) -> None:
    await school.done(pupil("E1"), parent("P1"))
    first = {(event.id, event.data) for event in await school.events()}

    await school.republishes()

    assert {(event.id, event.data) for event in await school.events()} == first


async def test_an_import_that_cannot_be_registered_has_changed_nothing(school: AuthScene) -> None:
    await school.pool.execute("alter table import_run add check (outcome <> 'applied')")

    with pytest.raises(asyncpg.CheckViolationError):
        await school.imports(pupil("E1"))

    assert await school.states() == {}
    assert await school.told() == {}
