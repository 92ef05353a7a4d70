"""What becomes of fused accounts while imports, absences and other fusions go on, one after another or at once."""

import asyncio
from pathlib import Path

import pytest

from auth.domain.fusion import Fusion
from shared.kernel.refusals import Refused
from tests.integration.auth_scene import GRACE, LYCEE, ServicePool, parent, pupil
from tests.integration.fusion_scene import (
    COLLEGE_UAI,
    FAMILY,
    INES,
    LEO,
    LYCEE_UAI,
    SONIA_TWO,
    FusionScene,
    a_family,
    refusal,
    uais,
)

pytestmark = pytest.mark.requirement("R61")


@pytest.fixture
async def scene(service_pool: ServicePool, tmp_path: Path) -> FusionScene:
    return await a_family(await service_pool("auth"), tmp_path)


async def test_an_import_of_either_account_is_told_of_the_one_that_remains(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))
    await scene.school.events()
    cfa = LYCEE | {"establishment_uai": "0690111A", "establishment_name": "CFA", "establishment_kind": "cfa"}

    await scene.school.done(parent("P2", first_name="SONIA", children="", email="", **cfa))

    told = await scene.school.told()
    assert uais(told["P1"]) == [COLLEGE_UAI, LYCEE_UAI, "0690111A"]
    assert (told["P2"].state, told["P2"].fused_into) == ("closed", "P1")


async def test_the_same_file_again_tells_nothing_and_reopens_nothing(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))
    await scene.school.events()

    await scene.school.done(*FAMILY)

    assert await scene.school.told() == {}


async def test_a_renamed_child_of_the_second_is_told_of_the_one_that_remains(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))
    await scene.school.events()

    await scene.school.done(pupil("E2", first_name="Inès-Marie", **LYCEE))

    assert [child.first_name for child in (await scene.school.told())["P1"].children] == ["Léo", "Inès-Marie"]


async def test_the_union_is_active_for_as_long_as_one_of_the_two_is(scene: FusionScene) -> None:
    token = await scene.session("P1")
    fusion = await scene.fused(token)
    await scene.school.done(LEO, complete=True, confirmed=True)
    scene.school.clock.forward(GRACE.total_seconds())
    await scene.school.events()

    await scene.school.sweeps()

    told = await scene.school.told()
    assert (told["P1"].state, uais(told["P1"])) == ("active", [LYCEE_UAI])
    assert (await scene.school.states())["P1"] == "active"
    assert isinstance(await scene.undo(await scene.session("P1"), fusion.fusion_id), Fusion)
    assert (await scene.school.told())["P1"].state == "suspended"


async def test_when_both_are_suspended_the_one_that_remains_is_and_comes_back_with_either(
    scene: FusionScene,
) -> None:
    await scene.fused(await scene.session("P1"))
    await scene.school.done(LEO, INES, complete=True, confirmed=True)
    scene.school.clock.forward(GRACE.total_seconds())
    await scene.school.sweeps()

    suspended = (await scene.school.told())["P1"]
    await scene.school.done(SONIA_TWO, INES)
    back = (await scene.school.told())["P1"]

    assert (suspended.state, uais(suspended)) == ("suspended", [COLLEGE_UAI, LYCEE_UAI])
    assert (back.state, uais(back)) == ("active", [LYCEE_UAI])


async def test_republished_the_fusion_is_told_the_same(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))
    before = (await scene.heard()).accounts

    await scene.school.republishes()

    again = (await scene.heard()).accounts
    assert {person: again[person] for person in before} == before


async def test_operators_see_which_account_was_taken_in(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))

    listed = {one.person_id: one.state async for one in scene.school.directory.listed(None)}

    assert listed == {"E1": "active", "E2": "active", "P1": "active", "P2": "fused"}


async def test_two_accounts_of_one_pupil_are_one_child_of_his_parents(scene: FusionScene) -> None:
    await scene.school.done(pupil("E9", **LYCEE), parent("P1", children="E9", **LYCEE))
    await scene.password("E1")
    await scene.password("E9")
    await scene.school.events()

    await scene.fused(await scene.session("E1"), "E9")

    told = (await scene.heard()).accounts
    assert [(child.person_id, child.uais) for child in told["P1"].children] == [
        ("E1", (COLLEGE_UAI, LYCEE_UAI))
    ]


async def test_three_accounts_are_fused_around_the_one_that_remains(scene: FusionScene) -> None:
    await scene.school.done(parent("P3", children="E2", email="", **LYCEE), INES)
    await scene.password("P3")
    token = await scene.session("P1")
    await scene.fused(token)
    await scene.fused(token, "P3")

    chained = await scene.preview(await scene.session("P1"), await scene.slip("P2"))

    assert (await scene.heard()).accounts["P1"].fused == ("P2", "P3")
    assert refusal(chained) == "wrong_credentials"


async def test_attached_twice_at_once_it_is_attached_once(scene: FusionScene) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)

    answers = await asyncio.gather(*(scene.attach(token, preview.fusion_id) for _ in range(6)))

    done = [one for one in answers if isinstance(one, Fusion)]
    busy = [one for one in answers if isinstance(one, Refused)]
    assert done
    assert {one.reason for one in busy} <= {"directory_busy"}
    assert await scene.pool.fetchval("select count(*) from fusion where state = 'fused'") == 1
    assert (await scene.heard()).revoked == [("P2", "accounts_fused")]


async def test_each_into_the_other_at_once_is_one_fusion(scene: FusionScene) -> None:
    one, other = await scene.session("P1"), await scene.session("P2")
    into_one, into_other = await scene.previewed(one, "P2"), await scene.previewed(other, "P1")

    await asyncio.gather(scene.attach(one, into_one.fusion_id), scene.attach(other, into_other.fusion_id))
    await scene.attach(one, into_one.fusion_id)
    await scene.attach(other, into_other.fusion_id)

    assert await scene.pool.fetchval("select count(*) from fusion where state = 'fused'") == 1
    assert await scene.pool.fetchval("select count(*) from account where fused_into is not null") == 1


async def test_during_an_import_it_is_refused_as_busy_and_may_be_asked_again(scene: FusionScene) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)

    async with scene.school.directory.importing():
        meanwhile = await scene.attach(token, preview.fusion_id)
    after = await scene.attach(token, preview.fusion_id)

    assert refusal(meanwhile) == "directory_busy"
    assert isinstance(after, Fusion)


async def test_imports_and_fusions_at_once_end_in_one_truth(scene: FusionScene) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)
    renamed = pupil("E2", first_name="Inès-Marie", **LYCEE)

    async def until_done() -> None:
        while isinstance(answer := await scene.attach(token, preview.fusion_id), Refused):
            assert answer.reason == "directory_busy"
            await asyncio.sleep(0)

    imported, _ = await asyncio.gather(scene.school.imports(renamed, SONIA_TWO), until_done())

    if isinstance(imported, Refused):
        await scene.school.done(renamed, SONIA_TWO)
    sonia = (await scene.heard()).accounts["P1"]
    assert [child.first_name for child in sonia.children] == ["Léo", "Inès-Marie"]
    assert sonia.fused == ("P2",)
