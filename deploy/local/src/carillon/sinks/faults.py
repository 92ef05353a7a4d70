"""Failures on request: which try fails, how, how often and for how long."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from shared.kernel.refusals import Refused

FaultKind = Literal["smtp", "sms"]
MODES: Final[dict[str, tuple[str, ...]]] = {
    "smtp": ("reject_4xx", "reject_5xx", "drop_after_data", "slow", "refuse"),
    "sms": (
        "reject_4xx",
        "reject_5xx",
        "429",
        "500_before",
        "500_after",
        "drop_after_data",
        "slow",
        "refuse",
    ),
}
SECONDS_MIN = 0.001
SECONDS_MAX = 86_400
SECONDS_WHEN_UNSAID = 60.0
SLOW_S_MAX = 600
SLOW_S_WHEN_UNSAID = 5.0
FAULTS_MAX = 1_000
_FIELDS: Final = {"kind", "mode", "share", "for_address", "seconds", "slow_seconds"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule: a `share` of the tries (of one address when it is named) fails in this `mode`."""

    kind: FaultKind
    mode: str
    share: float
    for_address: str | None
    seconds: float
    slow_s: float

    @property
    def same(self) -> tuple[str, str, str | None]:
        """Two rules that agree on this are one rule said twice; the later holds."""
        return self.kind, self.mode, self.for_address

    @property
    def closes_the_door(self) -> bool:
        return self.mode == "refuse" and self.share >= 1 and self.for_address is None


def read_fault(document: object) -> Fault | Refused:
    """Judge what was posted; `share` is 1 and `seconds` 60 when not said."""
    if not isinstance(document, dict):
        return Refused("wrong_fault", "A fault is a JSON object with at least kind and mode.")
    if wrong := _what_is_wrong(document):
        return Refused("wrong_fault", wrong)
    address = document.get("for_address")
    return Fault(
        kind=cast("FaultKind", document["kind"]),
        mode=str(document["mode"]),
        share=float(document.get("share", 1)),
        for_address=address.strip().lower() if address else None,
        seconds=float(document.get("seconds", SECONDS_WHEN_UNSAID)),
        slow_s=float(document.get("slow_seconds", SLOW_S_WHEN_UNSAID)),
    )


def _what_is_wrong(document: dict[str, Any]) -> str | None:
    kind, address = document.get("kind"), document.get("for_address")
    modes = MODES.get(kind, ()) if isinstance(kind, str) else ()
    strange = sorted(str(name)[:40] for name in document if name not in _FIELDS)
    judged = {
        f"There is no field {strange[:1]}; the fields are {', '.join(sorted(_FIELDS))}.": not strange,
        "kind is smtp or sms.": bool(modes),
        f"mode for {kind} is one of {', '.join(modes)}.": document.get("mode") in modes,
        "for_address is an e-mail address or a telephone number.": address is None
        or (isinstance(address, str) and bool(address.strip())),
        "share is a number from 0 to 1.": _is_number(document.get("share", 1), least=0, most=1),
        f"seconds is a number above 0, at most {SECONDS_MAX}.": _is_number(
            document.get("seconds", SECONDS_WHEN_UNSAID), least=SECONDS_MIN, most=SECONDS_MAX
        ),
        f"slow_seconds is a number from 0 to {SLOW_S_MAX}.": _is_number(
            document.get("slow_seconds", SLOW_S_WHEN_UNSAID), least=0, most=SLOW_S_MAX
        ),
    }
    return next((sentence for sentence, right in judged.items() if not right), None)


def _is_number(value: object, *, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


class Faults:
    """The rules in force. `struck` counts the tries that each one made fail."""

    def __init__(self, *, now_s: Callable[[], float], chance: random.Random) -> None:
        self._now_s = now_s
        self._chance = chance
        self._until_s: dict[Fault, float] = {}
        self.struck: dict[str, int] = {}

    def add(self, fault: Fault) -> Fault | Refused:
        self._until_s = {known: until for known, until in self._until_s.items() if known.same != fault.same}
        if len(self.active()) >= FAULTS_MAX:
            return Refused("too_many_faults", f"At most {FAULTS_MAX} faults at a time.")
        self._until_s[fault] = self._now_s() + fault.seconds
        return fault

    def clear(self) -> int:
        count = len(self.active())
        self._until_s.clear()
        return count

    def active(self) -> list[tuple[Fault, float]]:
        """Each rule in force with the seconds it has left; the others are forgotten here."""
        now_s = self._now_s()
        self._until_s = {fault: until for fault, until in self._until_s.items() if until > now_s}
        return [(fault, until - now_s) for fault, until in self._until_s.items()]

    def strike(self, kind: FaultKind, modes: Sequence[str], addresses: Sequence[str] = ()) -> Fault | None:
        """Throw the dice for one try; the first rule that hits decides."""
        if not self._until_s:
            return None
        lowered = [address.lower() for address in addresses]
        for fault, _ in self.active():
            concerned = fault.for_address is None or fault.for_address in lowered
            if fault.kind == kind and fault.mode in modes and concerned and self._hits(fault):
                return fault
        return None

    def strike_named(self, kind: FaultKind, mode: str, address: str) -> bool:
        """The same for the rules that name this address only: the others were thrown earlier in the try."""
        if not self._until_s:
            return False
        named = (kind, mode, address.lower())
        return any(self._hits(fault) for fault, _ in self.active() if fault.same == named)

    def _hits(self, fault: Fault) -> bool:
        if self._chance.random() >= fault.share:
            return False
        name = f"{fault.kind}.{fault.mode}"
        self.struck[name] = self.struck.get(name, 0) + 1
        return True

    def closed_for_s(self, kind: FaultKind) -> float:
        """How long the door of that kind stays shut; 0 when it is open."""
        return max(
            (left for fault, left in self.active() if fault.kind == kind and fault.closes_the_door),
            default=0.0,
        )
