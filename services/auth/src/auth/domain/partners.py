"""Partners, and the clients that speak for them: which secret is good enough, which scopes may be granted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.kernel.refusals import Refused

SECRET_BYTES_MIN = 32
CLIENT_ID_LENGTH_MAX = 100
SCOPES_MAX = 20

BODIES = frozenset({"departement", "academie", "region", "enseignement_agricole", "dreets"})
KINDS = frozenset({"college", "lycee", "agricole", "cfa"})

_CLIENT_ID = re.compile(r"[A-Za-z0-9._~-]+")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # scope-token, RFC 6749 §3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A public body that may speak to families, where, and to which kinds of establishment (none: its matrix)."""

    partner_id: str
    name: str
    body: str
    departements: tuple[str, ...] = ()
    academies: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program of a partner; its secret is kept apart, and only as a digest."""

    client_id: str
    partner_id: str
    scopes: tuple[str, ...]


def judge(partner: Partner, client: Client) -> Refused | None:
    """Why a client cannot be registered, if it cannot: `not_a_client_id`, `not_a_scope`, `not_a_partner`."""
    if len(client.client_id) > CLIENT_ID_LENGTH_MAX or not _CLIENT_ID.fullmatch(client.client_id):
        return Refused("not_a_client_id", "a client id is made of letters, digits and . _ ~ -")
    if len(client.scopes) > SCOPES_MAX or not all(_SCOPE.fullmatch(scope) for scope in client.scopes):
        return Refused("not_a_scope", "a scope has no space, quote or backslash; 20 at most")
    if partner.body not in BODIES:
        return Refused("not_a_partner", f"the body is one of {', '.join(sorted(BODIES))}")
    if partner.kinds is not None and not set(partner.kinds) <= KINDS:
        return Refused("not_a_partner", f"kinds are among {', '.join(sorted(KINDS))}")
    if not (partner.partner_id and partner.name):
        return Refused("not_a_partner", "a partner has an id and a name")
    return None


def is_strong_secret(secret: str) -> bool:
    """Whether a secret is long enough to be kept as a plain digest: 32 bytes that nobody can guess."""
    return len(secret.encode()) >= SECRET_BYTES_MIN


def granted_scopes(asked: str | None, allowed: Iterable[str]) -> tuple[str, ...] | Refused:
    """The scopes of a token: those asked for, all of them when none is; never more than the client has."""
    permitted = tuple(allowed)
    if asked is None or not asked.strip():
        return permitted
    wanted = tuple(dict.fromkeys(asked.split(" ")))
    if not all(scope in permitted for scope in wanted):
        return Refused("invalid_scope", "a scope is unknown or not this client's")
    return wanted
