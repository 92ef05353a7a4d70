"""What a page says after a password that did not go through: what to do, beside the field or above the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auth.application.sign_in_ports import Busy, TooManyTries
from auth.entrypoints.french_waits import french_wait
from shared.kernel.refusals import Refused
from shared.kit.texts import Catalogue
from shared.kit.web import FieldError

REFUSED, DELAYED, OVERLOADED = 422, 429, 503


@dataclass(frozen=True, slots=True)
class Tried:
    """How a page with a password on it is to be shown; without anything, as at first."""

    errors: Sequence[FieldError] = ()
    status: int = 200
    wait_s: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """What `sign_in_form.html` needs."""
        wait = french_wait(self.wait_s) if self.wait_s else ""
        return {"errors": list(self.errors), "wait_s": self.wait_s, "wait": wait}


def tried(
    texts: Catalogue,
    prefix: str,
    answer: Refused | TooManyTries | Busy,
    field: str = "",
    *,
    busy: str = "sign_in.busy",
) -> Tried:
    """A refusal is said as `<prefix>.<reason>`, beside `field` when it is about one; a delay says how long it is.

    `busy` is the sentence for a moment in which no password could be looked at.
    """
    if isinstance(answer, TooManyTries):
        return Tried(status=DELAYED, wait_s=answer.wait_s, headers={"Retry-After": str(answer.wait_s)})
    if isinstance(answer, Busy):
        sentence = texts.say(busy)
        return Tried(
            [FieldError("", sentence)], OVERLOADED, headers={"Retry-After": str(answer.retry_after_s)}
        )
    return Tried([FieldError(field, texts.say(f"{prefix}.{answer.reason}"))], REFUSED)
