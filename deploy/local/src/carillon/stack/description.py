"""What a running stack tells others about itself: the one line of `carillon up --json` (docs/interfaces.md)."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Every address, credential and process id of a stack; none where the stack has no such thing."""

    front: str | None
    viewer: str | None
    kafka: str | None
    smtp: str | None
    sms: str | None
    databases: dict[str, str]
    services: dict[str, dict[str, int | None]]
    partners: Sequence[dict[str, Any]] = field(default_factory=list)
    accounts: Sequence[dict[str, Any]] = field(default_factory=list)

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStack:
    """What `carillon send` needs to find the stack that `carillon up` started on this machine."""

    pid: int
    kafka: str
    idempotence: bool
    code_keys: str
    public_url: str
    accounts_file: str | None = None
    clock_file: str | None = None


def _state_file() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "carillon" / "stack.json"


def remember(stack: RunningStack) -> None:
    """Write the state file, readable by us alone; the stack that started last is the one that is found."""
    path = _state_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(stack)), encoding="utf-8")


def running_stack() -> RunningStack | None:
    """The stack that was started last, if it still runs."""
    try:
        stack = RunningStack(**json.loads(_state_file().read_text(encoding="utf-8")))
        os.kill(stack.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return stack


def forget(pid: int) -> None:
    """Remove the state file if it is about this stack."""
    stack = running_stack()
    if stack is None or stack.pid == pid:
        _state_file().unlink(missing_ok=True)
