"""What the processes of a run spent: CPU seconds and the largest resident size, children included."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU in seconds since the process began; the peak of its resident set in MiB, summed over its children."""

    cpu_s: float
    rss_peak_mib: float

    def since(self, before: "Cost") -> "Cost":
        return Cost(self.cpu_s - before.cpu_s, self.rss_peak_mib)


def costs(pids: Mapping[str, int]) -> dict[str, Cost]:
    """Read now, by name; a process that has ended costs nothing more."""
    return {name: _cost(pid) for name, pid in pids.items()}


def _cost(pid: int) -> Cost:
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return Cost(0, 0)
    return Cost(sum(map(_cpu_s, family)), sum(_peak_mib(one.pid) for one in family))


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0
    # what a process's own ended children spent counts too: a server's sessions come and go
    return float(times.user + times.system + times.children_user + times.children_system)


def _peak_mib(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    sizes = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return sum(int(size) for size in sizes) / 1024
