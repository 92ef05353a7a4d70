"""What else an outcome writes, in its own transaction: facts, erased codes, dead addresses."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import asyncpg
import pytest

from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.ledger_store import LedgerStore
from notifier.adapters.notifications_store import NotificationsStore
from notifier.application.record_outcomes import Entry, RecordOutcomes
from notifier.application.stores import Desk
from notifier.domain.attempts import Claim, Move, concluded, released
from notifier.domain.outcomes import Accepted, Outcome, Rejected, Unknown
from shared.kernel.ids import uuid7
from tests.integration.ledger_rigs import a_tenure
from tests.integration.notifier_facts import tell, tell_people
from tests.unit.notifier.examples import NOON, a_code, a_key, a_message
from tests.waiting import eventually

MAILS = Desk("normal", "email")


@pytest.fixture
async def pool(service_pool: Callable[..., Any]) -> asyncpg.Pool:
    return await service_pool("notifier")


def a_ledger(pool: asyncpg.Pool) -> LedgerStore:
    return LedgerStore(pool, uuid7(), a_tenure())


def after(claim: Claim, outcome: Outcome) -> Move:
    return concluded(claim, outcome, now=NOON, expires_at=NOON + timedelta(hours=1), random=Random(1))


async def told(pool: asyncpg.Pool) -> list[str]:
    rows = await pool.fetch("select records from outbox order by id")
    return [json.loads(record[2])["state"] for row in rows for record in row["records"]]


async def test_a_settled_fact_is_told_once_even_if_its_outcome_is_written_twice(pool: asyncpg.Pool) -> None:
    ledger, notification = a_ledger(pool), a_message()
    (claim,) = await ledger.claim(MAILS, [a_key()], [])
    move = after(claim, Accepted("relay", "ok"))

    for _ in range(2):
        await ledger.record([move], {notification.id: notification})

    assert await told(pool) == ["sent"]


async def test_a_lost_answer_is_told_and_a_delivery_given_back_is_not(pool: asyncpg.Pool) -> None:
    ledger, notification = a_ledger(pool), a_message()
    lost, kept = await ledger.claim(MAILS, [a_key("sonia"), a_key("léo")], [])

    await ledger.record(
        [after(lost, Unknown("timed_out", "relay")), released(kept, NOON)], {notification.id: notification}
    )

    assert await told(pool) == ["ambiguous"]


async def test_a_code_is_erased_once_it_is_settled_and_not_before(pool: asyncpg.Pool) -> None:
    ledger, code = a_ledger(pool), a_code()
    await NotificationsStore(pool).keep([code], NOON)
    (claim,) = await ledger.claim(Desk("codes", "email"), [a_key(event_id="c1")], [])

    await ledger.record([after(claim, Unknown("timed_out", "relay"))], {code.id: code})
    in_doubt = await pool.fetchval("select sealed from notification")
    (again,) = await ledger.take_due(Desk("codes", "email"), NOON + timedelta(minutes=1), 1)
    await ledger.record([after(again, Accepted("relay", "ok"))], {code.id: code})

    assert in_doubt == "sealed"
    assert await pool.fetchval("select sealed from notification") is None


async def test_an_address_a_relay_calls_dead_is_dead_for_all_who_chose_it(pool: asyncpg.Pool) -> None:
    ledger = a_ledger(pool)
    await tell_people(pool, "sonia", "paul")
    await pool.execute("update contact set address = 'shared@example.org'")
    (claim,) = await ledger.claim(MAILS, [a_key("sonia")], [])
    move = replace(after(claim, Rejected("address_unknown", "relay")), dead_address="shared@example.org")

    await ledger.record([move], {})

    people = await KnownFacts(pool).known(["sonia", "paul"])
    assert [person.email and person.email.proof for person in people.values()] == ["bounced", "bounced"]


async def test_an_outcome_the_database_refuses_does_not_hold_up_the_others(pool: asyncpg.Pool) -> None:
    await tell(pool)
    ledger, written = a_ledger(pool), []
    claims = await ledger.claim(MAILS, [a_key(f"person-{number}") for number in range(9)], [])
    moves = [after(claim, Accepted("relay", "ok")) for claim in claims]
    moves[4] = replace(moves[4], reference="a text with a \x00 in it")
    record = RecordOutcomes(ledger=ledger)

    await record.start()
    for move in moves:
        record.add(Entry(move, None, written.append))
    await eventually(lambda: len(written) == 9, within_s=10, what="nine outcomes")
    await record.stop()

    assert await pool.fetchval("select count(*) from delivery where state = 'sent'") == 9
    assert await pool.fetchval("select count(*) from delivery where reason = 'unrecordable'") == 1
