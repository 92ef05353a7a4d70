"""A forgotten password: who may be written to, how often, and how long each thing lives (R54, A7, A18, A19)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Channel = Literal["email", "sms"]

FLOW_LIFE = timedelta(hours=1)
"""How long a browser may go on with what it asked: long enough for several codes without typing anything again."""

PROVED_LIFE = timedelta(minutes=10)
"""How long after the right code a new password may be chosen."""

WAITING_LIFE = timedelta(minutes=10)
"""A request that could not be looked at for this long is dropped: nobody waits for its code any more."""

SENDS_MAX, SENDS_WITHIN = 3, timedelta(minutes=10)
"""Codes for one address or number, whoever shares it."""

ISSUES_MAX, ISSUES_WITHIN = 5, timedelta(hours=24)
"""Codes for one account."""

ASKS_WITHIN = timedelta(minutes=10)

ASKS_PER_IDENTIFIER_MAX = 10
"""Requests that are looked at for one identifier, known or not; those beyond only keep their page."""

ASKS_PER_SOURCE_MAX = 600
"""Requests from one address, a whole school on its first morning included; those beyond are told to wait."""

CLOCKS_APART_MAX = timedelta(minutes=1)
"""What was counted later than this from now was counted on a clock that has been put back: it counts no longer."""

TOKEN_BYTES = 32

Silence = Literal[
    "unknown",
    "suspended",
    "fused",
    "no_password",
    "no_proved_contact",
    "sends_per_destination",
    "issues_per_day",
]
"""Why a request ends without a code. Never shown: every request looks the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedContact:
    """An address or a number that its owner has proved; `selected`: the one he chose for this channel."""

    contact_id: str
    channel: Channel
    address: str = field(repr=False)
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveringAccount:
    """What is known of the account that a request names."""

    person_id: str
    suspended: bool
    fused: bool
    has_password: bool
    contacts: Sequence[ProvedContact]


def destination(account: RecoveringAccount | None, wanted: Channel) -> ProvedContact | Silence:
    """Where the code goes: the wanted channel, else the other one; in it the selected contact, else the first (A19).

    An account without a password has nothing to recover: the school hands out its first one (R5).
    """
    if account is None:
        return "unknown"
    if account.suspended:
        return "suspended"
    if account.fused:
        return "fused"
    if not account.has_password:
        return "no_password"
    ranked = sorted(
        account.contacts, key=lambda one: (one.channel != wanted, not one.selected, one.contact_id)
    )
    return ranked[0] if ranked else "no_proved_contact"


def too_often(*, issued: int, sent: int) -> Silence | None:
    """Which limit is reached. `issued`: to the account in ISSUES_WITHIN; `sent`: to the destination in SENDS_WITHIN."""
    if issued >= ISSUES_MAX:
        return "issues_per_day"
    return "sends_per_destination" if sent >= SENDS_MAX else None


def new_flow() -> str:
    """256 bits at random for the browser's cookie; the same for everybody who asks."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def flow_digest(flow: str) -> bytes:
    """SHA-256: the flow is random, so a fast digest is as safe as a slow one."""
    return hashlib.sha256(b"carillon recovery\x00" + flow.encode("utf-8", "surrogatepass")).digest()
