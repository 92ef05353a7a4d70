"""Slips on a real PostgreSQL: one valid slip a person, whoever prints, whatever crashes; nothing readable is kept."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.application.make_slips import GROUP_SIZE, NothingToPrint, Printing
from auth.application.patient_hashing import TooBusy
from auth.application.sign_in_ports import Busy
from shared.events.security import AccessRevoked, SecurityNoticed
from shared.kernel.refusals import Refused
from tests.integration.auth_scene import LYCEE, parent, pupil, staff
from tests.integration.sign_in_scene import OTHER, CountingHasher
from tests.integration.slip_scene import CODE, SlipScene, pupils


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> SlipScene:
    return SlipScene(await service_pool("auth"))


@pytest.mark.requirement("R5")
async def test_a_slip_opens_the_account_of_its_person_and_no_other(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, pupil("E1"), parent("P1"))

    child, adult = sorted(await scene.prints(), key=lambda slip: slip.profile)

    assert (child.person_id, adult.person_id) == ("E1", "P1")
    assert await scene.opens(child)
    assert await scene.opens(adult)
    answer = await scene.tries(adult.identifier, child.first_password)
    assert isinstance(answer, Refused)


@pytest.mark.requirement("R5")
async def test_no_readable_password_is_kept_anywhere(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, pupil("E1"))

    (slip,) = await scene.prints()

    rows = await scene.pool.fetch(
        "select credential::text as told from credential union all select records::text from outbox"
    )
    kept = "".join(row["told"] for row in rows) + repr(scene.audit.lines)
    assert slip.first_password not in kept
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept


async def test_before_the_slip_there_is_no_password_to_guess(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, pupil("E1"))

    answer = await scene.tries("leo.vial", "Bcdf-ghjk-mnpr-2345")

    assert isinstance(answer, Refused)
    assert answer.reason == "wrong_credentials"
    assert await scene.held() == {}


@pytest.mark.requirement("A20")
async def test_printing_twice_prints_nobody_twice(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, *pupils(3))
    first = await scene.prints()

    again = await scene.orders()

    assert isinstance(again, NothingToPrint)
    assert (again.printed_before, again.chosen_before) == (3, 0)
    assert [await scene.opens(slip) for slip in first] == [True] * 3


@pytest.mark.requirement("A20")
async def test_newcomers_are_printed_beside_those_who_have_theirs(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, *pupils(2))
    await scene.prints()
    await scene.school(tmp_path, *pupils(3))

    assert [slip.person_id for slip in await scene.prints()] == ["E02"]


@pytest.mark.requirement("A20")
async def test_of_clerks_who_print_the_same_people_at_once_each_person_gets_one_slip(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(20))

    outputs = await scene.prints_at_once(4)

    slips = [slip for output in outputs for slip in output]
    assert Counter(slip.person_id for slip in slips) == {f"E{number:02}": 1 for number in range(20)}
    assert await scene.opens(slips[0])


@pytest.mark.requirement("A20")
async def test_of_clerks_who_reissue_the_same_people_at_once_each_person_gets_one_slip(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(12))
    await scene.prints()

    outputs = await scene.prints_at_once(3, reissue=True)

    slips = [slip for output in outputs for slip in output]
    assert Counter(slip.person_id for slip in slips) == {f"E{number:02}": 1 for number in range(12)}
    assert [await scene.opens(slip) for slip in slips] == [True] * 12


@pytest.mark.requirement("A20", "R24")
async def test_another_slip_kills_the_one_before_with_all_that_it_opened(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, pupil("E1"))
    (old,) = await scene.prints()
    entered = await scene.enters(old.identifier, old.first_password)

    (new,) = await scene.prints(reissue=True)

    assert not await scene.opens(old)
    assert await scene.session(entered.session_token) is None
    assert await scene.pool.fetchval("select count(*) from known_device") == 0
    assert await scene.pool.fetchval("select step from credential") == "provisioned"
    (event,) = await scene.told()
    assert event.data == AccessRevoked(
        person_id="E1", revoked_at=scene.clock.now(), reason="first_password_reissued"
    )
    assert await scene.opens(new)


async def test_who_had_chosen_a_password_is_told_that_the_school_has_replaced_it(scene: SlipScene) -> None:
    await scene.person("E1", contacts=2)

    await scene.prints(reissue=True, person_id="E1")

    notices = [event.data for event in await scene.told() if isinstance(event.data, SecurityNoticed)]
    assert [(each.fact, each.channel) for each in notices] == [
        ("password_changed", "email"),
        ("password_changed", "sms"),
    ]
    assert scene.sealer.unseal_destination(notices[0].sealed) == "E1.0@example.org"


async def test_another_slip_ends_a_recovery_that_was_under_way(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, pupil("E1"))
    await scene.prints()
    now = scene.clock.now()
    later = now + timedelta(minutes=10)
    await scene.pool.execute(CODE, "E1", now, later)

    await scene.prints(reissue=True)

    assert await scene.pool.fetchval("select ended_at from one_time_code") == now


async def test_a_first_slip_revokes_nothing_since_there_was_no_access(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, pupil("E1"))

    await scene.prints()

    assert await scene.told() == []


@pytest.mark.requirement("A20")
async def test_who_chose_a_password_keeps_it_unless_asked_for_alone_or_on_purpose(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(2))
    await scene.prints()
    await scene.chooses_first("E00", OTHER)

    class_slips = await scene.prints(reissue=True)
    one = await scene.prints(reissue=True, person_id="E00")
    await scene.chooses_first("E00", OTHER)
    everybody = await scene.prints(reissue=True, chosen_too=True)

    assert [slip.person_id for slip in class_slips] == ["E01"]
    assert [slip.person_id for slip in one] == ["E00"]
    assert [slip.person_id for slip in everybody] == ["E00", "E01"]
    assert isinstance(await scene.tries(one[0].identifier, OTHER), Refused)


async def test_a_password_chosen_while_the_clerk_reissues_is_left_alone(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, pupil("E1"))
    await scene.prints()
    printing = await scene.orders(reissue=True)
    await scene.chooses_first("E1", OTHER)

    assert isinstance(printing, Printing)
    assert [group async for group in printing.groups] == []
    assert await scene.held() == {"E1": "chosen"}


@pytest.mark.requirement("A20")
async def test_a_crash_between_groups_leaves_each_with_a_slip_that_is_out_or_without_one(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(GROUP_SIZE + 3))
    printing = await scene.orders()
    assert isinstance(printing, Printing)

    out = await anext(printing.groups)  # the printer's paper is out, and the process dies

    assert [await scene.opens(slip) for slip in out] == [True] * GROUP_SIZE
    assert set(await scene.held()) == {slip.person_id for slip in out}
    assert len(await scene.prints()) == 3


@pytest.mark.requirement("A20")
@pytest.mark.parametrize(("seconds", "opens"), [(-1, True), (0, False), (1, False)])
async def test_a_first_password_dies_after_ninety_days_to_the_second(
    scene: SlipScene, tmp_path: Path, seconds: int, *, opens: bool
) -> None:
    await scene.school(tmp_path, pupil("E1"))
    (slip,) = await scene.prints()

    scene.clock.forward(timedelta(days=90).total_seconds() + seconds)

    assert await scene.opens(slip) is opens
    if not opens:
        (new,) = await scene.prints(reissue=True)
        assert await scene.opens(new)


async def test_people_are_narrowed_by_class_profile_and_person(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(
        tmp_path,
        pupil("E1"),
        pupil("E2", **{"class": "5B"}),
        parent("P1", children="E1"),
        parent("P2", children="E2"),
        staff("S1"),
        pupil("L1", **LYCEE),
    )

    of_class = await scene.prints(class_name="5B")
    of_none = await scene.prints(without_class=True)
    parents = await scene.prints(profile="parent")
    stranger = await scene.orders(person_id="L1")

    assert [(slip.person_id, slip.class_name, slip.children) for slip in of_class] == [
        ("E2", "5B", ()),
        ("P2", "5B", ("Léo",)),
    ]
    assert [slip.person_id for slip in of_none] == ["S1"]
    assert [slip.person_id for slip in parents] == ["P1"]
    assert stranger == Refused("unknown_person")


async def test_nobody_prints_for_a_school_that_does_not_exist_or_an_empty_class(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, pupil("E1"))

    assert (await scene.orders(uai="0690009X")).reason == "unknown_establishment"
    assert (await scene.orders(class_name="3Z")).reason == "nobody"


async def test_who_left_or_was_suspended_gets_no_slip(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, *pupils(3))
    await scene.pool.execute("update attachment set absent_since = now() where person_id = 'E00'")
    await scene.pool.execute("update account set state = 'suspended' where person_id = 'E01'")

    assert [slip.person_id for slip in await scene.prints()] == ["E02"]


async def test_each_printing_leaves_lines_with_ids_and_who_asked(scene: SlipScene, tmp_path: Path) -> None:
    await scene.school(tmp_path, pupil("E1"))
    await scene.prints()
    await scene.prints(reissue=True)

    told = {"uai": "0690001T", "first_passwords": 1, "person_ids": ["E1"], "asked_by": "mme.vial"}
    assert scene.audit.lines == [("user_updated", told), ("authn_password_change", told)]


class TiredHasher(CountingHasher):
    """A pool that has no room for anybody."""

    async def hash(self, password: str) -> str | Busy:
        return Busy(0)


async def test_when_passwords_cannot_be_hashed_nobody_is_left_with_half_a_slip(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, pupil("E1"))
    scene.hasher = TiredHasher()

    with pytest.raises(TooBusy):
        await scene.prints()

    assert await scene.held() == {}
