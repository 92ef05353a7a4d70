"""Partners by their tokens, as auth tells them."""

from typing import Any

import pytest

from notifier.adapters.introspection import PartnerTokens
from notifier.application.intake_ports import AuthAway, Caller
from shared.kit.introspection import TokenIntrospection, auth_client
from tests.fakes.introspection import IntrospectionServer, a_session

LIVE = {"active": True, "client_id": "c1", "sub": "region", "scope": "alerts:write alerts:read"}


async def asked_about(answer: Any, status: int = 200) -> Caller | None:
    async with IntrospectionServer({"token": answer}, status) as auth, auth_client(auth.url) as client:
        asked = TokenIntrospection(client, client_id="services", client_secret="s", monotonic=lambda: 0.0)
        return await PartnerTokens(asked).caller_of("token")


async def test_a_partner_and_its_scopes_are_read() -> None:
    assert await asked_about(LIVE) == Caller(
        client_id="c1", partner_id="region", scopes=frozenset({"alerts:write", "alerts:read"})
    )


@pytest.mark.parametrize("answer", [{"active": False}, {"active": True, "client_id": "c1"}, a_session()])
async def test_what_is_no_live_token_of_a_partner_opens_nothing(answer: Any) -> None:
    assert await asked_about(answer) is None


async def test_an_auth_that_cannot_say_is_away() -> None:
    with pytest.raises(AuthAway):
        await asked_about(LIVE, 503)
