"""PostgreSQL refuses to run as root: which user it runs as then, and whether that user can get there."""

import os
import pwd
import shutil
from pathlib import Path

_CANDIDATES = ("postgres", "nobody")


def user_for_postgres() -> str:
    """The user to change to when we are root; empty when we are not. Raises RuntimeError when none exists."""
    if os.geteuid() != 0:
        return ""
    for name in _CANDIDATES:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it")


def in_reach(path: Path) -> bool:
    """Whether everybody may walk down to this path."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def hand_over(directory: Path, user: str) -> None:
    """Give a directory to a user, so that he alone can read it."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user:
        shutil.chown(directory, user)
