"""Who is asking: the access token of the Authorization header, its scopes, and how often it may ask."""

import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request

from notifier.application.intake_ports import AuthAway, Caller, Tokens
from notifier.entrypoints.web.rate_limit import RateLimit
from notifier.entrypoints.web.refusals import refusal
from shared.kit.logs import get_logger

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.IGNORECASE)  # RFC 6750 §2.1
_REALM = 'Bearer realm="carillon"'

log = get_logger()


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Lets callers in by token and scope; every refusal leaves an audit line (OWASP's vocabulary)."""

    tokens_of: Callable[[], Tokens]
    rate: RateLimit

    def asking(self, *scopes: str) -> Callable[[Request], Awaitable[Caller]]:
        """A dependency that answers the caller when its token carries one of the scopes."""

        async def caller(request: Request) -> Caller:
            known = await self._known(request)
            if known.scopes.isdisjoint(scopes):
                log.warning("authz_fail", **_who(known), reason="insufficient_scope", path=request.url.path)
                raise refusal(
                    "insufficient_scope",
                    headers={
                        "WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scopes[0]}"'
                    },
                )
            self._count(known)
            return known

        return caller

    async def _known(self, request: Request) -> Caller:
        header = request.headers.get("authorization")
        if header is None:
            raise refusal("token_missing", headers={"WWW-Authenticate": _REALM})
        found = _BEARER.fullmatch(header)
        try:
            caller = await self.tokens_of().caller_of(found.group(1)) if found else None
        except AuthAway:
            log.warning("intake.auth_away")
            raise refusal("auth_away") from None
        if caller is None:
            log.warning("authn_token_refused", path=request.url.path)
            raise refusal("token_invalid", headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'})
        return caller

    def _count(self, caller: Caller) -> None:
        wait_s = self.rate.wait_s(caller.partner_id)
        if wait_s:
            log.warning("excess_rate_limit_exceeded", **_who(caller))
            raise refusal("too_many_requests", headers={"Retry-After": str(math.ceil(wait_s))})


def _who(caller: Caller) -> dict[str, str]:
    return {"partner_id": caller.partner_id, "client_id": caller.client_id}
