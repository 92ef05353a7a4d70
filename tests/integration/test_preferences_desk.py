"""What every desk of preferences does: the one in memory and the one in PostgreSQL pass the same suite."""

import asyncio
from typing import Any

import pytest

from preferences.application.choose_notices import Choose, ChooseNotices
from preferences.application.follow_accounts import FollowAccounts
from preferences.application.ports import Done
from preferences.application.seed_preferences import Seeded, SeedPreferences, Wish
from preferences.application.use_contact import GiveContact, UseContact
from preferences.domain.boxes import Asked
from preferences.domain.contacts import selected_on
from preferences.domain.person import Directory
from preferences.domain.preferences import Preferences
from shared.consent import Choices
from shared.kernel.clock import SystemClock
from shared.kernel.ids import uuid7
from shared.kernel.refusals import Refused
from tests.fakes.preferences_desk import FakeDesk
from tests.integration.preferences_scene import a_desk
from tests.unit.preferences.builders import COLLEGE, LYCEE, a_person, email, phone

CLOCK = SystemClock()


class Scene:
    """A desk and every use case on it; P1 is a parent at the collège and the lycée, with an imported address."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.choose = ChooseNotices(desk=desk, clock=CLOCK)
        self.use_contact = UseContact(desk=desk, clock=CLOCK, new_id=uuid7)
        self.seed = SeedPreferences(desk=desk, clock=CLOCK, new_id=uuid7)
        self.follow = FollowAccounts(desk=desk, clock=CLOCK, new_id=uuid7)

    async def choice(self, uai: str = COLLEGE, person_id: str = "P1", **asked: bool) -> Done | Refused:
        return await self.choose(Choose(person_id=person_id, uai=uai, asked=Asked(**asked), who="a test"))

    async def contact(self, address: Any, *, proved: bool = False, person_id: str = "P1") -> Done | Refused:
        return await self.use_contact(
            GiveContact(person_id=person_id, address=address, proved=proved, who="a test")
        )

    async def kept(self, person_id: str = "P1") -> Preferences:
        async with self.desk.open() as work:
            return (await work.preferences([person_id]))[person_id]


P1 = a_person(uais=(COLLEGE, LYCEE), directory=Directory(email=email("ecole@example.org")))


@pytest.fixture(params=["memory", "postgres"])
async def scene(request: pytest.FixtureRequest, service_pool: Any) -> Scene:
    desk: Any = FakeDesk() if request.param == "memory" else a_desk(await service_pool("preferences"))
    scene = Scene(desk)
    await scene.follow([], [P1])
    return scene


async def test_vouching_again_for_an_address_is_told_under_a_new_id(scene: Scene) -> None:
    await scene.contact(email("sonia@example.org"), proved=True)
    first = (await scene.kept()).contacts

    await scene.contact(email("sonia@example.org"), proved=True)

    again = (await scene.desk.told())[-1].contacts
    assert [(one.address, one.proof) for one in again] == [(one.address, one.proof) for one in first]
    assert again[0].contact_id != first[0].contact_id


@pytest.mark.requirement("R45")
async def test_a_choice_is_kept_announced_whole_and_audited(scene: Scene) -> None:
    await scene.contact(email("sonia@example.org"), proved=True)
    done = await scene.choice(establishment_notices=True)

    assert isinstance(done, Done)
    assert (done.changed, done.preferences.version) == (True, 2)
    assert await scene.kept() == done.preferences
    assert (await scene.desk.told())[-1] == done.preferences
    deed = (await scene.desk.deeds())[-1]
    assert (deed.who, deed.what, deed.person_id, deed.details["uai"]) == ("a test", "choose", "P1", COLLEGE)
    assert deed.details["after"] == Choices(True, True, False, False)._asdict()


async def test_the_same_choice_twice_is_announced_once_and_audited_twice(scene: Scene) -> None:
    first = await scene.choice(sms_refused=True)
    second = await scene.choice(sms_refused=True)

    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert (first.changed, second.changed) == (True, False)
    assert second.publication is None
    assert await scene.desk.told() == [first.preferences]
    assert len(await scene.desk.deeds()) == 2


async def test_the_audit_holds_no_address(scene: Scene) -> None:
    await scene.contact(email("sonia@example.org"))
    await scene.contact(phone("+33639980012"))

    written = str(await scene.desk.deeds())
    assert "sonia@example.org" not in written
    assert "+33639980012" not in written
    assert "s•••@example.org" in written


async def test_somebody_unknown_and_a_foreign_establishment_are_refused(scene: Scene) -> None:
    unknown = await scene.choice(person_id="P2", sms_refused=True)
    foreign = await scene.choice(uai="0699999Z", sms_refused=True)
    nobody = await scene.contact(email("sonia@example.org"), person_id="P2")

    refusals = [unknown, foreign, nobody]
    assert [one.reason for one in refusals if isinstance(one, Refused)] == [
        "unknown_person",
        "not_attached",
        "unknown_person",
    ]
    assert await scene.desk.told() == []


@pytest.mark.requirement("R49")
@pytest.mark.requirement("A25")
async def test_contacts_come_back_as_they_were_given(scene: Scene) -> None:
    await scene.contact(email("ecole@example.org"), proved=True)
    await scene.contact(email("sonia@example.org"))
    await scene.contact(phone("+33639980012"), proved=True)

    contacts = (await scene.kept()).contacts

    assert [(one.channel, one.origin, one.proof, one.selected) for one in contacts] == [
        ("email", "imported", "proved", False),
        ("email", "typed", "unproved", True),
        ("sms", "typed", "proved", True),
    ]
    assert (await scene.desk.told())[-1] == await scene.kept()


@pytest.mark.requirement("R46")
@pytest.mark.requirement("R48")
@pytest.mark.requirement("A8")
async def test_the_schools_own_numbers_stay_as_the_school_wrote_them(scene: Scene) -> None:
    numbers = Directory(phone_home="0199000012", phone_work="0199000034", phone_mobile="0639980012")
    await scene.follow([], [a_person(version=2, directory=numbers)])

    await scene.contact(phone("+33639980034"), proved=True)

    async with scene.desk.open() as work:
        assert (await work.people(["P1"]))["P1"].directory == numbers
    assert [one.address for one in (await scene.kept()).contacts] == [phone("+33639980034")]


@pytest.mark.requirement("A18")
async def test_one_address_may_sit_on_several_people(scene: Scene) -> None:
    await scene.follow([], [a_person("P2")])

    await scene.contact(email("sonia@example.org"), proved=True)
    await scene.contact(email("sonia@example.org"), person_id="P2")

    mother, child = await scene.kept("P1"), await scene.kept("P2")
    assert [(one.address, one.proof) for one in mother.contacts] == [(email("sonia@example.org"), "proved")]
    assert [(one.address, one.proof) for one in child.contacts] == [(email("sonia@example.org"), "unproved")]


async def test_an_older_or_equal_account_changes_nothing(scene: Scene) -> None:
    await scene.follow([], [a_person(version=3, uais=(LYCEE,))])

    await scene.follow([], [a_person(version=2, uais=(COLLEGE,)), a_person(version=3, uais=(COLLEGE,))])

    async with scene.desk.open() as work:
        person = (await work.people(["P1"]))["P1"]
    assert (person.version, [one.uai for one in person.schools]) == (3, [LYCEE])


async def test_an_account_comes_back_as_auth_told_it(scene: Scene) -> None:
    async with scene.desk.open() as work:
        assert await work.people(["P1", "P2"]) == {"P1": P1}


async def test_an_import_alone_announces_nothing(scene: Scene) -> None:
    await scene.follow([], [a_person(f"P{number}", version=2) for number in range(50)])

    assert await scene.desk.told() == []


async def test_an_imported_address_in_use_follows_the_directory_unproved(scene: Scene) -> None:
    await scene.contact(email("ecole@example.org"), proved=True)

    await scene.follow([], [a_person(version=2, directory=Directory(email=email("nouvelle@example.org")))])

    kept = await scene.kept()
    contact = selected_on(kept.contacts, "email")
    assert contact is not None
    assert (contact.address, contact.proof) == (email("nouvelle@example.org"), "unproved")
    assert (await scene.desk.told())[-1] == kept


@pytest.mark.parametrize("state", ["suspended", "closed"])
async def test_choices_outlive_the_closing_of_an_account(scene: Scene, state: str) -> None:
    await scene.choice(establishment_notices=True)
    before = await scene.kept()

    await scene.follow([], [a_person(version=2, state=state)])

    assert await scene.kept() == before
    assert await scene.desk.told() == [before]


async def test_the_end_of_an_account_erases_all_and_says_so(scene: Scene) -> None:
    await scene.choice(establishment_notices=True)

    await scene.follow(["P1", "P9"], [])
    await scene.follow(["P1"], [])

    assert await scene.kept() == Preferences(person_id="P1")
    assert (await scene.desk.told())[1:] == ["P1"]
    assert isinstance(await scene.choice(establishment_notices=True), Refused)


async def test_fifty_choices_at_once_are_fifty_versions_in_order(scene: Scene) -> None:
    await scene.follow([], [a_person("P2")])

    changes = (scene.contact(email(f"adresse{number}@example.org")) for number in range(50))
    await asyncio.gather(*changes, scene.choice(person_id="P2", sms_refused=True))

    told = [one for one in await scene.desk.told() if isinstance(one, Preferences) and one.person_id == "P1"]
    assert [one.version for one in told] == list(range(1, 51))
    assert told[-1] == await scene.kept()


async def test_a_seed_sets_many_people_and_twice_changes_nothing(scene: Scene) -> None:
    await scene.follow([], [a_person(f"S{number}") for number in range(30)])
    asked = Asked(establishment_notices=True, sms_refused=False)
    wishes = [
        Wish(
            person_id=f"S{number}",
            uai=COLLEGE,
            asked=asked,
            email=email(f"s{number}@example.org"),
            email_proved=True,
            phone=phone("+33639980012"),
        )
        for number in range(30)
    ]

    first = await scene.seed(wishes, "a test")
    second = await scene.seed(wishes, "a test")

    assert isinstance(first, Seeded)
    assert first.changed == 30
    assert second == Seeded(0, None)
    assert [one.version for one in await scene.desk.told() if isinstance(one, Preferences)] == [1] * 30
    kept = await scene.kept("S7")
    assert kept.boxes(COLLEGE) == Choices(True, True, False, False)
    assert [(one.channel, one.proof) for one in kept.contacts] == [("email", "proved"), ("sms", "unproved")]


async def test_a_seed_with_one_impossible_wish_changes_nothing(scene: Scene) -> None:
    good = Wish(person_id="P1", uai=COLLEGE, asked=Asked(sms_refused=True))
    bad = Wish(person_id="P1", uai="0699999Z", asked=Asked(sms_refused=True))

    refused = await scene.seed([good, bad], "a test")

    assert isinstance(refused, Refused)
    assert await scene.kept() == Preferences(person_id="P1")
    assert await scene.desk.told() == []


async def test_several_lines_for_one_person_make_one_version(scene: Scene) -> None:
    wishes = [
        Wish(person_id="P1", uai=uai, asked=Asked(establishment_notices=True)) for uai in (COLLEGE, LYCEE)
    ]

    await scene.seed(wishes, "a test")

    assert [one.version for one in await scene.desk.told() if isinstance(one, Preferences)] == [1]
    assert (await scene.kept()).choices.keys() == {COLLEGE, LYCEE}


async def test_a_failure_in_the_middle_undoes_everything(scene: Scene) -> None:
    async def broken() -> None:
        async with scene.desk.open() as work:
            await work.keep([Preferences(person_id="P1", version=1)])
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await broken()

    assert await scene.kept() == Preferences(person_id="P1")
    assert await scene.desk.told() == []
