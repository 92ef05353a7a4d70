"""Deliveries to accounts that were fused since they were ordered."""

import time
from random import Random

import pytest

from notifier.application.join_fused import JoinFused
from notifier.application.judge_again import JudgeAgain
from notifier.application.stores import Late
from notifier.domain.deliveries import State
from tests.fakes.known import FakeNotifications, FakePeople
from tests.unit.notifier.examples import (
    NOON,
    URGENT_ONLY,
    a_claim,
    a_key,
    a_message,
    a_person,
    a_security_notice,
)
from tests.unit.notifier.routing_rig import HandClock

pytestmark = pytest.mark.requirement("R61")

SONIA = a_person("sonia", takes_in=True)
TO_SONIA, TO_THE_OTHER = a_claim(a_key("sonia")), a_claim(a_key("sonia-2"))
PEOPLE = {"sonia": SONIA, "sonia-2": SONIA}


async def test_what_was_ordered_for_the_account_taken_in_is_handed_to_the_one_that_remains() -> None:
    notifications = FakeNotifications()

    moves = await JoinFused(notifications=notifications)([TO_THE_OTHER], PEOPLE, NOON)

    assert notifications.readdressed == [Late(a_key("sonia-2"), "normal", "sonia")]
    assert [(move.claim, move.state, move.reason) for move in moves] == [
        (TO_THE_OTHER, State.SUPPRESSED, "duplicate")
    ]


async def test_where_the_one_that_remains_was_refused_before_the_delivery_goes_on_as_it_is() -> None:
    notifications = FakeNotifications(alone=frozenset({a_key("sonia-2")}))

    moves = await JoinFused(notifications=notifications)([TO_THE_OTHER], PEOPLE, NOON)

    assert list(moves) == []


async def test_what_the_other_was_told_is_not_told_again() -> None:
    notifications = FakeNotifications(told={a_key("sonia")})

    moves = await JoinFused(notifications=notifications)([TO_SONIA], PEOPLE, NOON)

    assert [(move.claim, move.reason) for move in moves] == [(TO_SONIA, "duplicate")]


async def test_what_may_have_left_is_settled_where_it_is() -> None:
    notifications = FakeNotifications(told={a_key("sonia")})
    unsure = [a_claim(a_key(person), unsure_since=NOON) for person in ("sonia", "sonia-2")]

    moves = await JoinFused(notifications=notifications)(unsure, PEOPLE, NOON)

    assert (list(moves), notifications.readdressed) == ([], [])


async def test_people_without_a_fusion_cost_no_question() -> None:
    notifications = FakeNotifications(told={a_key("léo")})

    moves = await JoinFused(notifications=notifications)(
        [a_claim(a_key("léo")), a_claim(a_key("nobody"))], {"léo": a_person("léo")}, NOON
    )

    assert (list(moves), notifications.readdressed) == ([], [])


async def test_a_security_notice_goes_where_it_was_sealed_for_whichever_account_it_names() -> None:
    notifications = FakeNotifications()
    notice, message = a_security_notice(), a_message()
    notifications.kept = {one.id: one for one in (notice, message)}
    judge = JudgeAgain(
        notifications=notifications,
        people=FakePeople(PEOPLE),
        rules=URGENT_ONLY,
        clock=HandClock(),
        monotonic=time.monotonic,
        random=Random(1),
    )
    sealed = a_claim(a_key("sonia-2", event_id="s1"))

    errands, silent = await judge([sealed, TO_THE_OTHER])

    assert [errand.claim for errand in errands] == [sealed]
    assert [move.claim for move, _ in silent] == [TO_THE_OTHER]
