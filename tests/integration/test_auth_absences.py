"""Absent from a complete file: noted, then suspended after the delay, never deleted; coming back undoes it."""

from pathlib import Path

import pytest

from shared.kernel.refusals import Refused
from tests.integration.auth_scene import GRACE, LYCEE, AuthScene, ServicePool, noon, parent, pupil

EVERYBODY = [pupil(f"E{n:02}") for n in range(20)]


@pytest.fixture
async def school(service_pool: ServicePool, tmp_path: Path) -> AuthScene:
    scene = AuthScene(await service_pool("auth"), tmp_path, noon())
    await scene.done(*EVERYBODY, complete=True)
    await scene.told()
    return scene


async def test_an_absent_person_stays_active_in_public_until_the_delay_is_over(school: AuthScene) -> None:
    report = await school.done(*EVERYBODY[1:], complete=True)

    assert report.applied is not None
    assert report.applied.absent == 1
    assert (await school.states())["E00"] == "absent"
    school.clock.forward(GRACE.total_seconds() - 1)
    assert await school.sweeps() == 0
    assert await school.told() == {}


async def test_after_the_delay_the_account_is_suspended_and_kept(school: AuthScene) -> None:
    await school.done(*EVERYBODY[1:], complete=True)
    school.clock.forward(GRACE.total_seconds())

    assert await school.sweeps() == 1

    told = await school.told()
    assert {person: (account.state, account.version) for person, account in told.items()} == {
        "E00": ("suspended", 2)
    }
    assert told["E00"].establishments != ()
    assert await school.sweeps() == 0


async def test_coming_back_before_the_delay_cancels_it(school: AuthScene) -> None:
    await school.done(*EVERYBODY[1:], complete=True)
    report = await school.done(*EVERYBODY, complete=True)
    school.clock.forward(10 * GRACE.total_seconds())

    assert report.applied is not None
    assert report.applied.returned == 1
    assert await school.sweeps() == 0
    assert await school.told() == {}


async def test_coming_back_after_a_suspension_reactivates_with_the_same_identifier(school: AuthScene) -> None:
    before = await school.pool.fetchval("select identifier from account where person_id = 'E00'")
    await school.done(*EVERYBODY[1:], complete=True)
    school.clock.forward(GRACE.total_seconds())
    await school.sweeps()
    await school.told()

    await school.done(EVERYBODY[0])

    assert (await school.told())["E00"].state == "active"
    assert await school.pool.fetchval("select identifier from account where person_id = 'E00'") == before


async def test_absence_is_counted_from_the_first_file_that_leaves_somebody_out(school: AuthScene) -> None:
    await school.done(*EVERYBODY[1:], complete=True)
    school.clock.forward(GRACE.total_seconds() - 60)
    await school.done(*EVERYBODY[1:], complete=True)
    school.clock.forward(60)

    assert await school.sweeps() == 1


async def test_without_complete_nobody_is_absent(school: AuthScene) -> None:
    await school.done(EVERYBODY[1])

    assert set((await school.states()).values()) == {"active"}


async def test_a_file_that_leaves_out_more_than_a_tenth_stops_and_asks(school: AuthScene) -> None:
    report = await school.refused(*EVERYBODY[3:], complete=True)

    assert report.refusal is not None
    assert report.refusal.reason == "too_many_absent"
    assert set((await school.states()).values()) == {"active"}

    confirmed = await school.done(*EVERYBODY[3:], complete=True, confirmed=True)
    assert confirmed.applied is not None
    assert confirmed.applied.absent == 3


async def test_a_stray_line_does_not_empty_a_school_in_the_shadow_of_a_large_file(school: AuthScene) -> None:
    many = [pupil(f"G{n:03}") for n in range(200)]
    others = [pupil(f"L{n:02}", **LYCEE) for n in range(11)]
    await school.done(*EVERYBODY, *many, *others)

    report = await school.refused(*EVERYBODY, *many, others[0], complete=True)

    assert report.questions == (Refused("school_emptied", "0690026D (10 / 11)"),)
    assert report.refusal == report.questions[0]
    assert set((await school.states()).values()) == {"active"}
    await school.done(*EVERYBODY, *many, others[0], complete=True, confirmed=True)
    assert (await school.states())["L10"] == "absent"


async def test_a_tenth_exactly_goes_on(school: AuthScene) -> None:
    report = await school.done(*EVERYBODY[2:], complete=True)

    assert report.applied is not None
    assert report.applied.absent == 2


async def test_with_lines_set_aside_nobody_is_absent(school: AuthScene) -> None:
    report = await school.done(pupil("E00", birth_date="?"), *EVERYBODY[2:], complete=True, partial=True)

    assert report.absences_left_out
    assert set((await school.states()).values()) == {"active"}


async def test_leaving_one_of_two_schools_ends_that_place_only(school: AuthScene) -> None:
    await school.done(pupil("E00", **LYCEE), pupil("X1", **LYCEE))
    await school.done(*EVERYBODY[1:], complete=True)
    await school.told()
    assert (await school.states())["E00"] == "active"
    school.clock.forward(GRACE.total_seconds())

    assert await school.sweeps() == 0

    told = await school.told()
    assert [place.uai for place in told["E00"].establishments] == [LYCEE["establishment_uai"]]
    assert told["E00"].state == "active"


async def test_a_childs_departure_is_told_of_the_parent(school: AuthScene) -> None:
    await school.done(parent("P1", children="E00 E01"))
    await school.done(parent("P1", children="E00 E01"), *EVERYBODY[1:], complete=True)
    await school.told()
    school.clock.forward(GRACE.total_seconds())
    await school.sweeps()

    sonia = (await school.told())["P1"]
    assert {child.person_id: child.uais for child in sonia.children} == {"E00": (), "E01": ("0690001T",)}
