"""Expected refusals are values; exceptions are for a broken world."""

import re
from dataclasses import dataclass

_SLUG = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was understood and turned down.

    `reason` is a stable slug, mapped to a status and a sentence where it is shown;
    `detail` is a sentence for the caller and never holds a secret or another person's data.
    """

    reason: str
    detail: str = ""

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.reason):
            raise ValueError(f"a reason is a slug, not {self.reason!r}")
