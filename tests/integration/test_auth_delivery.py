"""Deliveries of the school directory against a real database: who gets an account, who leaves, what is refused."""

from itertools import count
from pathlib import Path

import pytest

from auth.application.import_accounts import ImportReport
from shared.kernel.refusals import Refused
from tests.aaf_delivery import (
    LYCEE,
    PUPIL,
    as_directory,
    document,
    modify,
    pupil,
    relation,
    structure,
    teacher,
)
from tests.integration.auth_scene import GRACE, AuthScene, ServicePool, noon
from tests.integration.auth_scene import pupil as row
from tests.integration.delivery_scene import EVERYBODY, DeliveryScene


@pytest.fixture
async def directory(service_pool: ServicePool, tmp_path: Path) -> DeliveryScene:
    return DeliveryScene(AuthScene(await service_pool("auth"), tmp_path, noon()), count(1))


@pytest.mark.requirement("R5")
async def test_a_delivery_creates_the_accounts_of_those_who_have_one(directory: DeliveryScene) -> None:
    report = await directory.done(*EVERYBODY)

    told = await directory.school.told()
    assert {person: (account.profile, account.first_name) for person, account in told.items()} == {
        "1001": ("eleve", "Léo"),
        "1002": ("eleve", "Inès"),
        "2001": ("parent", "Sonia"),
        "2002": ("parent", "Marc"),
        "3001": ("enseignant", "Étienne"),
        "3002": ("personnel", "Anne"),
    }
    assert report.left_out.relations_without_pupil == 1
    assert [child.person_id for child in told["2001"].children] == ["1001", "1002"]
    assert [child.person_id for child in told["2002"].children] == ["1001"]


async def test_a_pupil_is_told_with_his_school_and_class(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    place = (await directory.school.told())["1001"].establishments[0]
    assert place.model_dump() == {
        "uai": "0690001T",
        "name": "Collège Jean-Macé",
        "kind": "college",
        "departement": "69",
        "academie": "Lyon",
        "region": "Auvergne-Rhône-Alpes",
        "classes": ("6EME A",),
        "transported": True,
    }


@pytest.mark.requirement("R46")
async def test_imported_numbers_and_addresses_land_where_a_file_puts_them(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    imported = (await directory.school.told())["2001"].imported
    assert imported.phone_home == "+33499000001"
    assert imported.phone_mobile == "+33639980001"
    assert imported.phone_work is None
    assert imported.email == "sonia.vial@example.org"


async def test_the_same_delivery_twice_changes_nothing_and_tells_nothing(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY, complete=True)
    await directory.school.told()

    again = await directory.done(*EVERYBODY, complete=True)

    assert again.applied is not None
    assert again.applied.nothing
    assert await directory.school.told() == {}
    assert await directory.school.runs() == ["applied", "unchanged"]


async def test_an_entry_repeated_from_file_to_file_is_no_contradiction(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY, EVERYBODY[1])

    assert len(await directory.school.states()) == 6


async def test_somebody_a_complete_delivery_no_longer_names_is_absent_then_suspended(
    directory: DeliveryScene,
) -> None:
    await directory.done(*EVERYBODY)
    without_secretary = EVERYBODY[:-1]

    asked = await directory.refused(*without_secretary, complete=True)
    await directory.done(*without_secretary, complete=True, confirmed=True)
    states = [(await directory.school.states())["3002"]]
    directory.school.clock.forward(GRACE.total_seconds() + 1)
    await directory.school.sweeps()
    states.append((await directory.school.states())["3002"])

    assert asked.refusal == Refused("too_many_absent")
    assert states == ["absent", "suspended"]


async def test_a_delivery_that_is_not_complete_makes_nobody_absent(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    await directory.done(structure(), pupil("1001"))

    assert set((await directory.school.states()).values()) == {"active"}


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        ((*EVERYBODY, pupil("1001", sn="Autre")), {("ENT_0000.xml", "id", "named_twice"), ("ENT_0007.xml", "id", "named_twice")}),
        ((*EVERYBODY, modify("Eleve", "404", sn="X")), {("ENT_0000.xml", "id", "never_delivered")}),
        ((structure(), relation(mobile="0899 00 00 00"), pupil()), {("ENT_0001.xml", "phone_mobile", "premium_number")}),
        ((structure(ENTStructureTypeStruct="CIRQUE"),), {("ENT_0000.xml", "establishment_kind", "unknown_kind")}),
        ((pupil(),), {("ENT_0000.xml", "ENTPersonStructRattach", "unknown_structure")}),
        (
            (structure(), pupil(ENTPersonStructRattach="", ENTEleveClasses="")),
            {("ENT_0000.xml", "ENTPersonStructRattach", "no_structure")},
        ),
        (
            (structure(), teacher(ENTPersonDateNaissance="31/02/1980")),
            {("ENT_0000.xml", "birth_date", "not_a_date")},
        ),
    ],
)  # fmt: skip
async def test_a_bad_entry_is_told_by_file_and_attribute_and_nothing_changes(
    directory: DeliveryScene, entries: tuple[str, ...], faults: set[tuple[str, str, str]]
) -> None:
    assert await directory.faults(*entries) == faults
    assert await directory.school.states() == {}


async def test_partial_imports_the_good_entries(directory: DeliveryScene) -> None:
    report = await directory.done(
        structure(), pupil("1001", ENTPersonDateNaissance="?"), pupil("1002"), relation(), partial=True
    )

    assert await directory.school.states() == {"1002": "active", "2001": "active"}
    assert await directory.children_of("2001") == ["1002"]
    assert report.checked.lines_aside == 1


async def test_a_complete_delivery_with_bad_entries_makes_nobody_absent(directory: DeliveryScene) -> None:
    await directory.done(*EVERYBODY)

    report = await directory.done(
        *EVERYBODY[:-2], pupil("1005", ENTEleveTransport="peut-être"), complete=True, partial=True
    )

    assert report.absences_left_out
    assert set((await directory.school.states()).values()) == {"active"}


async def test_staff_may_also_be_attached_to_an_office_that_is_no_school(directory: DeliveryScene) -> None:
    await directory.done(structure(), teacher(ENTPersonStructRattach="77777"))

    assert await directory.school.states() == {"3001": "active"}


async def test_the_older_list_of_authority_counts_where_the_coded_one_is_silent(
    directory: DeliveryScene,
) -> None:
    entries = (structure(), add_old_pupil(), relation("2001"), relation("2002", givenName="Marc"))

    await directory.done(*entries)

    assert await directory.children_of("2001") == ["1001"]
    assert await directory.children_of("2002") == ["1001"]


def add_old_pupil() -> str:
    return pupil(
        "1001", ENTElevePersRelEleve="", ENTEleveAutoriteParentale=PUPIL["ENTEleveAutoriteParentale"]
    )


async def test_an_empty_delivery_names_nobody(directory: DeliveryScene) -> None:
    refused = await directory.of(as_directory(directory.school.folder / "vide", {"a.xml": document()}))

    assert refused == Refused("nobody_in_file")


async def test_an_import_and_a_delivery_do_not_interleave(directory: DeliveryScene) -> None:
    async with directory.school.directory.importing() as first:
        assert not isinstance(first, Refused)

        second = await directory.imports(*EVERYBODY)

    assert isinstance(second, Refused)
    assert second.reason == "directory_busy"


async def test_a_delivery_after_an_accounts_file_knows_the_same_people(directory: DeliveryScene) -> None:
    await directory.school.done(row("1001", last_name="Vial", **{"class": "6EME A"}))
    await directory.school.told()

    report = await directory.done(structure(), pupil("1001"))

    assert isinstance(report, ImportReport)
    assert await directory.school.told() == {}


async def test_a_complete_delivery_speaks_of_the_structures_it_describes_only(
    directory: DeliveryScene,
) -> None:
    await directory.done(
        *EVERYBODY, structure(LYCEE), pupil("1009", ENTPersonStructRattach="4343", ENTEleveClasses="")
    )

    await directory.done(
        *EVERYBODY[:-2],
        teacher("3001", ENTPersonFonctions="4343$ENS$ENSEIGNEMENT$-$-"),
        EVERYBODY[-1],
        complete=True,
    )

    assert set((await directory.school.states()).values()) == {"active"}


async def test_a_guardian_answers_for_any_number_of_pupils(directory: DeliveryScene) -> None:
    wards = [f"12{n:02}" for n in range(40)]
    bond = {"ENTElevePersRelEleve": ("2001$3$1$1$1$0",)}

    await directory.done(structure(), relation("2001"), *(pupil(key, **bond) for key in wards))

    assert await directory.children_of("2001") == wards


async def test_a_pupil_of_age_who_answers_for_himself_has_one_account(directory: DeliveryScene) -> None:
    await directory.done(
        structure(), pupil("1001", ENTElevePersRelEleve=("2001$70$1$1$1$0",)), relation("2001")
    )

    assert await directory.school.states() == {"1001": "active"}
