"""Sonia's journey through three services: two slips, one account, and an alert that reaches her once, through Inès."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from auth.domain.fusion import Fusion
from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.notifications_store import NotificationsStore
from preferences.application.choose_notices import Choose
from preferences.application.use_contact import GiveContact
from preferences.bootstrap import UseCases, use_cases
from preferences.domain.boxes import Asked
from preferences.entrypoints.account_feed import person_of
from shared.events.accounts import AccountChanged
from shared.events.partners import Territory
from shared.kernel.clock import SystemClock
from tests.fakes.orders import FakeOrders
from tests.integration.auth_scene import outbox_events
from tests.integration.fusion_scene import COLLEGE_UAI, LYCEE_UAI, FusionScene, a_family
from tests.integration.notifier_facts import tell, the_academie
from tests.unit.notifier.routing_rig import RoutingRig, a_message_to, an_alert_for
from tests.unit.preferences.builders import email

pytestmark = [pytest.mark.requirement("R61"), pytest.mark.requirement("A3"), pytest.mark.requirement("A22")]

BOXES = Asked(establishment_notices=True, partner_notices=True)
REGION = Territory(regions=("Auvergne-Rhône-Alpes",))


class Portal:
    """Three services with a database each; what one says, the others hear."""

    def __init__(self, auth: FusionScene, preferences: asyncpg.Pool, notifier: asyncpg.Pool) -> None:
        self.auth = auth
        self.preferences = preferences
        self.notifier = notifier
        self.can: UseCases = use_cases(preferences, SystemClock())

    async def heard(self) -> None:
        """Whatever waits in an outbox reaches whoever follows it."""
        accounts = [
            one.data for one in await self.auth.school.events() if isinstance(one.data, AccountChanged)
        ]
        await self.can.follow_accounts([], [person_of(account) for account in accounts])
        chosen = [one.data for one in await outbox_events(self.preferences) if one.data is not None]
        await tell(self.notifier, *accounts, *chosen)

    async def agrees(self, person_id: str, uai: str, address: str) -> None:
        await self.can.choose(Choose(person_id=person_id, uai=uai, asked=BOXES, who="Sonia"))
        contact = GiveContact(person_id=person_id, address=email(address), proved=True, who="Sonia")
        await self.can.use_contact(contact)

    async def reached(self, *events: Any) -> list[tuple[str, str]]:
        """Who gets an e-mail of these events, and at which address."""
        orders = FakeOrders()
        rig = RoutingRig(NotificationsStore(self.notifier), KnownFacts(self.notifier), orders)
        for event in events:
            await (rig.keep if "alert" in event.type else rig.messages)([event])
        while await rig.alerts():
            pass
        people = await KnownFacts(self.notifier).known([key.person_id for _, key in orders.published])
        emails = {
            person_id: person.email.address
            for person_id, person in people.items()
            if person.email is not None
        }
        return sorted((key.person_id, emails[key.person_id]) for _, key in orders.published)


@pytest.fixture
async def portal(service_pool: Callable[..., Any], tmp_path: Path) -> Portal:
    """Two accounts, each with its own boxes and address."""
    auth = await a_family(await service_pool("auth"), tmp_path)
    portal = Portal(auth, await service_pool("preferences"), await service_pool("notifier"))
    await auth.school.republishes()
    await portal.heard()
    await portal.agrees("P1", COLLEGE_UAI, "sonia@example.org")
    await portal.agrees("P2", LYCEE_UAI, "sonia.lycee@example.org")
    await tell(portal.notifier, the_academie(body="region", territory=REGION, name="Région"))
    await portal.heard()
    return portal


async def test_the_regions_alert_reaches_sonia_once_through_ines(portal: Portal) -> None:
    await portal.auth.fused(await portal.auth.session("P1"))
    await portal.heard()

    reached = await portal.reached(an_alert_for("6h05", urgent=True))

    assert reached == [("P1", "sonia@example.org")]
    sonia = (await KnownFacts(portal.notifier).known(["P1"]))["P1"]
    assert sonia.children_at(LYCEE_UAI) == ("Inès",)
    assert sonia.children_at(COLLEGE_UAI) == ("Léo",)


async def test_no_setting_is_lost_and_a_message_to_both_accounts_is_one(portal: Portal) -> None:
    await portal.auth.fused(await portal.auth.session("P1"))
    await portal.heard()

    lycee = await portal.reached(a_message_to("P1", "P2", event_id="lycée", uai=LYCEE_UAI))
    college = await portal.reached(a_message_to("P2", event_id="collège", uai=COLLEGE_UAI))

    assert (lycee, college) == ([("P1", "sonia@example.org")], [("P1", "sonia@example.org")])


async def test_undone_each_account_has_its_own_boxes_and_address_again(portal: Portal) -> None:
    token = await portal.auth.session("P1")
    fusion = await portal.auth.fused(token)
    await portal.heard()
    assert isinstance(await portal.auth.undo(token, fusion.fusion_id), Fusion)
    await portal.heard()

    region = await portal.reached(an_alert_for("6h05", urgent=True))
    both = await portal.reached(a_message_to("P1", "P2", event_id="collège", uai=COLLEGE_UAI))

    assert (region, both) == ([("P2", "sonia.lycee@example.org")], [("P1", "sonia@example.org")])
