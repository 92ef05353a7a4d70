"""Tell another service whose token it was shown (RFC 7662)."""

from dataclasses import dataclass

from auth.application.ports import Introspected, Tokens
from auth.domain.tokens import token_digest
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrospectToken:
    """Unknown, expired and a disabled client's are all one answer: none."""

    tokens: Tokens
    clock: Clock

    async def __call__(self, token: str) -> Introspected | None:
        return await self.tokens.find(token_digest(token), self.clock.now())
