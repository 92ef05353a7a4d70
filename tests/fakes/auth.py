"""Partners, clients and tokens in memory: they work, and pass the same suite as PostgreSQL's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from auth.application.ports import Introspected, Verdict
from auth.domain.guessing import FORGOTTEN_AFTER, delay_after_s
from auth.domain.partners import Client, Partner
from auth.domain.tokens import TokenRecord
from shared.kernel.refusals import Refused


@dataclass(slots=True)
class _Registered:
    client: Client
    secret: bytes
    seed: bytes | None = None
    enabled: bool = True


@dataclass(slots=True)
class _Guesses:
    failures: int
    last_failed_at: datetime
    blocked_until: datetime


@dataclass(slots=True)
class PartnersInMemory:
    """The ports `Partners`, `ClientSecrets` and `Tokens`."""

    partners: dict[str, Partner] = field(default_factory=dict)
    clients: dict[str, _Registered] = field(default_factory=dict)
    guesses: dict[tuple[str, str], _Guesses] = field(default_factory=dict)
    kept: dict[bytes, TokenRecord] = field(default_factory=dict)

    async def register(
        self, partner: Partner, client: Client, secret: bytes, now: datetime
    ) -> bool | Refused:
        if self.partners.get(partner.partner_id, partner) != partner:
            return Refused("another_partner")
        if client.client_id in self.clients:
            return Refused("client_exists")
        self.partners[partner.partner_id] = partner
        self.clients[client.client_id] = _Registered(client, secret)
        return True

    async def seed(self, partner: Partner, client: Client, secret: bytes, now: datetime) -> bool:
        before = (self.partners.get(partner.partner_id), self.clients.get(client.client_id))
        self.partners[partner.partner_id] = partner
        known = before[1] or _Registered(client, secret)
        changed = before[0] != partner or known.client != client or known.seed != secret
        if known.seed != secret:
            known.secret = known.seed = secret
        known.client = client
        self.clients[client.client_id] = known
        return changed

    async def replace_secret(self, client_id: str, secret: bytes) -> bool:
        if client_id not in self.clients:
            return False
        self.clients[client_id].secret = secret
        self._end_tokens(client_id)
        return True

    async def disable(self, client_id: str, now: datetime) -> bool:
        known = self.clients.get(client_id)
        if known is None or not known.enabled:
            return False
        known.enabled = False
        self._end_tokens(client_id)
        return True

    async def listed(self) -> Sequence[tuple[Partner, Client, bool]]:
        return [
            (self.partners[known.client.partner_id], known.client, known.enabled)
            for _, known in sorted(self.clients.items())
        ]

    async def republish(self, now: datetime) -> int:
        return len(self.partners)

    async def judge(self, client_id: str, secret: bytes, *, source: str, now: datetime) -> Verdict:
        known = self.clients.get(client_id)
        past = self.guesses.get((client_id, source))
        if past and past.blocked_until > now:
            wait_s = max(1, ceil((past.blocked_until - now).total_seconds()))
            return Verdict(right=False, evaluated=False, known=known is not None, wait_s=wait_s)
        right = known is not None and known.enabled and known.secret == secret
        failures = 0 if right else 1
        if not right and past and past.last_failed_at >= now - FORGOTTEN_AFTER:
            failures = past.failures + 1
        until = now + timedelta(seconds=delay_after_s(failures))
        self.guesses[client_id, source] = _Guesses(failures, now, until)
        return Verdict(right=right, evaluated=True, known=known is not None, wait_s=0)

    async def scopes_of(self, client_id: str) -> tuple[str, ...]:
        known = self.clients.get(client_id)
        return known.client.scopes if known else ()

    async def keep(self, record: TokenRecord, *, secret: bytes) -> bool:
        known = self.clients.get(record.client_id)
        if known is None or not known.enabled or known.secret != secret:
            return False
        self.kept[record.token_digest] = record
        return True

    async def find(self, token_digest: bytes, now: datetime) -> Introspected | None:
        record = self.kept.get(token_digest)
        if record is None or record.expires_at <= now:
            return None
        client = self.clients[record.client_id].client
        return Introspected(
            client_id=record.client_id,
            scopes=record.scopes,
            issued_at=record.issued_at,
            expires_at=record.expires_at,
            partner=self.partners[client.partner_id],
        )

    async def forget_expired(self, now: datetime) -> int:
        dead = [digest for digest, record in self.kept.items() if record.expires_at <= now]
        for digest in dead:
            del self.kept[digest]
        return len(dead)

    def _end_tokens(self, client_id: str) -> None:
        self.kept = {digest: record for digest, record in self.kept.items() if record.client_id != client_id}


@dataclass(slots=True)
class AuditInMemory:
    """The port `AuditLog`: what was noted, in order."""

    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __call__(self, event: str, **ids: object) -> None:
        self.lines.append((event, ids))

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


@dataclass(slots=True)
class HandClock:
    """A clock that a test moves by hand."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def forward(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)
