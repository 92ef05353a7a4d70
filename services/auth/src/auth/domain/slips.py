"""The slips that a school hands out: for whom one may be made, and in which order they are printed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from auth.domain.names import plain

Held = Literal["nothing", "first", "chosen"]
"""Which password somebody has; a first one is on a slip that was made before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A pupil of the school, as the slip of a parent names him."""

    first_name: str
    class_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody of a school to whom a slip may be handed out.

    A parent belongs to the classes of his children at this school: his slip travels with theirs. `seen` tells
    the password he has from any other, without telling it.
    """

    person_id: str
    profile: str
    last_name: str
    first_name: str
    identifier: str
    class_name: str = ""
    children: tuple[Child, ...] = ()
    held: Held = "nothing"
    seen: bytes | None = field(default=None, repr=False)

    @property
    def mark(self) -> str:
        """Tells the password he has from any other in a form, so that the form sent again orders nothing."""
        return hashlib.sha256(self.seen or b"").hexdigest()

    def class_shown(self, asked: str | None) -> str:
        """The class under which the slip lies: the one asked for, his own, else those of his children."""
        if asked is not None:
            return asked
        own = (self.class_name,) if self.class_name else ()
        return ", ".join(
            dict.fromkeys((*own, *(child.class_name for child in self.children if child.class_name)))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is printed, once. The password is nowhere else."""

    person_id: str
    profile: str
    last_name: str
    first_name: str
    class_name: str
    children: tuple[str, ...]
    identifier: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Whom an order takes, in the order of printing, and how many it leaves alone."""

    taken: tuple[Recipient, ...]
    printed_before: int
    chosen_before: int


def sort_out(
    people: Sequence[Recipient], *, class_name: str | None, reissue: bool, chosen_too: bool
) -> Sorted:
    """Those without a password; with `reissue` those whose slip is older, too; with `chosen_too` everybody."""
    takes = (
        {"nothing"} | ({"first"} if reissue else set()) | ({"chosen"} if reissue and chosen_too else set())
    )
    left = [person.held for person in people if person.held not in takes]
    taken = sorted(
        (person for person in people if person.held in takes),
        key=lambda person: _place(person, class_name),
    )
    return Sorted(taken=tuple(taken), printed_before=left.count("first"), chosen_before=left.count("chosen"))


def _place(person: Recipient, class_name: str | None) -> tuple[bool, str, str, str, str]:
    """By class then name, as a school sorts names; those of no class come last."""
    shown = person.class_shown(class_name)
    return (not shown, shown, plain(person.last_name), plain(person.first_name), person.person_id)


def grouped(people: Sequence[Recipient], size: int) -> Iterable[Sequence[Recipient]]:
    """So many at a time."""
    return (people[start : start + size] for start in range(0, len(people), size))
