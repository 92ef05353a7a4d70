"""What a person sees while the stack starts and runs: one line a part, with its state and its time."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

State = Literal["waiting", "starting", "working", "ready", "done", "failed", "ended"]

_STYLES: dict[State, str] = {
    "waiting": "dim",
    "starting": "yellow",
    "working": "yellow",
    "ready": "green",
    "done": "green",
    "failed": "bold red",
    "ended": "dim",
}
_MARKS: dict[State, str] = {
    "waiting": "·",
    "starting": "…",
    "working": "…",
    "ready": "✓",
    "done": "✓",
    "failed": "✗",
    "ended": "·",
}


@dataclass(slots=True)
class _Line:
    name: str
    state: State = "waiting"
    detail: str = ""
    began: float = 0.0
    took_s: float | None = None


class Terminal(Console):
    """Standard error; when its reader has gone away nobody is told, and the stack goes on or ends in order."""

    def on_broken_pipe(self) -> None:
        """Stop talking; rich would end the process here, with everything still running."""
        self.quiet = True


class Board:
    """Lines that change in place on a terminal; elsewhere, one printed line for each thing that is settled."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._lines: dict[str, _Line] = {}
        self._began = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(
                get_renderable=self._table, console=self.console, refresh_per_second=8, transient=False
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    @property
    def seconds(self) -> float:
        """Since the stack was asked for."""
        return time.monotonic() - self._began

    def expect(self, *names: str) -> None:
        """Show lines for what is to come, in this order."""
        for name in names:
            self._lines[name] = _Line(name)

    def show(self, name: str, state: State, detail: str = "") -> None:
        """Say where a part is now."""
        line = self._lines.setdefault(name, _Line(name))
        if state in {"starting", "working"} and line.state == "waiting":
            line.began = time.monotonic()
        elif state in {"ready", "done", "failed"}:
            line.took_s = time.monotonic() - (line.began or self._began)
        line.state, line.detail = state, detail
        if self._live is None and state in {"ready", "done", "failed"}:
            took = "" if line.took_s is None else f"{line.took_s:5.1f} s"
            self.console.print(
                f"{_MARKS[state]} {name:<12} {state:<8} {took}  {detail}",
                style=_STYLES[state],
                soft_wrap=True,
            )

    def say(self, text: str, style: str = "") -> None:
        """Something that does not belong to one line."""
        self.console.print(text, style=style or None, soft_wrap=True, highlight=False, markup=False)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(min_width=8, no_wrap=True)
        table.add_column(justify="right", min_width=7, no_wrap=True)
        table.add_column(overflow="ellipsis", no_wrap=True)
        for line in self._lines.values():
            style = _STYLES[line.state]
            table.add_row(
                f"{_MARKS[line.state]} {line.name}", line.state, self._time(line), line.detail, style=style
            )
        return table

    def _time(self, line: _Line) -> str:
        if line.state == "waiting":
            return ""
        seconds = line.took_s if line.took_s is not None else time.monotonic() - (line.began or self._began)
        return f"{seconds:.1f} s"
