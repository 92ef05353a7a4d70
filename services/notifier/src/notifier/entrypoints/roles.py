"""What one process of the notifier does: all of it, or the roles it is given, so that each can be scaled alone."""

from typing import get_args

from notifier.domain.notifications import LaneName

LANES: tuple[LaneName, ...] = get_args(LaneName)
ROLES: tuple[str, ...] = ("web", "router", "projections", *LANES, "sweeper")
"""`sweeper` looks after every lane, whether or not this process also listens to it."""


def read_roles(text: str | None) -> frozenset[str]:
    """Read `--roles web,router`; none means all. Raises ValueError with a sentence."""
    wanted = frozenset(ROLES if text is None else (word.strip() for word in text.split(",")))
    unknown = wanted - set(ROLES)
    if unknown or not wanted:
        raise ValueError(f"--roles expects some of {', '.join(ROLES)}, separated by commas")
    return wanted
