"""Give a partner's client an access token for its secret (RFC 6749 §4.4)."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from auth.application.ports import AuditLog, ClientSecrets, Tokens
from auth.domain.partners import CLIENT_ID_LENGTH_MAX, granted_scopes
from auth.domain.tokens import TOKEN_BYTES, TOKEN_LIFE, TokenRecord, secret_digest, token_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToken:
    """`source` is where the request came from; guesses are limited by client and source."""

    client_id: str
    secret: str
    scope: str | None
    source: str

    def __repr__(self) -> str:
        return f"AskToken({self.client_id[:CLIENT_ID_LENGTH_MAX]!r})"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """The token itself, shown this once."""

    token: str
    scopes: tuple[str, ...]
    expires_in_s: int

    def __repr__(self) -> str:
        return "IssuedToken(•••)"


@dataclass(frozen=True, slots=True)
class TooManyGuesses:
    """The secret was not looked at; the source may try again after `wait_s`."""

    wait_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """Judge the secret within the limits, then grant at most the client's scopes for an hour."""

    clients: ClientSecrets
    tokens: Tokens
    audit: AuditLog
    clock: Clock

    async def __call__(self, ask: AskToken) -> IssuedToken | TooManyGuesses | Refused:
        now = self.clock.now()
        client_id = ask.client_id[:CLIENT_ID_LENGTH_MAX]
        secret = secret_digest(ask.secret)
        verdict = await self.clients.judge(client_id, secret, source=ask.source, now=now)
        shown = client_id if verdict.known else "unknown"
        if not verdict.evaluated:
            self.audit("authn_login_fail_max", client_id=shown, wait_s=verdict.wait_s)
            return TooManyGuesses(verdict.wait_s)
        if not verdict.right:
            self.audit("authn_login_fail", client_id=shown)
            return Refused("invalid_client", "client authentication failed")
        scopes = granted_scopes(ask.scope, await self.clients.scopes_of(client_id))
        if isinstance(scopes, Refused):
            self.audit("authz_fail", client_id=shown, reason=scopes.reason)
            return scopes
        return await self._issued(client_id, scopes, secret, now)

    async def _issued(
        self, client_id: str, scopes: tuple[str, ...], secret: bytes, now: datetime
    ) -> IssuedToken | Refused:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        record = TokenRecord(
            token_digest=token_digest(token),
            client_id=client_id,
            scopes=scopes,
            issued_at=now,
            expires_at=now + TOKEN_LIFE,
        )
        if not await self.tokens.keep(record, secret=secret):
            return Refused("invalid_client", "client authentication failed")
        self.audit("authn_token_created", client_id=client_id, scopes=list(scopes))
        return IssuedToken(token, scopes, int(TOKEN_LIFE.total_seconds()))
