"""The life of an account: where it may go from where it stands. The picture is in the service's README."""

from enum import StrEnum


class AccountState(StrEnum):
    """`absent`: no complete file of any of the person's establishments names him any more."""

    ACTIVE = "active"
    ABSENT = "absent"
    SUSPENDED = "suspended"


NEXT: dict[AccountState, frozenset[AccountState]] = {
    AccountState.ACTIVE: frozenset({AccountState.ABSENT}),
    AccountState.ABSENT: frozenset({AccountState.ACTIVE, AccountState.SUSPENDED}),
    AccountState.SUSPENDED: frozenset({AccountState.ACTIVE}),
}

MOVES: tuple[tuple[AccountState, AccountState], ...] = tuple(
    (here, there) for here, nexts in NEXT.items() for there in sorted(nexts)
)


class IllegalMove(Exception):
    """An account was about to go where the table does not lead: a mistake of ours."""


ABSENT_SHARE_MAX = 0.10
"""A complete file may make this share of the people of its establishments absent; beyond, an operator decides."""


SCHOOL_SHARE_MAX = 0.5
SCHOOL_ABSENT_MIN = 10
"""A file of many schools may lose one of them whole and stay under its own share: one stray line is enough to name it."""


def empties_too_much(absent: int, present: int) -> bool:
    """Whether a complete file that makes `absent` of `present` people absent looks like a truncated one."""
    return absent > present * ABSENT_SHARE_MAX


def empties_a_school(absent: int, present: int) -> bool:
    """Whether one school would lose so many of its people that the file cannot have meant it."""
    return absent >= SCHOOL_ABSENT_MIN and absent > present * SCHOOL_SHARE_MAX
