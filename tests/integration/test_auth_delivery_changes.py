"""Deliveries that hold changes alone: they are joined with what earlier deliveries said."""

from itertools import count
from pathlib import Path

import pytest

from shared.kernel.refusals import Refused
from tests.aaf_delivery import (
    LYCEE,
    as_directory,
    delete,
    document,
    modify,
    pupil,
    relation,
    structure,
    teacher,
)
from tests.integration.auth_scene import AuthScene, ServicePool, noon
from tests.integration.delivery_scene import EVERYBODY, DeliveryScene


@pytest.fixture
async def directory(service_pool: ServicePool, tmp_path: Path) -> DeliveryScene:
    return DeliveryScene(AuthScene(await service_pool("auth"), tmp_path, noon()), count(1))


async def test_a_change_does_not_make_a_known_school_another_unasked(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)
    another = modify("EtabEducNat", "4242", ENTStructureTypeStruct="LYCEE POLYVALENT")

    report = await directory.refused(another)

    assert report.questions == (Refused("school_redefined", "0690001T"),)
    await directory.done(another, confirmed=True)


async def test_changes_that_empty_a_school_name_it(directory: DeliveryScene) -> None:
    gone = [f"12{n:02}" for n in range(11)]
    await directory.done(*EVERYBODY, *(pupil(key, givenName=f"Nom{key}") for key in gone))

    report = await directory.refused(*(delete("Eleve", key) for key in gone))

    assert report.questions == (
        Refused("too_many_leaving"),
        Refused("school_emptied", "0690001T (11 / 17)"),
    )


@pytest.mark.parametrize("entry", [delete("Eleve", "1002"), modify("Eleve", "1002", ENTEleveTransport="N")])
async def test_changes_cannot_be_called_complete(directory: DeliveryScene, entry: str) -> None:
    await directory.done(*EVERYBODY)

    refused = await directory.imports(entry, complete=True)

    assert isinstance(refused, Refused)
    assert refused.reason == "delta_is_not_complete"


async def test_files_named_as_changes_cannot_be_called_complete(directory: DeliveryScene) -> None:
    files = {"ENT_069_Delta_20260902_Eleve_0000.xml": document(*EVERYBODY)}

    refused = await directory.of(as_directory(directory.school.folder / "d", files), complete=True)

    assert refused == Refused("delta_is_not_complete", "ENT_069_Delta_20260902_Eleve_0000.xml")


async def test_a_modification_changes_what_it_names_and_nothing_else(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)
    await directory.school.told()

    await directory.done(modify("PersRelEleve", "2001", mobile="06 39 98 00 77"))

    told = await directory.school.told()
    assert set(told) == {"2001"}
    assert told["2001"].imported.phone_mobile == "+33639980077"
    assert told["2001"].imported.email == "sonia.vial@example.org"
    assert [child.person_id for child in told["2001"].children] == ["1001", "1002"]


async def test_the_same_changes_twice_change_nothing(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)
    changes = (
        modify("PersRelEleve", "2001", mobile="06 39 98 00 77"),
        delete("PersEducNat", "3002"),
        pupil("1003", ENTElevePersRelEleve="2002$1$1$1$0$0"),
    )
    await directory.done(*changes, confirmed=True)
    await directory.school.told()

    again = await directory.done(*changes)

    assert again.applied is not None
    assert again.applied.nothing
    assert await directory.school.told() == {}


async def test_somebody_deleted_is_absent_first_and_keeps_his_account(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    asked = await directory.refused(delete("PersEducNat", "3001"))
    await directory.done(delete("PersEducNat", "3001"), confirmed=True)
    after = await directory.school.states()
    await directory.done(teacher("3001"))

    assert asked.refusal == Refused("too_many_leaving")
    assert after["3001"] == "absent"
    assert (await directory.school.states())["3001"] == "active"


async def test_deleting_somebody_unknown_is_no_fault(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    report = await directory.done(delete("Eleve", "9999"))

    assert report.applied is not None
    assert report.applied.nothing


async def test_a_parent_leaves_with_the_last_of_his_children(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    await directory.done(delete("Eleve", "1001"), confirmed=True)

    states = await directory.school.states()
    assert {person: states[person] for person in ("1001", "2001", "2002")} == {
        "1001": "absent",
        "2001": "active",
        "2002": "absent",
    }


async def test_a_new_pupil_finds_a_structure_and_parents_of_an_earlier_delivery(
    directory: DeliveryScene,
) -> None:
    await directory.done(*EVERYBODY)
    await directory.school.told()

    await directory.done(
        pupil("1003", givenName="Ana", ENTElevePersRelEleve=("2002$1$1$1$0$0", "2003$6$0$2$0$0"))
    )

    told = await directory.school.told()
    assert set(told) == {"1003", "2002", "2003"}
    assert [child.person_id for child in told["2002"].children] == ["1001", "1003"]
    assert told["2003"].first_name == "Paule"


async def test_a_pupil_who_changes_school_leaves_the_first_and_takes_his_parents_along(
    directory: DeliveryScene,
) -> None:
    await directory.done(*EVERYBODY, structure(LYCEE))

    await directory.done(
        modify("Eleve", "1002", ENTPersonStructRattach="4343", ENTEleveClasses="4343$2NDE 1"), confirmed=True
    )

    rows = await directory.school.pool.fetch(
        "select person_id, uai, class_name, absent_since is null as there from attachment"
        " where person_id in ('1002', '2001') order by person_id, uai"
    )
    assert [tuple(row) for row in rows] == [
        ("1002", "0690001T", "6EME A", False),
        ("1002", "0690026D", "2NDE 1", True),
        ("2001", "0690001T", None, True),
        ("2001", "0690026D", None, True),
    ]


@pytest.mark.requirement("R3")
async def test_who_no_longer_answers_for_a_pupil_loses_sight_of_him_at_once(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    await directory.done(
        modify("Eleve", "1001", ENTElevePersRelEleve=("2001$2$1$1$1$0", "2002$1$0$0$1$0")), confirmed=True
    )

    assert await directory.children_of("2001") == ["1001", "1002"]
    assert await directory.children_of("2002") == []
    assert (await directory.school.states())["2002"] == "absent"


async def test_a_renamed_structure_is_told_to_everybody_there(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)
    await directory.school.told()

    await directory.done(modify("EtabEducNat", "4242", ENTStructureNomCourant="Collège Simone-Veil-ac-LYON"))

    told = await directory.school.told()
    assert set(told) == {"1001", "1002", "2001", "2002", "3001", "3002"}
    assert {account.establishments[0].name for account in told.values()} == {"Collège Simone-Veil"}


async def test_a_corrected_national_code_takes_everybody_of_its_structure_along_and_nobody_else(
    directory: DeliveryScene,
) -> None:
    mistaken = structure(ENTStructureJointure="4444")
    here = {"ENTPersonStructRattach": "4444", "ENTEleveClasses": "4444$6EME B"}
    await directory.done(
        *EVERYBODY, mistaken, pupil("1009", ENTElevePersRelEleve=("2003$2$1$1$1$0",), **here)
    )

    await directory.done(modify("EtabEducNat", "4444", ENTStructureUAI="0690026D"), confirmed=True)

    rows = await directory.school.pool.fetch(
        "select person_id, uai from attachment where absent_since is null order by person_id, uai"
    )
    places = {row["person_id"]: row["uai"] for row in rows}
    assert len(places) == len(rows)
    assert {person for person, uai in places.items() if uai == "0690026D"} == {"1009", "2003"}
    assert {person for person, uai in places.items() if uai == "0690001T"} == {
        "1001", "1002", "2001", "2002", "3001", "3002",
    }  # fmt: skip


async def test_an_entry_set_aside_leaves_everything_as_it_was(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    report = await directory.done(
        modify("Eleve", "1001", ENTPersonDateNaissance="?", ENTElevePersRelEleve="2001$2$1$1$1$0"),
        partial=True,
    )

    assert report.checked.lines_aside == 1
    assert await directory.children_of("2002") == ["1001"]
    assert set((await directory.school.states()).values()) == {"active"}


async def test_somebody_forgotten_by_a_complete_delivery_cannot_be_modified_any_more(
    directory: DeliveryScene,
) -> None:
    await directory.done(*EVERYBODY)
    await directory.done(*EVERYBODY[:-1], complete=True, confirmed=True)

    report = await directory.refused(modify("PersEducNat", "3002", sn="Vialle-Roche"))

    assert [fault.reason for fault in report.checked.faults] == ["never_delivered"]


async def test_a_delivery_that_describes_no_structure_cannot_be_called_complete(
    directory: DeliveryScene,
) -> None:
    await directory.done(*EVERYBODY)

    refused = await directory.imports(*EVERYBODY[1:], complete=True)

    assert refused == Refused("complete_without_structures")


async def test_an_archive_named_as_changes_cannot_be_called_complete(directory: DeliveryScene) -> None:
    folder = as_directory(directory.school.folder / "ENT_069_Delta_20260902", {"a.xml": document(*EVERYBODY)})

    refused = await directory.of(folder, complete=True)

    assert refused == Refused("delta_is_not_complete", "ENT_069_Delta_20260902")


async def test_changes_night_after_night_lead_where_a_complete_delivery_leads(
    directory: DeliveryScene,
) -> None:
    await directory.done(*EVERYBODY, structure(LYCEE), complete=True)
    nights = (
        (modify("PersRelEleve", "2001", mobile="06 39 98 00 77"), pupil("1003", sn="Roy")),
        (modify("Eleve", "1002", ENTPersonStructRattach="4343", ENTEleveClasses="4343$2NDE 1"),),
        (modify("Eleve", "1001", ENTElevePersRelEleve="2001$2$1$1$1$0"), delete("Eleve", "1003")),
        (delete("PersEducNat", "3002"), modify("EtabEducNat", "4343", ENTStructureNomCourant="Lycée Neuf")),
    )
    for changes in nights:
        await directory.done(*changes, confirmed=True)
    await directory.school.told()

    whole = await directory.done(
        structure(),
        structure(LYCEE, ENTStructureNomCourant="Lycée Neuf"),
        pupil("1001", ENTElevePersRelEleve="2001$2$1$1$1$0"),
        pupil(
            "1002",
            givenName="Inès",
            ENTPersonStructRattach="4343",
            ENTEleveClasses="4343$2NDE 1",
            ENTElevePersRelEleve="2001$2$1$1$1$0",
        ),
        relation("2001", mobile="06 39 98 00 77"),
        EVERYBODY[4],
        EVERYBODY[5],
        teacher("3001"),
        complete=True,
    )

    assert whole.applied is not None
    assert whole.applied.nothing
    assert await directory.school.told() == {}
    assert (await directory.school.states()) == {
        "1001": "active",
        "1002": "active",
        "1003": "absent",
        "2001": "active",
        "2002": "absent",
        "3001": "active",
        "3002": "absent",
    }
