"""`carillon up`: the local stack under one supervisor, until Ctrl-C."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from carillon.stack.board import Board, Terminal
from carillon.stack.description import Description, RunningStack
from carillon.stack.options import (
    DEFAULT_ACCOUNTS,
    DEFAULT_PORT,
    DEFAULT_SMS_PORT,
    DEFAULT_SMTP_PORT,
    DEFAULT_VIEWER_PORT,
    PARTS,
    StackOptions,
    StackRefused,
    read_only,
)

if TYPE_CHECKING:
    from carillon.stack.supervisor import Supervisor

ACCOUNTS_MIN, ACCOUNTS_MAX = 3, 1_000_000

PortOption = Annotated[int, typer.Option(min=0, max=65_535, help="the front: what a browser opens")]
ViewerOption = Annotated[int, typer.Option(min=0, max=65_535, help="the page that shows mails and SMS")]
SmtpOption = Annotated[int, typer.Option(min=0, max=65_535, help="the mail sink")]
SmsOption = Annotated[int, typer.Option(min=0, max=65_535, help="the SMS sink")]
BrokerOption = Annotated[
    Literal["embedded", "kafka"], typer.Option(help="kafka = Apache Kafka resolved with Maven; needs Java")
]
DataOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", file_okay=False, help="kept between runs; a temporary one otherwise"),
]
AccountsOption = Annotated[
    int, typer.Option(min=ACCOUNTS_MIN, max=ACCOUNTS_MAX, help="size of the generated académie")
]
OnlyOption = Annotated[str, typer.Option(metavar="NAMES", help="only these parts, separated by commas")]

T = TypeVar("T")
AfterStart = Callable[[Description, RunningStack], Awaitable[None]]


def up(
    *,
    port: PortOption = DEFAULT_PORT,
    broker: BrokerOption = "embedded",
    data: DataOption = None,
    accounts: AccountsOption = DEFAULT_ACCOUNTS,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="start with nobody")] = False,
    json_: Annotated[
        bool, typer.Option("--json", help="one line of JSON on standard output when ready")
    ] = False,
    only: OnlyOption = ",".join(PARTS),
    viewer_port: ViewerOption = DEFAULT_VIEWER_PORT,
    smtp_port: SmtpOption = DEFAULT_SMTP_PORT,
    sms_port: SmsOption = DEFAULT_SMS_PORT,
) -> None:
    """Start the local stack and keep it up until Ctrl-C.

    KAFKA_BOOTSTRAP_SERVERS, SMTP_RELAYS, SMS_GATEWAYS and DATABASE_URL_<SERVICE>, when set, are used instead of
    the stack's own.
    """
    options = StackOptions(
        port=port,
        viewer_port=viewer_port,
        smtp_port=smtp_port,
        sms_port=sms_port,
        broker=broker,
        data=data,
        accounts=accounts,
        sample=not no_sample,
        only=read_only(only),
    )
    raise typer.Exit(run_stack(options, tell_json=json_))


def run_stack(
    options: StackOptions,
    *,
    tell_json: bool = False,
    after_start: AfterStart | None = None,
    leave_after: bool = False,
) -> int:
    """Run a stack to its end; returns the exit code. `after_start` happens once it is ready."""
    return asyncio.run(_run(options, tell_json=tell_json, after_start=after_start, leave_after=leave_after))


async def _run(
    options: StackOptions, *, tell_json: bool, after_start: AfterStart | None, leave_after: bool
) -> int:
    from carillon.stack.supervisor import Supervisor

    board = Board(Terminal(stderr=True))
    supervisor = Supervisor(options, os.environ, board)
    leave = _leave_on_signals(supervisor.kill)
    try:
        with board:
            description = await _until(leave, supervisor.start())
        if description is not None:
            _announce(board, description, supervisor.logs, tell_json=tell_json)
            story = after_start(description, supervisor.running_stack) if after_start else None
            await _stay(supervisor, leave, story, leave_after=leave_after)
    except StackRefused as refusal:
        supervisor.broken = True
        board.say(str(refusal), "red")
    finally:
        board.say("ending…", "dim")
        await supervisor.end()
    if supervisor.broken:
        board.say(f"Something failed; the logs are in {supervisor.logs}.", "red")
    return 1 if supervisor.broken else 0


async def _stay(
    supervisor: "Supervisor", leave: asyncio.Event, story: Awaitable[None] | None, *, leave_after: bool
) -> None:
    """Watch until somebody asks to leave; a story that fails is said, and the stack stays to be looked at."""
    watching = asyncio.create_task(supervisor.watch(leave))
    try:
        if story is not None:
            await _until(leave, story)
    except StackRefused as refusal:
        supervisor.broken = True
        supervisor.board.say(str(refusal), "red")
    if leave_after:
        leave.set()
    await watching


async def _until(leave: asyncio.Event, work: Awaitable[T]) -> T | None:
    """The work's result, or none when somebody asked to leave before it was done."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(leave.wait())
    await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return None


def _leave_on_signals(kill: Callable[[], None]) -> asyncio.Event:
    """The first SIGINT or SIGTERM asks to leave; one more does not wait for anybody."""
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if leave.is_set():
            kill()
        leave.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    return leave


def _announce(board: Board, description: Description, logs: str, *, tell_json: bool) -> None:
    if tell_json:
        with suppress(BrokenPipeError):
            print(description.line(), flush=True)
    board.say(f"\nAll is up after {board.seconds:.1f} s.", "bold green")
    for what, where in (
        ("the portal", description.front),
        ("mails and SMS", description.viewer),
        ("Kafka", description.kafka),
        ("logs", logs),
    ):
        if where:
            board.say(f"  {what:<14} {where}")
    board.say("Ctrl-C ends everything.\n", "dim")
    sys.stderr.flush()
