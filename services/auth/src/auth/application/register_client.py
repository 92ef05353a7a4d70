"""Partner clients: made by an operator or described by a deployment, given another secret, disabled."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from auth.application.ports import Partners
from auth.domain.partners import CLIENT_ID_LENGTH_MAX, Client, Partner, is_strong_secret, judge
from auth.domain.tokens import TOKEN_BYTES, secret_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


def new_secret() -> str:
    """256 bits at random, URL-safe: shown once, kept as a digest."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterClient:
    """Add a client of a partner; answers its secret, which nobody can read again."""

    partners: Partners
    clock: Clock

    async def __call__(self, partner: Partner, client: Client) -> str | Refused:
        if refusal := judge(partner, client):
            return refusal
        secret = new_secret()
        done = await self.partners.register(partner, client, secret_digest(secret), self.clock.now())
        return done if isinstance(done, Refused) else secret


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecret:
    """Give a client another secret; the old one and every token it obtained are dead at once."""

    partners: Partners

    async def __call__(self, client_id: str) -> str | Refused:
        secret = new_secret()
        if not await self.partners.replace_secret(client_id, secret_digest(secret)):
            return Refused("unknown_client", "there is no such client")
        return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableClient:
    """Stop a client: its tokens are dead at once, and a partner with no client left may send nothing."""

    partners: Partners
    clock: Clock

    async def __call__(self, client_id: str) -> Refused | None:
        if not await self.partners.disable(client_id, self.clock.now()):
            return Refused("unknown_client", "there is no such client, or it is disabled already")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A client as a deployment describes it, secret included."""

    partner: Partner
    client: Client
    secret: str

    def __repr__(self) -> str:
        return f"Seed({self.client.client_id})"


def judge_seeds(seeds: Sequence[Seed], *, weak_secrets_allowed: bool) -> Refused | None:
    """Why a deployment's description cannot be carried out, if it cannot; all of it is judged first."""
    described: dict[str, Partner] = {}
    for seed in seeds:
        named = seed.client.client_id[:CLIENT_ID_LENGTH_MAX]
        if refusal := judge(seed.partner, seed.client):
            return Refused(refusal.reason, f"{named}: {refusal.detail}")
        if not weak_secrets_allowed and not is_strong_secret(seed.secret):
            return Refused("weak_secret", f"{named}: the secret has fewer than 32 bytes")
        if described.setdefault(seed.partner.partner_id, seed.partner) != seed.partner:
            return Refused("not_a_partner", f"{named}: the same partner is described twice")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedClients:
    """Make clients as a deployment describes them; how many are new or different."""

    partners: Partners
    clock: Clock

    async def __call__(self, seeds: Sequence[Seed]) -> int:
        now = self.clock.now()
        changed = 0
        for seed in seeds:
            changed += await self.partners.seed(seed.partner, seed.client, secret_digest(seed.secret), now)
        return changed
