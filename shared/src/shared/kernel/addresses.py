"""E-mail addresses and telephone numbers that cannot be printed by accident.

The types here trust their text: they are made by the readers of `shared.kit.addresses`, which judge what
people type, or from rows and events that such a reader has already passed.
"""

import re
from dataclasses import dataclass

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_ADDRESS = re.compile(r"[^@\s\x00-\x20<>\"(),:;\\\[\]]+@[^@\s\x00-\x20<>\"(),:;\\\[\]]+")
_ADDRESS_LENGTH_MAX = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """One mailbox, normalised; `value` is the text for the wire. Raises ValueError on what cannot be one."""

    value: str

    def __post_init__(self) -> None:
        if len(self.value) > _ADDRESS_LENGTH_MAX or not _ADDRESS.fullmatch(self.value):
            raise ValueError("not an e-mail address")

    @property
    def masked(self) -> str:
        """`s•••@example.org`: enough to recognise one's own, too little to learn another's."""
        local, _, domain = self.value.rpartition("@")
        return f"{local[:1]}•••@{domain}"

    def __repr__(self) -> str:
        return f"EmailAddress({self.masked})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One telephone number in E.164; `value` is the text for the wire. Raises ValueError on anything else."""

    value: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.value):
            raise ValueError("not a telephone number in E.164")

    @property
    def masked(self) -> str:
        """`+336•••••78`: the country and network, and the last two digits."""
        return f"{self.value[:4]}{'•' * (len(self.value) - 6)}{self.value[-2:]}"

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"

    __str__ = __repr__
