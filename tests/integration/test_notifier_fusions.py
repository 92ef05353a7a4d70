"""Fused accounts are one person: whoever is named by several of them is told once, under the one that remains."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from notifier.adapters.facts_book import FactsBook
from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.history_store import HistoryStore
from notifier.adapters.notifications_store import NotificationsStore
from notifier.application.follow_facts import FollowFacts, Said
from notifier.application.reports import ExplainDelivery
from notifier.domain.notifications import AudienceFilter
from shared.events.accounts import AccountChanged, Child
from shared.events.partners import PartnerChanged, Territory
from shared.kernel.refusals import Refused
from tests.fakes.orders import FakeOrders
from tests.integration.notifier_facts import (
    COLLEGE,
    LYCEE,
    a_contact,
    a_school,
    an_account,
    everything_ticked,
    preferences_of,
    tell,
    the_academie,
)
from tests.unit.notifier.routing_rig import RoutingRig, a_message_to, an_alert_for

LEO = Child(person_id="léo", first_name="Léo", uais=(COLLEGE,))
INES = Child(person_id="inès", first_name="Inès", uais=(LYCEE,))
AT_COLLEGE = a_school(COLLEGE)
AT_LYCEE = a_school(LYCEE, kind="lycee")
SONIA = an_account("sonia", AT_COLLEGE, children=(LEO,))
SONIA_TWO = an_account("sonia-2", AT_LYCEE, children=(INES,))
REMAINING = an_account("sonia", AT_COLLEGE, AT_LYCEE, version=2, children=(LEO, INES), fused=("sonia-2",))
TAKEN_IN = an_account("sonia-2", AT_LYCEE, version=2, state="closed", children=(INES,), fused_into="sonia")
SPELLS = "select person_id, remaining_id, since::text from fused_account"
PAIRS = "select person_id, remaining_id from fused_account"
BOTH_SCHOOLS = (everything_ticked(COLLEGE), everything_ticked(LYCEE))


@pytest.fixture
async def pool(service_pool: Callable[..., Any]) -> asyncpg.Pool:
    """Sonia had two accounts, with an address each; now they are one."""
    pool = await service_pool("notifier")
    await tell(pool, SONIA, preferences_of("sonia", choices=(everything_ticked(COLLEGE),)))
    await tell(pool, SONIA_TWO, preferences_of("sonia-2", choices=(everything_ticked(LYCEE),)))
    return pool


@pytest.fixture
async def fused(pool: asyncpg.Pool) -> asyncpg.Pool:
    await tell(pool, TAKEN_IN)
    await tell(pool, REMAINING, preferences_of("sonia", choices=BOTH_SCHOOLS, version=2))
    return pool


def a_rig(pool: asyncpg.Pool) -> tuple[RoutingRig, FakeOrders]:
    orders = FakeOrders()
    return RoutingRig(NotificationsStore(pool), KnownFacts(pool), orders), orders


def the_region() -> PartnerChanged:
    territory = Territory(regions=("Auvergne-Rhône-Alpes",))
    return the_academie(body="region", territory=territory, name="Région")


async def whole_alert(rig: RoutingRig) -> None:
    while await rig.alerts():
        pass


@pytest.mark.requirement("R61", "A3")
async def test_an_alert_of_the_region_reaches_sonia_once_through_ines(fused: asyncpg.Pool) -> None:
    await tell(fused, the_region())
    rig, orders = a_rig(fused)

    await rig.keep([an_alert_for(urgent=True)])
    await whole_alert(rig)

    assert [(key.person_id, key.channel) for _, key in orders.published] == [("sonia", "email")]
    sonia = (await KnownFacts(fused).known(["sonia"]))["sonia"]
    assert sonia.email is not None
    assert sonia.email.address == "sonia@example.org"
    assert sonia.children_at(LYCEE) == ("Inès",)
    assert await fused.fetchval("select expected from notification") == 2


async def test_an_alert_to_both_schools_reaches_her_once(fused: asyncpg.Pool) -> None:
    await tell(fused, the_academie())
    rig, orders = a_rig(fused)

    await rig.keep([an_alert_for(uais=(COLLEGE, LYCEE))])
    await whole_alert(rig)

    assert [key.person_id for _, key in orders.published] == ["sonia"]


@pytest.mark.requirement("R61")
async def test_a_message_to_both_accounts_is_one_delivery_a_channel(fused: asyncpg.Pool) -> None:
    rig, orders = a_rig(fused)

    await rig.messages([a_message_to("sonia-2", "sonia", uai=LYCEE)])

    assert [key.person_id for _, key in orders.published] == ["sonia"]
    assert await fused.fetch("select person_id, channel from delivery") == [("sonia", "sms")]
    assert await fused.fetchval("select expected from notification") == 2


async def test_a_message_to_the_account_taken_in_goes_to_the_one_that_remains(fused: asyncpg.Pool) -> None:
    rig, orders = a_rig(fused)

    await rig.messages([a_message_to("sonia-2", uai=LYCEE)])

    assert [key.person_id for _, key in orders.published] == ["sonia"]


async def test_whoever_asks_about_either_account_reads_the_same_story(fused: asyncpg.Pool) -> None:
    await a_rig(fused)[0].messages([a_message_to("sonia-2", uai=LYCEE)])
    explain = ExplainDelivery(histories=HistoryStore(fused))

    told = await explain("m1", "sonia-2")

    assert not isinstance(told, Refused)
    assert [story.channel for story in told[0].stories] == ["sms"]
    assert told == await explain("m1", "sonia")


async def test_while_only_the_one_taken_in_has_said_so_both_go_on_as_before(pool: asyncpg.Pool) -> None:
    await tell(pool, TAKEN_IN)
    rig, orders = a_rig(pool)

    await rig.messages([a_message_to("sonia-2", uai=LYCEE)])

    assert [key.person_id for _, key in orders.published] == ["sonia-2"]


async def test_before_its_new_preferences_the_boxes_of_the_account_that_brought_the_school_hold(
    pool: asyncpg.Pool,
) -> None:
    await tell(pool, REMAINING, TAKEN_IN)
    rig, orders = a_rig(pool)

    await rig.messages([a_message_to("sonia-2", uai=LYCEE)])

    assert [key.person_id for _, key in orders.published] == ["sonia"]


async def test_undone_each_account_stands_for_itself(fused: asyncpg.Pool) -> None:
    alone = SONIA.model_copy(update={"version": 3})
    back = SONIA_TWO.model_copy(update={"version": 3})

    await tell(fused, alone, back)

    rig, orders = a_rig(fused)
    await rig.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    assert [key.person_id for _, key in orders.published] == ["sonia-2"]
    assert await KnownFacts(fused).page(AudienceFilter(), "", 10) == ["sonia", "sonia-2"]


async def test_an_older_fusion_changes_nothing_and_seeing_one_again_neither(fused: asyncpg.Pool) -> None:
    before = await fused.fetch(SPELLS)

    await tell(fused, REMAINING, TAKEN_IN, SONIA, SONIA_TWO)

    assert await fused.fetch(SPELLS) == before
    assert await fused.fetch(PAIRS) == [("sonia-2", "sonia")]


async def test_an_account_that_moves_to_another_one_is_for_that_one(fused: asyncpg.Pool) -> None:
    other = an_account("another", AT_LYCEE, fused=("sonia-2",))

    await tell(fused, other)
    await tell(fused, SONIA.model_copy(update={"version": 3}))

    assert await fused.fetch(PAIRS) == [("sonia-2", "another")]


async def test_an_older_word_of_the_one_it_left_is_no_loss_when_it_comes_late(pool: asyncpg.Pool) -> None:
    """The two accounts are told in different partitions: between them there is no order."""
    await tell(pool, an_account("another", AT_LYCEE, fused=("sonia-2",)))
    await tell(pool, SONIA_TWO.model_copy(update={"version": 4, "state": "closed", "fused_into": "another"}))

    await tell(pool, REMAINING)
    between = await KnownFacts(pool).known(["sonia-2"])
    await tell(pool, SONIA.model_copy(update={"version": 3}))

    after = await KnownFacts(pool).known(["sonia-2"])
    assert [one["sonia-2"].person_id for one in (between, after)] == ["another", "another"]
    assert await KnownFacts(pool).page(AudienceFilter(), "", 10) == ["another", "sonia"]


async def test_when_the_one_that_remains_is_forgotten_nobody_stands_for_another(fused: asyncpg.Pool) -> None:
    await FollowFacts(book=FactsBook(fused))([Said(AccountChanged.topic, "sonia", None)], {})

    assert await fused.fetch(PAIRS) == []
    assert (await KnownFacts(fused).known(["sonia-2"]))["sonia-2"].account_open


async def test_contacts_of_the_account_taken_in_receive_nothing(fused: asyncpg.Pool) -> None:
    await tell(fused, preferences_of("sonia-2", a_contact("autre@example.org"), version=2))

    known = await KnownFacts(fused).known(["sonia-2"])

    assert known["sonia-2"].person_id == "sonia"
    assert known["sonia-2"].email is not None
    assert known["sonia-2"].email.address == "sonia@example.org"
