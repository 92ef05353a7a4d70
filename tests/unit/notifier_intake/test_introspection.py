"""Asking auth whose token it is: on the wire, and from memory for five seconds at most."""

from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from notifier.adapters.introspection import PATH, REMEMBERED_MAX, TokenIntrospection
from notifier.application.intake_ports import AuthAway, Caller

LIVE = {"active": True, "client_id": "c1", "sub": "region", "scope": "alerts:write alerts:read"}


@dataclass
class RecordingAuth:
    """An auth that writes down what it is asked."""

    answer: Any = field(default_factory=lambda: LIVE)
    status: int = 200
    asked: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def tokens(self) -> TokenIntrospection:
        app = FastAPI()

        @app.post(PATH)
        async def introspect(request: Request) -> JSONResponse:
            form = parse_qs((await request.body()).decode())
            basic = request.headers["authorization"].removeprefix("Basic ")
            self.asked.append((b64decode(basic).decode(), form["token"][0]))
            return JSONResponse(self.answer, self.status)

        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://auth.test")
        return TokenIntrospection(
            client, client_id="carillon:services", client_secret="a secret+", monotonic=lambda: self.seconds
        )


async def test_the_caller_is_read_and_the_credentials_are_form_encoded_first() -> None:
    auth = RecordingAuth()

    caller = await auth.tokens().caller_of("token")

    assert caller == Caller(
        client_id="c1", partner_id="region", scopes=frozenset({"alerts:write", "alerts:read"})
    )
    assert auth.asked == [("carillon%3Aservices:a+secret%2B", "token")]


async def test_an_answer_is_remembered_for_less_than_five_seconds() -> None:
    auth = RecordingAuth()
    tokens = auth.tokens()
    await tokens.caller_of("token")
    auth.answer = {"active": False}
    auth.seconds = 4.9
    before = await tokens.caller_of("token")
    auth.seconds = 5.0
    after = await tokens.caller_of("token")

    assert before is not None
    assert after is None
    assert len(auth.asked) == 2


async def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    auth = RecordingAuth()
    tokens = auth.tokens()
    for number in range(REMEMBERED_MAX + 1):
        await tokens.caller_of(f"token{number}")
    await tokens.caller_of("token1")
    await tokens.caller_of("token0")

    assert len(auth.asked) == REMEMBERED_MAX + 2


@pytest.mark.parametrize(
    "answer", [{"active": False}, {"active": "yes"}, {"active": True, "client_id": "c1"}, [], "x", None]
)
async def test_what_is_not_a_live_token_of_a_partner_opens_nothing(answer: Any) -> None:
    auth = RecordingAuth(answer=answer)

    assert await auth.tokens().caller_of("token") is None


@pytest.mark.parametrize("status", [401, 404, 500, 503])
async def test_an_auth_that_cannot_say_is_away_and_nothing_is_remembered(status: int) -> None:
    auth = RecordingAuth(status=status)
    tokens = auth.tokens()
    with pytest.raises(AuthAway):
        await tokens.caller_of("token")
    auth.status = 200

    assert await tokens.caller_of("token") is not None
