"""The port `Tokens`: what auth says about a token, read as a partner's."""

from notifier.application.intake_ports import AuthAway, Caller
from shared.kit import introspection
from shared.kit.introspection import Claims, TokenIntrospection


class PartnerTokens:
    """Tells partners' tokens from everything else that auth may know."""

    def __init__(self, asked: TokenIntrospection) -> None:
        self._asked = asked

    async def caller_of(self, token: str) -> Caller | None:
        """Who the token speaks for; none when it is no live token of a partner. Raises AuthAway."""
        try:
            claims = await self._asked.claims_of(token)
        except introspection.AuthAway:
            raise AuthAway from None
        return None if claims is None else _caller(claims)


def _caller(claims: Claims) -> Caller | None:
    """A token without a partner behind it, a person's session for one, opens nothing here."""
    client_id, partner_id = claims.get("client_id"), claims.get("sub")
    if not isinstance(client_id, str) or not isinstance(partner_id, str):
        return None
    scopes = frozenset(str(claims.get("scope", "")).split())
    return Caller(client_id=client_id, partner_id=partner_id, scopes=scopes)
