"""Between a fusion and the preferences that speak for it, the strictest boxes of both accounts hold (A22)."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from notifier.adapters.facts_store import KnownFacts
from shared.consent import Choices
from shared.events.preferences import Choice
from tests.integration.notifier_facts import (
    COLLEGE,
    LYCEE,
    a_school,
    an_account,
    everything_ticked,
    preferences_of,
    tell,
)

pytestmark = [pytest.mark.requirement("R61"), pytest.mark.requirement("A22")]

SCHOOLS = (a_school(COLLEGE), a_school(LYCEE, kind="lycee"))
ALONE = an_account("sonia", *SCHOOLS)
OTHER = an_account("sonia-2", *SCHOOLS)
REMAINING = an_account("sonia", *SCHOOLS, version=2, fused=("sonia-2",))
TAKEN_IN = an_account("sonia-2", *SCHOOLS, version=2, state="closed", fused_into="sonia")
TICKED = Choices(email_information=True, establishment_notices=True, partner_notices=True)


def boxes(uai: str = COLLEGE, **change: bool) -> Choice:
    return everything_ticked(uai).model_copy(update=change)


@pytest.fixture
async def pool(service_pool: Callable[..., Any]) -> asyncpg.Pool:
    """Sonia has two accounts at the same schools; on the first she ticked everything at the collège."""
    pool = await service_pool("notifier")
    await tell(pool, ALONE, preferences_of("sonia", choices=(boxes(),)), OTHER)
    return pool


async def held(pool: asyncpg.Pool, uai: str = COLLEGE) -> Choices:
    """The boxes that hold for Sonia at a school, whichever account is asked about."""
    known = await KnownFacts(pool).known(["sonia", "sonia-2"])
    (place,) = {known[one].attachment(uai) for one in known}
    assert place is not None
    return place.choices


@pytest.mark.parametrize("box", ["email_information", "establishment_notices", "partner_notices"])
async def test_what_the_other_account_did_not_tick_is_not_ticked(pool: asyncpg.Pool, box: str) -> None:
    await tell(pool, preferences_of("sonia-2", choices=(boxes(**{box: False}),)))

    await tell(pool, REMAINING, TAKEN_IN)

    assert await held(pool) == TICKED._replace(**{box: False})


@pytest.mark.requirement("R50")
async def test_sms_that_the_other_account_refused_anywhere_are_refused_everywhere(pool: asyncpg.Pool) -> None:
    await tell(pool, preferences_of("sonia-2", choices=(boxes("0690009Z", sms_refused=True),)))

    await tell(pool, REMAINING, TAKEN_IN)

    assert await held(pool) == TICKED._replace(sms_refused=True)


async def test_where_one_account_alone_chose_its_boxes_hold(pool: asyncpg.Pool) -> None:
    await tell(pool, preferences_of("sonia-2", choices=(boxes(LYCEE),)))

    await tell(pool, REMAINING, TAKEN_IN)

    assert (await held(pool, COLLEGE), await held(pool, LYCEE)) == (TICKED, TICKED)


async def test_what_is_chosen_once_the_boxes_are_merged_is_heard(pool: asyncpg.Pool) -> None:
    await tell(pool, preferences_of("sonia-2", choices=(boxes(partner_notices=False, sms_refused=True),)))
    await tell(pool, REMAINING, TAKEN_IN)

    await tell(pool, preferences_of("sonia", choices=(boxes(),), version=2, merged=("sonia-2",)))

    assert await held(pool) == TICKED


async def test_a_change_of_hers_that_does_not_speak_for_both_leaves_the_strictest(pool: asyncpg.Pool) -> None:
    """A contact changed a moment before preferences heard of the fusion."""
    await tell(pool, preferences_of("sonia-2", choices=(boxes(partner_notices=False),)))
    await tell(pool, REMAINING, TAKEN_IN)

    await tell(pool, preferences_of("sonia", choices=(boxes(),), version=2))

    assert await held(pool) == TICKED._replace(partner_notices=False)


async def test_an_account_taken_in_since_the_boxes_were_merged_counts_as_well(pool: asyncpg.Pool) -> None:
    refusing = preferences_of("sonia-3", choices=(boxes(partner_notices=False),))
    await tell(pool, preferences_of("sonia", choices=(boxes(),), version=2, merged=("sonia-2",)), refusing)

    await tell(pool, REMAINING.model_copy(update={"fused": ("sonia-2", "sonia-3")}), TAKEN_IN)

    assert await held(pool) == TICKED._replace(partner_notices=False)


async def test_taken_apart_and_fused_again_the_strictest_hold_anew(pool: asyncpg.Pool) -> None:
    merged = preferences_of("sonia", choices=(boxes(),), version=2, merged=("sonia-2",))
    await tell(pool, REMAINING, TAKEN_IN, merged)
    await tell(pool, ALONE.model_copy(update={"version": 3}), OTHER.model_copy(update={"version": 3}))
    await tell(pool, preferences_of("sonia", choices=(boxes(),), version=3))
    await tell(pool, preferences_of("sonia-2", choices=(boxes(partner_notices=False),)))

    again = {"version": 4}
    await tell(pool, REMAINING.model_copy(update=again), TAKEN_IN.model_copy(update=again))

    assert await held(pool) == TICKED._replace(partner_notices=False)
