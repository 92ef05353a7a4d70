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


def empties_too_much(absent: int, present: int) -> bool:
    """Whether a complete file that makes `absent` of `present` people absent looks like a truncated one."""
    return absent > present * ABSENT_SHARE_MAX
