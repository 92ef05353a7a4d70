"""Accounts fused or taken apart between two pages of an alert: each person is told once, and nobody is missed."""

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
    tell_people,
    the_academie,
)
from tests.unit.notifier.examples import SOMEBODY
from tests.unit.notifier.routing_rig import an_alert_for

pytestmark = pytest.mark.requirement("R61")

AT_COLLEGE, AT_LYCEE = a_school(COLLEGE), a_school(LYCEE, kind="lycee")
BOTH = (everything_ticked(COLLEGE), everything_ticked(LYCEE))


class Alert(Path):
    """One alert, routed a person a page, and Sonia, who has an account for the collège and one for the lycée."""

    version = 1

    async def sonia(self, college: str, lycee: str) -> None:
        await tell(
            self.pool,
            an_account(college, AT_COLLEGE),
            preferences_of(college, choices=(everything_ticked(COLLEGE),)),
            an_account(lycee, AT_LYCEE),
            preferences_of(lycee, choices=(everything_ticked(LYCEE),)),
        )

    async def fused(self, remaining: str, attached: str) -> None:
        self.version += 1
        change: dict[str, Any] = {"version": self.version}
        await tell(
            self.pool,
            an_account(remaining, AT_COLLEGE, AT_LYCEE, fused=(attached,), **change),
            an_account(attached, AT_LYCEE, state="closed", fused_into=remaining, **change),
            preferences_of(remaining, choices=BOTH, version=self.version),
        )

    async def undone(self, remaining: str, attached: str) -> None:
        self.version += 1
        change: dict[str, Any] = {"version": self.version}
        own = preferences_of(remaining, choices=(everything_ticked(COLLEGE),), version=self.version)
        await tell(
            self.pool,
            an_account(remaining, AT_COLLEGE, **change),
            own,
            an_account(attached, AT_LYCEE, **change),
        )

    async def kept(self, *uais: str) -> None:
        await self.router.keep([an_alert_for(uais=uais, urgent=True)])

    async def page(self) -> None:
        assert await self.router.alerts()

    async def rest(self) -> None:
        while await self.router.alerts():
            pass

    async def told(self) -> list[str]:
        """The addresses that everything ordered so far goes out to, whatever the order it comes in."""
        claims = await self.claims(*{key.person_id for _, key in self.orders.published})
        handed = await self.handed_over(claims)
        self.orders.published.clear()
        handed += await self.handed_over(await self.due())
        return sorted(address for _, address in handed)


@pytest.fixture
async def alert(service_pool: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Alert:
    """« m » is a parent of the collège whose turn lies between those of the two accounts."""
    pool = await service_pool("notifier")
    monkeypatch.setattr("notifier.application.route_alerts.PAGE_PEOPLE_MAX", 1)
    await LeaseStore(pool, SOMEBODY).renew(60)
    await tell_people(pool, "m")
    await tell(pool, the_academie(), an_account("m", AT_COLLEGE, AT_LYCEE, version=2))
    await tell(pool, preferences_of("m", choices=BOTH, version=2))
    return Alert(pool)


async def test_taken_in_by_somebody_whose_turn_is_over_she_is_told_on_the_account_that_remains(
    alert: Alert,
) -> None:
    await alert.sonia(college="a", lycee="z")
    await alert.kept(LYCEE)
    await alert.page()
    await alert.fused("a", "z")

    await alert.rest()

    assert await alert.told() == ["a@example.org", "m@example.org"]
    assert await alert.adds_up()


@pytest.mark.parametrize("sent_before", [True, False])
async def test_told_in_the_turn_of_the_one_that_remains_she_is_not_told_again(
    alert: Alert, sent_before: bool
) -> None:
    await alert.sonia(college="a", lycee="z")
    await alert.kept(COLLEGE, LYCEE)
    await alert.page()
    before = await alert.told() if sent_before else []
    await alert.fused("a", "z")

    await alert.rest()

    assert sorted(before + await alert.told()) == ["a@example.org", "m@example.org"]
    assert await alert.adds_up()


@pytest.mark.parametrize("sent_before", [True, False])
async def test_taken_in_after_her_turn_by_somebody_whose_turn_is_to_come_she_is_told_once(
    alert: Alert, sent_before: bool
) -> None:
    await alert.sonia(college="z", lycee="a")
    await alert.kept(LYCEE)
    await alert.page()
    before = await alert.told() if sent_before else []
    await alert.fused("z", "a")

    await alert.rest()

    sonia = "a@example.org" if sent_before else "z@example.org"
    assert sorted(before + await alert.told()) == sorted([sonia, "m@example.org"])
    assert await alert.adds_up()


async def test_set_free_before_the_turn_of_the_one_that_had_it_an_account_is_told_then(alert: Alert) -> None:
    await alert.sonia(college="z", lycee="b")
    await alert.fused("z", "b")
    await alert.kept(LYCEE)
    await alert.page()
    await alert.undone("z", "b")

    await alert.rest()

    assert await alert.told() == ["b@example.org", "m@example.org"]
    assert await alert.adds_up()


async def test_set_free_after_the_one_that_had_it_was_told_an_account_is_not_told_again(alert: Alert) -> None:
    await alert.sonia(college="a", lycee="z")
    await alert.fused("a", "z")
    await alert.kept(LYCEE)
    await alert.page()
    before = await alert.told()
    await alert.undone("a", "z")

    await alert.rest()

    assert (before, await alert.told()) == (["a@example.org"], ["m@example.org"])
    assert await alert.adds_up()


@pytest.mark.parametrize(("remaining", "attached"), [("a", "z"), ("z", "a")])
async def test_fused_and_taken_apart_again_while_it_is_routed_she_is_told_once(
    alert: Alert, remaining: str, attached: str
) -> None:
    await alert.sonia(college=remaining, lycee=attached)
    await alert.kept(LYCEE)
    await alert.page()
    await alert.fused(remaining, attached)
    await alert.page()
    await alert.undone(remaining, attached)

    await alert.rest()

    assert await alert.told() == sorted([f"{attached}@example.org", "m@example.org"])
    assert await alert.adds_up()


@pytest.mark.parametrize(("remaining", "attached"), [("a", "z"), ("z", "a")])
async def test_fused_before_it_was_kept_she_has_one_turn_wherever_the_cursor_stands(
    alert: Alert, remaining: str, attached: str
) -> None:
    await alert.sonia(college=remaining, lycee=attached)
    await alert.fused(remaining, attached)
    await alert.kept(LYCEE)

    await alert.rest()

    assert [key.person_id for _, key in alert.orders.published] == sorted([remaining, "m"])
    assert await alert.pool.fetchval("select expected from notification") == 4
    assert await alert.told() == sorted([f"{remaining}@example.org", "m@example.org"])


async def test_a_fusion_that_was_being_learned_while_the_alert_was_kept_misses_nobody(alert: Alert) -> None:
    """Written before the alert was kept and seen only after: no clock could tell on which side it lies."""
    await alert.sonia(college="a", lycee="z")
    async with alert.pool.acquire() as learning, learning.transaction():
        await learning.execute("insert into fused_account (person_id, remaining_id) values ('z', 'a')")
        await alert.kept(LYCEE)
        await alert.page()
    await alert.fused("a", "z")

    await alert.rest()

    assert await alert.told() == ["a@example.org", "m@example.org"]
    assert await alert.adds_up()
