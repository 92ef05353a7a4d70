"""Whose token is this? Asked of auth (RFC 7662), and remembered for a few seconds."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx

REMEMBERED_S_MAX = 4.0
"""Counted from the question and not from its answer: what was revoked is believed for less than five seconds."""
REMEMBERED_MAX = 10_000
ANSWER_WITHIN_S = 3.0
CONNECTIONS_MAX = 10
PATH = "/oauth/introspect"

Claims = Mapping[str, Any]


class AuthAway(Exception):
    """Auth does not answer: nobody can be told from anybody."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    claims: Claims | None
    until_s: float


class TokenIntrospection:
    """Asks auth about tokens, of partners and of sessions alike.

    Tokens are remembered by digest only, a bounded number of them, the oldest forgotten first; however many requests
    show the same token at once, auth is asked once.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, client_id: str, client_secret: str, monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        # RFC 6749 §2.3.1: both are form-encoded before they become HTTP Basic credentials
        self._credentials = httpx.BasicAuth(quote_plus(client_id), quote_plus(client_secret))
        self._monotonic = monotonic
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Claims | None]] = {}

    async def claims_of(
        self, token: str, *, believe: Callable[[Claims], bool] = lambda _: True
    ) -> Claims | None:
        """What auth says about a live token; none when it is no live one. Raises AuthAway.

        `believe` says whether claims that are remembered will do; auth is asked anew when they will not.
        """
        digest = hashlib.sha256(token.encode()).digest()
        known = self._remembered.get(digest)
        if known and self._monotonic() < known.until_s and (known.claims is None or believe(known.claims)):
            return known.claims
        question = self._asking.get(digest)
        if question is None:
            question = asyncio.create_task(self._learn(digest, token))
            self._asking[digest] = question
            question.add_done_callback(lambda _: self._asking.pop(digest, None))
        return await asyncio.shield(question)  # whoever hangs up leaves the others their answer

    async def _learn(self, digest: bytes, token: str) -> Claims | None:
        until_s = self._monotonic() + REMEMBERED_S_MAX
        claims = await self._ask(token)
        self._remembered[digest] = _Remembered(claims, until_s)
        self._remembered.move_to_end(digest)
        while len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)
        return claims

    async def _ask(self, token: str) -> Claims | None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer = await self._client.post(
                    PATH,
                    data={"token": token},
                    auth=self._credentials,
                    headers={"accept": "application/json"},
                )
            answer.raise_for_status()
            said = answer.json()
        except (httpx.HTTPError, ValueError, TimeoutError):
            raise AuthAway from None
        return said if isinstance(said, dict) and said.get("active") is True else None


def auth_client(auth_url: str) -> httpx.AsyncClient:
    """The way to auth: a few connections kept, every answer awaited for a bounded time."""
    return httpx.AsyncClient(
        base_url=auth_url,
        timeout=ANSWER_WITHIN_S,
        limits=httpx.Limits(max_connections=CONNECTIONS_MAX),
        trust_env=False,
        follow_redirects=False,
    )
