"""Accounts fused between the router and the wire: the person is told once, on the account that remains."""

from collections.abc import Callable
from typing import Any

import pytest

from notifier.adapters.lease_store import LeaseStore
from tests.integration.fused_path import Path
from tests.integration.notifier_facts import (
    COLLEGE,
    LYCEE,
    a_school,
    an_account,
    everything_ticked,
    preferences_of,
    tell,
)
from tests.unit.notifier.examples import SOMEBODY
from tests.unit.notifier.routing_rig import a_message_to

pytestmark = pytest.mark.requirement("R61")

BOTH_SCHOOLS = (a_school(COLLEGE), a_school(LYCEE, kind="lycee"))


class SoniasPath(Path):
    """Where Sonia's second account may be taken in."""

    async def fused(self, *, preferences_version: int = 2) -> None:
        ticked = (everything_ticked(COLLEGE), everything_ticked(LYCEE))
        remaining = an_account("sonia", *BOTH_SCHOOLS, version=2, fused=("sonia-2",))
        taken_in = an_account("sonia-2", *BOTH_SCHOOLS, version=2, state="closed", fused_into="sonia")
        preferences = preferences_of("sonia", choices=ticked, version=preferences_version)
        await tell(self.pool, remaining, taken_in, preferences)


@pytest.fixture
async def path(service_pool: Callable[..., Any]) -> SoniasPath:
    """Sonia's two accounts, not fused yet; both belong to the lycée."""
    pool = await service_pool("notifier")
    await LeaseStore(pool, SOMEBODY).renew(60)
    ticked = (everything_ticked(LYCEE),)
    for person_id in ("sonia", "sonia-2"):
        await tell(
            pool,
            an_account(person_id, a_school(LYCEE, kind="lycee")),
            preferences_of(person_id, choices=ticked),
        )
    return SoniasPath(pool)


async def test_ordered_for_the_account_taken_in_it_goes_out_on_the_one_that_remains(path: SoniasPath) -> None:
    await path.router.messages([a_message_to("sonia-2", uai=LYCEE)])
    claims = await path.claims("sonia-2")
    await path.fused()

    at_once = await path.handed_over(claims)
    then = await path.handed_over(await path.due())

    assert (at_once, then) == ([], [("sonia", "sonia@example.org")])
    assert await path.ended() == {"sonia-2": ("suppressed", "duplicate"), "sonia": ("sent", None)}
    assert await path.adds_up()


@pytest.mark.parametrize("order", [("sonia", "sonia-2"), ("sonia-2", "sonia")])
async def test_ordered_for_both_it_goes_out_once_whichever_comes_first(
    path: SoniasPath, order: tuple[str, str]
) -> None:
    await path.router.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    await path.fused()

    handed = [one for person in order for one in await path.handed_over(await path.claims(person))]
    handed += await path.handed_over(await path.due())

    assert handed == [("sonia", "sonia@example.org")]
    assert await path.ended() == {"sonia-2": ("suppressed", "duplicate"), "sonia": ("sent", None)}
    assert await path.adds_up()


async def test_refused_on_the_account_that_remains_before_the_fusion_it_is_not_lost_after_it(
    path: SoniasPath,
) -> None:
    await tell(path.pool, preferences_of("sonia", choices=(), version=2))
    await path.router.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    claims = await path.claims("sonia-2")
    await path.fused(preferences_version=3)

    handed = await path.handed_over(claims)
    handed += await path.handed_over(await path.due())

    assert handed == [("sonia-2", "sonia@example.org")]
    assert await path.ended() == {"sonia": ("suppressed", "opted_out_email"), "sonia-2": ("sent", None)}
    assert await path.adds_up()


async def test_told_on_the_account_taken_in_before_it_is_not_told_again_after(path: SoniasPath) -> None:
    await path.router.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    before = await path.handed_over(await path.claims("sonia-2"))
    await path.fused()

    after = await path.handed_over(await path.claims("sonia"))

    assert (before, after) == ([("sonia-2", "sonia-2@example.org")], [])
    assert (await path.ended())["sonia"] == ("suppressed", "duplicate")
    assert await path.adds_up()


async def test_judged_again_after_a_crash_it_is_handed_over_once(path: SoniasPath) -> None:
    await path.router.messages([a_message_to("sonia-2", uai=LYCEE)])
    claims = await path.claims("sonia-2")
    await path.fused()

    await path.judge(claims)
    await path.handed_over(claims)
    await path.handed_over(await path.due())

    assert [key.person_id for _, key in path.orders.published] == ["sonia-2"]
    assert await path.pool.fetchval("select count(*) from delivery where channel = 'email'") == 2
    assert await path.adds_up()
