"""Which port each part listens on; one that is taken is named with what it was for."""

import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from carillon.infrastructure.ports import LOOPBACK, is_free
from carillon.stack.options import (
    DEFAULT_PORT,
    DEFAULT_SMS_PORT,
    DEFAULT_SMTP_PORT,
    DEFAULT_VIEWER_PORT,
    SERVICES,
    StackOptions,
    StackRefused,
)


@dataclass(frozen=True, slots=True)
class PortPlan:
    """Every port of the stack by name, and a sentence for each that had to move."""

    by_name: dict[str, int]
    moved: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> int:
        return self.by_name[name]


@dataclass(frozen=True, slots=True)
class _Wish:
    name: str
    port: int
    purpose: str
    option: str
    may_move: bool = False


def plan_ports(options: StackOptions, parts: Sequence[str]) -> PortPlan:
    """Choose all ports at once. Raises StackRefused naming each port that is taken.

    Beside a stack on the default port, a second one asked for with another `--port` finds free ports for its
    sinks; a port that was asked for by its own option never moves.
    """
    wishes = [wish for wish in _wishes(options) if _part(wish.name) in parts]
    taken = [wish for wish in wishes if wish.port and not is_free(wish.port)]
    stuck = [wish for wish in taken if not wish.may_move]
    if stuck:
        raise StackRefused("\n".join(_sentence(wish) for wish in stuck))
    free = iter(_free_ports(len(wishes) + len(SERVICES) + 2))
    by_name = {name: next(free) for name in (*SERVICES, "postgres", "broker")}
    by_name |= {wish.name: next(free) if wish in taken or not wish.port else wish.port for wish in wishes}
    moved = tuple(f"port {wish.port} is in use: {wish.purpose} is on {by_name[wish.name]}" for wish in taken)
    return PortPlan(by_name, moved)


def _wishes(options: StackOptions) -> list[_Wish]:
    elsewhere = options.port != DEFAULT_PORT
    sinks = (
        (
            "viewer",
            options.viewer_port,
            DEFAULT_VIEWER_PORT,
            "the page that shows mails and SMS",
            "--viewer-port",
        ),
        ("smtp", options.smtp_port, DEFAULT_SMTP_PORT, "the mail sink", "--smtp-port"),
        ("sms", options.sms_port, DEFAULT_SMS_PORT, "the SMS sink", "--sms-port"),
    )
    return [
        _Wish("front", options.port, "the front", "--port"),
        *(
            _Wish(name, port, purpose, option, may_move=elsewhere and port == default)
            for name, port, default, purpose, option in sinks
        ),
    ]


def _part(name: str) -> str:
    return "front" if name == "front" else "sinks"


def _sentence(wish: _Wish) -> str:
    return (
        f"Port {wish.port} is already in use; it was for {wish.purpose}. Choose another with {wish.option}."
    )


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
