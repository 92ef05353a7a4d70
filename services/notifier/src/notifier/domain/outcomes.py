"""What a provider said of one mail or one SMS: the four things that can be true after a try."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took charge of it; `reference` is the provider's own name for it (queue id, SID)."""

    provider: str
    reference: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Proved not accepted, and worth another try: nothing left, so a resend cannot be a duplicate.

    `retry_after_s` is the least delay that the provider, or its kind of refusal, asks for.
    `asked` is false when no provider was available to be asked: that is no attempt of this message's own.
    """

    reason: str
    provider: str
    retry_after_s: float | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for good. `contact_dead` says that the address or number itself is at fault, for everybody."""

    reason: str
    provider: str
    contact_dead: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been accepted: the answer was lost after the last byte had left."""

    reason: str
    provider: str


Outcome: TypeAlias = Accepted | TryAgain | Rejected | Unknown
