"""Asking auth whose token it is: on the wire, and from memory for less than five seconds."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.kit import introspection
from shared.kit.introspection import AuthAway, TokenIntrospection, auth_client
from tests.fakes.introspection import IntrospectionServer, a_session
from tests.waiting import eventually

LIVE = {"active": True, "client_id": "c1", "sub": "region"}


@dataclass
class Rig:
    auth: IntrospectionServer
    tokens: TokenIntrospection
    seconds: list[float]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    seconds = [0.0]
    async with IntrospectionServer({"token": LIVE}) as auth, auth_client(auth.url) as client:
        tokens = TokenIntrospection(
            client, client_id="carillon:services", client_secret="a secret+", monotonic=lambda: seconds[0]
        )
        yield Rig(auth, tokens, seconds)


async def test_the_claims_are_told_and_the_credentials_are_form_encoded_first(rig: Rig) -> None:
    assert await rig.tokens.claims_of("token") == LIVE
    assert rig.auth.asked == [("carillon%3Aservices:a+secret%2B", "token")]


async def test_what_was_revoked_is_believed_for_four_seconds_after_the_question(rig: Rig) -> None:
    await rig.tokens.claims_of("token")
    rig.auth.known.clear()
    rig.seconds[0] = 3.9
    before = await rig.tokens.claims_of("token")
    rig.seconds[0] = 4.0
    after = await rig.tokens.claims_of("token")

    assert before == LIVE
    assert after is None
    assert len(rig.auth.asked) == 2


async def test_the_time_that_an_answer_took_is_not_added_to_its_life(rig: Rig) -> None:
    rig.auth.held = asyncio.Event()
    asking = asyncio.create_task(rig.tokens.claims_of("token"))
    await eventually(lambda: len(rig.auth.asked) == 1)
    rig.seconds[0] = 2.5
    rig.auth.held.set()
    await asking
    rig.seconds[0] = 4.0
    await rig.tokens.claims_of("token")

    assert len(rig.auth.asked) == 2


async def test_two_hundred_requests_at_once_are_one_question(rig: Rig) -> None:
    answers = await asyncio.gather(*(rig.tokens.claims_of("token") for _ in range(200)))

    assert answers == [LIVE] * 200
    assert len(rig.auth.asked) == 1


async def test_whoever_hangs_up_leaves_the_others_their_answer(rig: Rig) -> None:
    rig.auth.held = asyncio.Event()
    impatient = asyncio.create_task(rig.tokens.claims_of("token"))
    patient = asyncio.create_task(rig.tokens.claims_of("token"))
    await eventually(lambda: len(rig.auth.asked) == 1)
    impatient.cancel()
    rig.auth.held.set()

    assert await patient == LIVE
    assert impatient.cancelled()


async def test_memory_is_bounded_and_forgets_the_oldest(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(introspection, "REMEMBERED_MAX", 20)
    for number in range(21):
        await rig.tokens.claims_of(f"token{number}")
    await rig.tokens.claims_of("token20")
    await rig.tokens.claims_of("token0")

    assert len(rig.auth.asked) == 22


@pytest.mark.parametrize(
    "answer", [{"active": False}, {"active": "yes"}, {"sub": "x"}, [], "x", None, a_session(active=1)]
)
async def test_what_is_not_said_to_be_live_is_not(rig: Rig, answer: Any) -> None:
    rig.auth.known["token"] = answer

    assert await rig.tokens.claims_of("token") is None


@pytest.mark.parametrize("status", [401, 404, 500, 503])
async def test_an_auth_that_cannot_say_is_away_and_nothing_is_remembered(rig: Rig, status: int) -> None:
    rig.auth.status = status
    with pytest.raises(AuthAway):
        await rig.tokens.claims_of("token")
    rig.auth.status = 200

    assert await rig.tokens.claims_of("token") == LIVE


async def test_an_auth_that_is_silent_is_away(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(introspection, "ANSWER_WITHIN_S", 0.05)
    rig.auth.held = asyncio.Event()

    with pytest.raises(AuthAway):
        await rig.tokens.claims_of("token")
