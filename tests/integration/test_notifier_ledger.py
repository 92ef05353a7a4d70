"""What every ledger promises: each delivery is in one hand at a time, and only that hand writes its outcome."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from notifier.application.stores import Desk
from notifier.domain.attempts import concluded, released
from notifier.domain.outcomes import Accepted, Unknown
from shared.kernel.ids import uuid7
from tests.integration.ledger_rigs import LedgerRig, a_ledger_rig
from tests.unit.notifier.examples import NOON, a_key

MAILS = Desk("normal", "email")
TEXTS = Desk("normal", "sms")
LATER = NOON + timedelta(hours=1)
KEYS = [a_key(f"person-{number}") for number in range(100)]


@pytest.fixture(params=["fake", "postgres"])
async def rig(request: pytest.FixtureRequest, service_pool: Callable[..., Any]) -> LedgerRig:
    return await a_ledger_rig(request.param, service_pool)


async def test_a_delivery_is_claimed_once_ever(rig: LedgerRig) -> None:
    _, first = await rig.worker()
    _, second = await rig.worker()

    claimed = await first.claim(MAILS, KEYS, [])

    assert {claim.key for claim in claimed} == set(KEYS)
    assert await second.claim(MAILS, KEYS, []) == []


async def test_the_same_order_twice_in_one_batch_is_one_claim(rig: LedgerRig) -> None:
    _, ledger = await rig.worker()

    assert len(await ledger.claim(MAILS, [KEYS[0], KEYS[0]], [])) == 1


async def test_many_workers_claiming_the_same_orders_at_once_share_them_out(rig: LedgerRig) -> None:
    ledgers = [(await rig.worker())[1] for _ in range(8)]

    claims = await asyncio.gather(
        *(ledger.claim(MAILS, KEYS[start:] + KEYS[:start], KEYS) for start, ledger in enumerate(ledgers))
    )

    assert Counter(claim.key for taken in claims for claim in taken) == Counter(KEYS)


async def test_a_claim_whose_answer_was_lost_is_taken_up_when_its_order_comes_again(rig: LedgerRig) -> None:
    _, ledger = await rig.worker()
    await ledger.claim(MAILS, KEYS[:3], [])  # the answer never reached the worker

    again = await ledger.claim(MAILS, KEYS[:3], [KEYS[0]])

    assert {claim.key for claim in again} == {KEYS[1], KEYS[2]}


async def test_a_claim_whose_answer_was_lost_is_found_even_if_its_order_never_comes_again(
    rig: LedgerRig,
) -> None:
    _, ledger = await rig.worker()
    await ledger.claim(MAILS, KEYS[:3], [])

    found = await ledger.take_forgotten(MAILS, KEYS[:1], 10)

    assert {claim.key for claim in found} == {KEYS[1], KEYS[2]}
    assert await ledger.take_forgotten(TEXTS, [], 10) == []


async def test_an_outcome_counts_once(rig: LedgerRig) -> None:
    _, ledger = await rig.worker()
    (claim,) = await ledger.claim(MAILS, KEYS[:1], [])
    move = concluded(claim, Accepted("relay", "ok"), now=NOON, expires_at=LATER, random=Random(1))

    assert await ledger.record([move], {}) == 1
    assert await ledger.record([move], {}) == 0


async def test_the_outcome_of_a_worker_that_lost_the_delivery_does_not_count(rig: LedgerRig) -> None:
    slow_id, slow = await rig.worker()
    _, quick = await rig.worker()
    (claim,) = await slow.claim(MAILS, KEYS[:1], [])
    await rig.end_lease(slow_id)
    (taken,) = await quick.take_over(MAILS, 10)

    late = concluded(claim, Accepted("relay", "ok"), now=NOON, expires_at=LATER, random=Random(1))

    assert await slow.record([late], {}) == 0
    assert await quick.record([released(taken, NOON)], {}) == 1


async def test_nothing_is_taken_from_a_worker_that_lives(rig: LedgerRig) -> None:
    _, living = await rig.worker()
    _, other = await rig.worker()
    await living.claim(MAILS, KEYS, [])

    assert await other.take_over(MAILS, 1000) == []


async def test_mails_of_a_dead_worker_come_back_as_possible_duplicates(rig: LedgerRig) -> None:
    dead_id, dead = await rig.worker()
    _, heir = await rig.worker()
    (claim,) = await dead.claim(MAILS, KEYS[:1], [])
    await rig.end_lease(dead_id)

    (taken,) = await heir.take_over(MAILS, 10)

    assert (taken.possible_duplicate, taken.unsure_since) == (True, claim.claimed_at)


async def test_texts_of_a_dead_worker_come_back_to_be_looked_for_first(rig: LedgerRig) -> None:
    dead_id, dead = await rig.worker()
    _, heir = await rig.worker()
    (claim,) = await dead.claim(TEXTS, [a_key(channel="sms")], [])
    await rig.end_lease(dead_id)

    (taken,) = await heir.take_over(TEXTS, 10)

    assert (taken.possible_duplicate, taken.unsure_since) == (False, claim.claimed_at)


async def test_the_heirs_of_a_dead_worker_share_out_what_it_left(rig: LedgerRig) -> None:
    dead_id, dead = await rig.worker()
    heirs = [(await rig.worker())[1] for _ in range(8)]
    await dead.claim(MAILS, KEYS, [])
    await rig.end_lease(dead_id)

    taken = await asyncio.gather(*(heir.take_over(MAILS, 20) for heir in heirs))

    counted = Counter(claim.key for claims in taken for claim in claims)
    assert max(counted.values()) == 1
    assert await heirs[0].work(NOON) == (frozenset({MAILS}) if len(counted) < len(KEYS) else frozenset())


async def test_what_is_due_comes_back_when_its_time_has_come_and_not_before(rig: LedgerRig) -> None:
    _, ledger = await rig.worker()
    (claim,) = await ledger.claim(MAILS, KEYS[:1], [])
    lost = Unknown("connection_lost", "relay")
    move = concluded(claim, lost, now=NOON, expires_at=LATER, random=Random(1))
    await ledger.record([move], {})
    assert move.next_attempt_at is not None

    too_early = await ledger.take_due(MAILS, move.next_attempt_at - timedelta(seconds=1), 10)
    (due,) = await ledger.take_due(MAILS, move.next_attempt_at, 10)

    assert too_early == []
    assert (due.provider, due.attempts, due.possible_duplicate) == ("relay", 1, True)


async def test_what_is_due_is_shared_out_among_those_who_ask_at_once(rig: LedgerRig) -> None:
    ledgers = [(await rig.worker())[1] for _ in range(8)]
    claims = await ledgers[0].claim(MAILS, KEYS, [])
    await ledgers[0].record([released(claim, NOON) for claim in claims], {})

    taken = await asyncio.gather(*(ledger.take_due(MAILS, NOON, 25) for ledger in ledgers))

    assert max(Counter(claim.key for claims in taken for claim in claims).values()) == 1


async def test_the_ledger_names_the_desks_that_have_work(rig: LedgerRig) -> None:
    _, ledger = await rig.worker()
    assert await ledger.work(NOON) == frozenset()
    (claim,) = await ledger.claim(TEXTS, [a_key(channel="sms")], [])

    await ledger.record([released(claim, NOON)], {})

    assert await ledger.work(NOON) == {TEXTS}


async def test_an_outcome_written_twice_does_not_undo_what_was_claimed_in_between(rig: LedgerRig) -> None:
    """The answer to the first writing was lost; by the second, the same worker has the delivery in hand again."""
    _, ledger = await rig.worker()
    (claim,) = await ledger.claim(MAILS, KEYS[:1], [])
    move = released(claim, NOON)
    await ledger.record([move], {})
    (again,) = await ledger.take_due(MAILS, NOON, 1)

    assert await ledger.record([move], {}) == 0
    assert await ledger.take_due(MAILS, LATER, 1) == []
    assert await ledger.record([released(again, NOON)], {}) == 1


async def test_a_text_that_a_gateway_has_is_given_to_one_delivery_of_many_that_look_at_it(
    rig: LedgerRig,
) -> None:
    looking = []
    for number in range(8):
        _, ledger = await rig.worker()
        (claim,) = await ledger.claim(TEXTS, [a_key(f"adopts-{number}", "sms")], [])
        looking.append((ledger, claim))
    text = Accepted("gateway-1", f"SM-{uuid7()}")

    answers = await asyncio.gather(*(ledger.adopt(claim, text) for ledger, claim in looking))

    assert Counter(answers) == {True: 1, False: 7}
    ledger, claim = looking[answers.index(True)]
    assert await ledger.adopt(claim, text)


async def test_a_text_that_another_delivery_was_sent_as_is_nobody_elses(rig: LedgerRig) -> None:
    _, ledger = await rig.worker()
    claims = await ledger.claim(TEXTS, [a_key("sent-one", "sms"), a_key("lost-one", "sms")], [])
    sent, lost = sorted(claims, key=lambda claim: claim.key.person_id, reverse=True)
    text = Accepted("gateway-1", f"SM-{uuid7()}")
    move = concluded(sent, text, now=NOON, expires_at=LATER, random=Random(1))
    await ledger.record([move], {})

    assert not await ledger.adopt(lost, text)


async def test_who_does_not_hold_a_delivery_adopts_nothing_for_it(rig: LedgerRig) -> None:
    _, holder = await rig.worker()
    _, other = await rig.worker()
    (claim,) = await holder.claim(TEXTS, [a_key("held", "sms")], [])

    assert not await other.adopt(claim, Accepted("gateway-1", f"SM-{uuid7()}"))
