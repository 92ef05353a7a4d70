"""Accounts fused and taken apart, as `ent.accounts` tells it: the desk in memory and the one in PostgreSQL."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from preferences.application.choose_notices import Choose, ChooseNotices
from preferences.application.confirm_fusion import Confirm, ConfirmFusion
from preferences.application.follow_accounts import FollowAccounts
from preferences.application.ports import Done
from preferences.application.use_contact import GiveContact, UseContact
from preferences.domain.boxes import Asked
from preferences.domain.contacts import selected_on
from preferences.domain.fusion import Fusion
from preferences.domain.preferences import Preferences
from preferences.entrypoints.account_feed import person_of
from shared.consent import Choices
from shared.kernel.clock import SystemClock
from shared.kernel.ids import uuid7
from shared.kernel.refusals import Refused
from tests.fakes.preferences_desk import FakeDesk
from tests.integration.preferences_scene import a_desk
from tests.unit.preferences.builders import COLLEGE, LYCEE, a_person, an_account, email

pytestmark = [pytest.mark.requirement("R61"), pytest.mark.requirement("A22")]

SCHOOL = Choices(email_information=True, establishment_notices=True)
PARTNERS = Choices(email_information=True, partner_notices=True)
SONIA = a_person("P1", uais=(COLLEGE,))
SONIA_TWO = a_person("P2", uais=(LYCEE,))
REMAINING = a_person("P1", version=2, uais=(COLLEGE, LYCEE), fused=("P2",))
TAKEN_IN = a_person("P2", version=2, uais=(LYCEE,), state="closed", fused_into="P1")


class Scene:
    """Sonia ticked the school's box at the collège on one account, and the partners' at the lycée on the other."""

    def __init__(self, desk: Any) -> None:
        clock = SystemClock()
        self.desk = desk
        self.choose = ChooseNotices(desk=desk, clock=clock)
        self.use_contact = UseContact(desk=desk, clock=clock, new_id=uuid7)
        self.follow = FollowAccounts(desk=desk, clock=clock, new_id=uuid7)
        self.confirm = ConfirmFusion(desk=desk, clock=clock)

    async def choice(self, person_id: str, uai: str, **asked: bool) -> Done | Refused:
        return await self.choose(Choose(person_id=person_id, uai=uai, asked=Asked(**asked), who="a test"))

    async def contact(self, person_id: str, address: str) -> Done | Refused:
        given = GiveContact(person_id=person_id, address=email(address), proved=True, who="a test")
        return await self.use_contact(given)

    async def kept(self, person_id: str = "P1") -> Preferences:
        async with self.desk.open() as work:
            kept: dict[str, Preferences] = await work.preferences([person_id])
            return kept[person_id]

    async def fusion(self) -> Fusion:
        async with self.desk.open() as work:
            fusions: dict[str, Fusion] = await work.fusions(["P1"])
            return fusions["P1"]


@pytest.fixture(params=["memory", "postgres"])
async def scene(request: pytest.FixtureRequest, service_pool: Any) -> Scene:
    desk: Any = FakeDesk() if request.param == "memory" else a_desk(await service_pool("preferences"))
    scene = Scene(desk)
    await scene.follow([], [SONIA, SONIA_TWO])
    await scene.choice("P1", COLLEGE, establishment_notices=True)
    await scene.contact("P1", "sonia@example.org")
    await scene.choice("P2", LYCEE, partner_notices=True)
    await scene.contact("P2", "autre@example.org")
    return scene


async def test_the_boxes_of_both_hold_and_the_contacts_of_the_one_that_remains(scene: Scene) -> None:
    told = len(await scene.desk.told())

    await scene.follow([], [REMAINING, TAKEN_IN])

    sonia = await scene.kept()
    assert sonia.choices == {COLLEGE: SCHOOL, LYCEE: PARTNERS}
    assert [one.address for one in sonia.contacts] == [email("sonia@example.org")]
    assert sonia.version == 3
    assert (await scene.desk.told())[told:] == [sonia]
    assert (await scene.fusion()).unconfirmed


async def test_the_contacts_of_the_other_are_kept_apart(scene: Scene) -> None:
    await scene.follow([], [REMAINING, TAKEN_IN])

    other = await scene.kept("P2")

    kept = selected_on(other.contacts, "email")
    assert kept is not None
    assert kept.address == email("autre@example.org")
    assert other.version == 2


async def test_told_again_or_late_nothing_changes(scene: Scene) -> None:
    await scene.follow([], [TAKEN_IN, REMAINING])
    before, told, deeds = await scene.kept(), await scene.desk.told(), await scene.desk.deeds()

    await scene.follow([], [REMAINING, TAKEN_IN])
    await scene.follow([], [SONIA, SONIA_TWO])
    await scene.follow([], [replace(REMAINING, version=3), replace(TAKEN_IN, version=3)])

    assert await scene.kept() == before
    assert await scene.desk.told() == told
    assert await scene.desk.deeds() == deeds


async def test_where_both_chose_the_strictest_wins(scene: Scene) -> None:
    await scene.follow([], [a_person("P2", version=2, uais=(LYCEE, COLLEGE))])
    await scene.choice("P2", COLLEGE, partner_notices=True, sms_refused=True)

    await scene.follow([], [REMAINING])

    sonia = await scene.kept()
    assert sonia.boxes(COLLEGE) == Choices(email_information=True, sms_refused=True)
    assert sonia.boxes(LYCEE) == PARTNERS._replace(sms_refused=True)


async def test_undone_both_have_what_they_had(scene: Scene) -> None:
    before, other = await scene.kept(), await scene.kept("P2")
    await scene.follow([], [REMAINING, TAKEN_IN])

    await scene.follow([], [replace(SONIA, version=3), replace(SONIA_TWO, version=3)])

    assert await scene.kept() == replace(before, version=before.version + 2)
    assert await scene.kept("P2") == other
    assert await scene.fusion() == Fusion(person_id="P1")
    assert [deed.what for deed in await scene.desk.deeds()][-2:] == ["fusion", "fusion_undone"]


async def test_whose_boxes_are_in_it_is_told_with_every_choice_until_it_is_undone(scene: Scene) -> None:
    told = len(await scene.desk.told())
    await scene.follow([], [REMAINING, TAKEN_IN])
    await scene.choice("P1", LYCEE, establishment_notices=True)

    await scene.follow([], [replace(SONIA, version=3), replace(SONIA_TWO, version=3)])

    news = [one for one in (await scene.desk.told())[told:] if isinstance(one, Preferences)]
    assert [(one.person_id, one.merged) for one in news] == [("P1", ("P2",)), ("P1", ("P2",)), ("P1", ())]


async def test_a_fusion_that_changes_no_box_is_told_as_well(scene: Scene) -> None:
    await scene.follow([], [a_person("P3", uais=(COLLEGE,))])
    before = await scene.kept()

    await scene.follow([], [a_person("P1", version=2, uais=(COLLEGE,), fused=("P3",))])

    assert await scene.kept() == replace(before, version=before.version + 1, merged=("P3",))
    assert (await scene.desk.told())[-1] == await scene.kept()


async def test_what_was_chosen_since_stands(scene: Scene) -> None:
    await scene.follow([], [REMAINING, TAKEN_IN])
    await scene.choice("P1", LYCEE, establishment_notices=True)
    await scene.choice("P1", COLLEGE, partner_notices=True)

    await scene.follow([], [replace(REMAINING, version=3)])
    fused = await scene.kept()
    await scene.follow([], [replace(SONIA, version=4)])
    undone = await scene.kept()

    assert fused.boxes(LYCEE) == PARTNERS._replace(establishment_notices=True)
    assert undone.choices == {COLLEGE: SCHOOL._replace(partner_notices=True)}


async def test_confirming_changes_nothing_but_that_and_only_once(scene: Scene) -> None:
    await scene.follow([], [REMAINING, TAKEN_IN])
    before, told = await scene.kept(), await scene.desk.told()

    first = await scene.confirm(Confirm(person_id="P1", who="a test"))
    again = await scene.confirm(Confirm(person_id="P1", who="a test"))

    assert (first, again) == (Done(before, True, None), Done(before, False, None))
    assert not (await scene.fusion()).unconfirmed
    assert await scene.desk.told() == told
    assert [deed.what for deed in await scene.desk.deeds()].count("confirm_fusion") == 1


async def test_there_may_be_nothing_to_confirm(scene: Scene) -> None:
    nothing = await scene.confirm(Confirm(person_id="P1", who="a test"))
    nobody = await scene.confirm(Confirm(person_id="P9", who="a test"))

    assert nothing == Refused("nothing_to_confirm", "No account was fused into P1.")
    assert nobody == Refused("unknown_person", "Nobody is known under P9.")


async def test_nothing_is_chosen_on_an_account_that_was_taken_in(scene: Scene) -> None:
    await scene.follow([], [REMAINING, TAKEN_IN])
    refusal = Refused("taken_in", "P2 was fused into P1: change the preferences of that account.")

    assert await scene.choice("P2", LYCEE, sms_refused=True) == refusal
    assert await scene.contact("P2", "encore@example.org") == refusal


async def test_an_account_that_is_gone_takes_its_fusion_with_it(scene: Scene) -> None:
    await scene.follow([], [REMAINING, TAKEN_IN])

    await scene.follow(["P1"], [])

    assert await scene.fusion() == Fusion(person_id="P1")
    assert (await scene.kept("P2")).boxes(LYCEE) == PARTNERS


async def test_a_fusion_and_a_choice_at_once_are_two_versions_of_one_truth(scene: Scene) -> None:
    await asyncio.gather(
        scene.follow([], [REMAINING, TAKEN_IN]),
        *(scene.choice("P1", COLLEGE, sms_refused=number % 2 == 0) for number in range(6)),
        scene.follow([], [replace(REMAINING, version=3), replace(TAKEN_IN, version=3)]),
    )

    versions = [one.version for one in await scene.desk.told() if isinstance(one, Preferences)]
    sonia = await scene.kept()
    mine = [
        one.version
        for one in await scene.desk.told()
        if isinstance(one, Preferences) and one.person_id == "P1"
    ]
    assert len(versions) > len(mine)
    assert mine == list(range(1, sonia.version + 1))
    assert sonia.boxes(LYCEE).partner_notices


def test_the_event_is_read_into_the_words_of_preferences() -> None:
    remaining = person_of(an_account("P1", fused=("P3", "P2", "P3")))
    taken_in = person_of(an_account("P2", state="closed", fused_into="P1"))

    assert (remaining.fused, remaining.fused_into) == (("P2", "P3"), None)
    assert (taken_in.fused, taken_in.fused_into) == ((), "P1")
