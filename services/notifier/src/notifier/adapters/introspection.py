"""Whose token is this? Asked of auth (RFC 7662), and remembered for a few seconds."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_plus

import httpx

from notifier.application.intake_ports import AuthAway, Caller

REMEMBERED_S_MAX = 5.0
REMEMBERED_MAX = 1_000
ANSWER_WITHIN_S = 3.0
PATH = "/oauth/introspect"


@dataclass(frozen=True, slots=True)
class _Remembered:
    caller: Caller | None
    until_s: float


class TokenIntrospection:
    """Asks auth about tokens. A revoked token may still be believed for REMEMBERED_S_MAX, never longer.

    Tokens are remembered by digest only, a bounded number of them, the oldest forgotten first.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, client_id: str, client_secret: str, monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        # RFC 6749 §2.3.1: both are form-encoded before they become HTTP Basic credentials
        self._credentials = httpx.BasicAuth(quote_plus(client_id), quote_plus(client_secret))
        self._monotonic = monotonic
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()

    async def caller_of(self, token: str) -> Caller | None:
        """Who the token speaks for; none when it is no live token of a partner. Raises AuthAway."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._remembered.get(digest)
        if known and self._monotonic() < known.until_s:
            return known.caller
        caller = await self._ask(token)
        self._remember(digest, caller)
        return caller

    def _remember(self, digest: bytes, caller: Caller | None) -> None:
        self._remembered[digest] = _Remembered(caller, self._monotonic() + REMEMBERED_S_MAX)
        self._remembered.move_to_end(digest)
        while len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)

    async def _ask(self, token: str) -> Caller | None:
        try:
            answer = await self._client.post(
                PATH,
                data={"token": token, "token_type_hint": "access_token"},
                auth=self._credentials,
                headers={"accept": "application/json"},
            )
            answer.raise_for_status()
            said = answer.json()
        except (httpx.HTTPError, ValueError):
            raise AuthAway from None
        return _caller(said) if isinstance(said, dict) else None


def _caller(said: dict[str, object]) -> Caller | None:
    """A token without a partner behind it opens nothing here."""
    client_id, partner_id = said.get("client_id"), said.get("sub")
    if said.get("active") is not True or not isinstance(client_id, str) or not isinstance(partner_id, str):
        return None
    return Caller(
        client_id=client_id, partner_id=partner_id, scopes=frozenset(str(said.get("scope", "")).split())
    )


def auth_client(auth_url: str) -> httpx.AsyncClient:
    """The way to auth: a few connections kept, every answer awaited for a bounded time."""
    return httpx.AsyncClient(
        base_url=auth_url,
        timeout=ANSWER_WITHIN_S,
        limits=httpx.Limits(max_connections=10),
        trust_env=False,
        follow_redirects=False,
    )
