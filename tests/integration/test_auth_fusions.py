"""Fusing two accounts of one person on a real database: what is told, what ends, what comes back."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from auth.application.sign_in_ports import TooManyTries
from auth.domain.fusion import Fusion, FusionState, Preview
from shared.kernel.refusals import Refused
from tests.integration.auth_scene import ServicePool, parent
from tests.integration.fusion_scene import (
    COLLEGE_UAI,
    INES,
    LEO,
    LYCEE_UAI,
    PASSWORD,
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


@pytest.mark.requirement("A22")
async def test_the_preview_names_what_the_second_slip_brings_and_changes_nothing(scene: FusionScene) -> None:
    preview = await scene.previewed(await scene.session("P1"))

    assert [place.told for place in preview.places] == ["Lycée du Parc — Inès"]
    assert preview.remaining_identifier == await scene.identifier("P1")
    assert preview.ending_identifier == await scene.identifier("P2")
    assert (await scene.heard()).accounts == {}


@pytest.mark.requirement("A22")
async def test_the_one_that_remains_is_told_with_both_schools_and_children(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))

    told = (await scene.heard()).accounts
    assert set(told) == {"P1", "P2"}
    assert (told["P1"].state, told["P1"].version, told["P1"].fused) == ("active", 2, ("P2",))
    assert uais(told["P1"]) == [COLLEGE_UAI, LYCEE_UAI]
    assert [(child.first_name, child.uais) for child in told["P1"].children] == [
        ("Léo", (COLLEGE_UAI,)),
        ("Inès", (LYCEE_UAI,)),
    ]
    assert (told["P2"].state, told["P2"].fused_into) == ("closed", "P1")


async def test_nothing_is_named_twice(scene: FusionScene) -> None:
    both = parent("P2", first_name="SONIA", children="E1", email="")
    await scene.school.done(SONIA_TWO, both, LEO, INES)
    await scene.school.events()

    await scene.fused(await scene.session("P1"))

    sonia = (await scene.heard()).accounts["P1"]
    assert uais(sonia) == [COLLEGE_UAI, LYCEE_UAI]
    assert [child.first_name for child in sonia.children] == ["Léo", "Inès"]


async def test_access_of_the_second_ends_and_everybody_is_told_once(scene: FusionScene) -> None:
    for person_id, address in (("P1", "s@example.org"), ("P2", "s@example.org"), ("P2", "+33639980002")):
        await scene.proved(person_id, address)
    mine, theirs = await scene.session("P1"), await scene.session("P2")

    await scene.fused(mine)

    heard = await scene.heard()
    assert heard.revoked == [("P2", "accounts_fused")]
    assert sorted(
        (one.person_id, one.fact, scene.sealer.unseal_destination(one.sealed)) for one in heard.notices
    ) == [
        ("P1", "accounts_fused", "s@example.org"),
        ("P2", "accounts_fused", "+33639980002"),
    ]
    assert refusal(await scene.listed(theirs)) == "session_over"
    assert not isinstance(await scene.listed(mine), Refused)


async def test_the_second_slip_opens_nothing_any_more(scene: FusionScene) -> None:
    token = await scene.session("P1")
    await scene.fused(token)

    again = await scene.preview(token, await scene.slip("P2"))

    assert refusal(again) == "wrong_credentials"


async def test_a_first_password_proves_as_well_and_stays_what_it_is(scene: FusionScene) -> None:
    await scene.pool.execute("delete from credential where person_id = 'P2'")
    await scene.password("P2", kind="first", step="provisioned")

    await scene.fused(await scene.session("P1"))

    kept = await scene.pool.fetchrow("select step, password_kind from credential where person_id = 'P2'")
    assert tuple(kept) == ("provisioned", "first")


async def test_an_expired_first_password_proves_nothing(scene: FusionScene) -> None:
    await scene.pool.execute("delete from credential where person_id = 'P2'")
    await scene.password("P2", kind="first")
    scene.school.clock.forward(91 * 86_400)

    refused = await scene.preview(await scene.session("P1"), await scene.slip("P2"))

    assert refusal(refused) == "first_password_expired"


async def test_wrong_passwords_count_and_are_delayed_as_at_the_sign_in(scene: FusionScene) -> None:
    token, wrong = await scene.session("P1"), await scene.slip("P2", "Deuxième-fiche8")

    answers = [await scene.preview(token, wrong) for _ in range(6)]

    assert [refusal(one) for one in answers[:5]] == ["wrong_credentials"] * 5
    assert answers[5] == TooManyTries(15)
    assert isinstance(await scene.preview(token, await scene.slip("P2")), TooManyTries)
    scene.school.clock.forward(15)
    assert isinstance(await scene.preview(token, await scene.slip("P2")), Preview)


async def test_of_many_guesses_at_once_no_more_are_looked_at_than_at_the_sign_in(scene: FusionScene) -> None:
    token, wrong = await scene.session("P1"), await scene.slip("P2", "Deuxième-fiche8")
    preview = scene.preview

    answers = await asyncio.gather(*(preview(token, wrong) for _ in range(20)))

    assert len([one for one in answers if isinstance(one, Refused)]) == 5
    assert len([one for one in answers if isinstance(one, TooManyTries)]) == 15


async def test_the_password_must_have_been_given_within_ten_minutes(scene: FusionScene) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)
    scene.school.clock.forward(600)

    assert refusal(await scene.preview(token, await scene.slip("P2"))) == "step_up_required"
    assert refusal(await scene.attach(token, preview.fusion_id)) == "step_up_required"
    assert refusal(await scene.undo(token, preview.fusion_id)) == "step_up_required"
    assert await scene.listed(token) == []


async def test_the_first_connection_comes_first(scene: FusionScene) -> None:
    await scene.pool.execute("update credential set step = 'charter' where person_id = 'P1'")

    refused = await scene.preview(await scene.session("P1"), await scene.slip("P2"))

    assert refusal(refused) == "first_connection_unfinished"


async def test_a_proposal_lives_ten_minutes_and_is_for_one_person(scene: FusionScene) -> None:
    preview = await scene.previewed(await scene.session("P1"))

    stranger = await scene.attach(await scene.session("P2"), preview.fusion_id)
    scene.school.clock.forward(600)
    late = await scene.attach(await scene.session("P1"), preview.fusion_id)

    assert (refusal(stranger), refusal(late)) == ("unknown_fusion", "unknown_fusion")
    assert refusal(await scene.attach(await scene.session("P1"), uuid4())) == "unknown_fusion"


@pytest.mark.parametrize("given", ["password_changed_at", "slip_made_at"])
async def test_a_new_password_of_the_second_account_ends_the_proposal(scene: FusionScene, given: str) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)
    scene.school.clock.forward(1)

    await scene.pool.execute(
        f"update credential set {given} = $1 where person_id = 'P2'", scene.school.clock.now()
    )

    assert refusal(await scene.attach(token, preview.fusion_id)) == "unknown_fusion"
    assert isinstance(await scene.fused(token), Fusion)


@pytest.mark.requirement("R3")
async def test_a_pupil_and_a_parent_are_never_fused(scene: FusionScene) -> None:
    await scene.password("E1")

    by_parent = await scene.preview(await scene.session("P1"), await scene.slip("E1"))
    by_pupil = await scene.preview(await scene.session("E1"), await scene.slip("P1"))

    assert (refusal(by_parent), refusal(by_pupil)) == ("pupil_and_parent", "pupil_and_parent")


async def test_an_account_is_not_fused_with_itself_nor_with_another_persons(scene: FusionScene) -> None:
    await scene.school.done(parent("P3", first_name="Paul"), LEO)
    await scene.password("P3")
    token = await scene.session("P1")

    assert refusal(await scene.preview(token, await scene.slip("P1"))) == "same_account"
    assert refusal(await scene.preview(token, await scene.slip("P3"))) == "another_person"


@pytest.mark.requirement("A22")
async def test_undone_both_are_told_as_before_and_both_slips_work(scene: FusionScene) -> None:
    token = await scene.session("P1")
    fusion = await scene.fused(token)
    await scene.school.events()

    undone = await scene.undo(token, fusion.fusion_id)

    assert isinstance(undone, Fusion)
    assert undone.state is FusionState.UNDONE
    told = (await scene.heard()).accounts
    assert (uais(told["P1"]), told["P1"].fused, told["P1"].version) == ([COLLEGE_UAI], (), 3)
    assert (uais(told["P2"]), told["P2"].state, told["P2"].fused_into) == ([LYCEE_UAI], "active", None)
    assert isinstance(await scene.preview(token, await scene.slip("P2")), Preview)


async def test_undoing_is_told_and_the_history_stays(scene: FusionScene) -> None:
    await scene.proved("P2", "autre@example.org")
    token = await scene.session("P1")
    first = await scene.fused(token)
    await scene.undo(token, first.fusion_id)
    scene.school.clock.forward(1)
    second = await scene.fused(token)

    listed = await scene.listed(token)

    assert not isinstance(listed, Refused)
    assert [(one.fusion_id, one.state) for one in listed] == [
        (second.fusion_id, FusionState.FUSED),
        (first.fusion_id, FusionState.UNDONE),
    ]
    assert [[place.uai for place in one.places] for one in listed] == [[LYCEE_UAI], []]
    facts = [notice.fact for notice in (await scene.heard()).notices]
    assert facts == ["accounts_fused", "fusion_undone", "accounts_fused"]


async def test_a_sign_in_that_ended_after_the_fusion_opens_nothing_even_when_it_is_undone(
    scene: FusionScene,
) -> None:
    token = await scene.session("P1")
    fusion = await scene.fused(token)
    late = await scene.session("P2")
    while_fused = await scene.listed(late)

    await scene.undo(token, fusion.fusion_id)

    assert (refusal(while_fused), refusal(await scene.listed(late))) == ("session_over", "session_over")


async def test_undone_twice_is_undone_once(scene: FusionScene) -> None:
    token = await scene.session("P1")
    fusion = await scene.fused(token)

    first = await scene.undo(token, fusion.fusion_id)
    await scene.school.events()
    again = await scene.undo(token, fusion.fusion_id)

    assert first == again
    assert (await scene.heard()).accounts == {}


async def test_proposals_that_nobody_accepted_are_forgotten(scene: FusionScene) -> None:
    await scene.previewed(await scene.session("P1"))
    scene.school.clock.forward(600)

    assert await scene.fusions.forget_proposals(scene.school.clock.now()) == 1
    assert await scene.pool.fetchval("select count(*) from fusion") == 0


async def test_a_right_password_is_not_told_by_the_audit(scene: FusionScene) -> None:
    await scene.fused(await scene.session("P1"))

    said = repr(scene.audit.lines)

    assert ("user_updated", {"person_id": "P1", "fused": "P2"}) in scene.audit.lines
    assert PASSWORD not in said
    assert await scene.identifier("P2") not in said
