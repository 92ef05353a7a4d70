"""The supervisor: starts a stack, watches it, ends it; never starts anything again by itself."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress

from carillon.infrastructure.ports import LOOPBACK
from carillon.sample.files import write_partners
from carillon.stack.board import Board
from carillon.stack.context import Context, prepare
from carillon.stack.description import Description, RunningStack, forget, remember
from carillon.stack.environment import url
from carillon.stack.options import StackOptions
from carillon.stack.sample_loading import listed_accounts
from carillon.stack.start_up import StartUp
from carillon.stack.waiting import until_ended

LEAVE_WITHIN_S = 10
LOOK_EVERY_S = 0.3
_KEEP_DATA = ("sinks", "broker", "postgres")


class Supervisor:
    """One stack, from its first process to its last. Raises StackRefused, WrongUsage."""

    def __init__(self, options: StackOptions, environment: Mapping[str, str], board: Board) -> None:
        self.board = board
        self.broken = False
        self._stack = prepare(options, environment, board)

    async def start(self) -> Description:
        """Start everything and wait until all of it is ready. Raises StackRefused; `end` must follow."""
        stack = self._stack
        stack.home.enter()
        for sentence in stack.ports.moved:
            self.board.say(sentence, "yellow")
        kept = stack.kept_accounts
        if kept not in {None, stack.options.accounts}:
            self.board.say(
                f"{stack.home.directory} holds an académie of {kept} people; it stays as it is.", "yellow"
            )
        self.board.expect(*stack.parts, *(["sample"] if stack.loads_sample else []))
        partners = write_partners(stack.home.partners)
        await StartUp(stack).run()
        remember(self.running_stack)
        return described(stack, partners)

    async def watch(self, leave: asyncio.Event) -> None:
        """Until asked to leave: say which process has died. The others keep running."""
        known_dead: set[str] = set()
        while not leave.is_set():
            for name, process in self._stack.processes.items():
                if name not in known_dead and not process.running:
                    known_dead.add(name)
                    self._say_dead(name)
            with suppress(TimeoutError):
                await asyncio.wait_for(leave.wait(), LOOK_EVERY_S)

    async def end(self) -> None:
        """End all processes: what takes requests first, what keeps the data last."""
        forget(os.getpid())
        running = self._stack.processes
        first = [process for name, process in reversed(running.items()) if name not in _KEEP_DATA]
        await until_ended(first, within_s=LEAVE_WITHIN_S)
        last = [running[name] for name in _KEEP_DATA if name in running]
        await until_ended(last, within_s=LEAVE_WITHIN_S)
        self._stack.home.leave(keep=self.broken)

    def kill(self) -> None:
        """End all processes at once."""
        for process in self._stack.processes.values():
            process.kill()

    @property
    def logs(self) -> str:
        """The directory of the logs, one file a part."""
        return str(self._stack.home.logs)

    @property
    def running_stack(self) -> RunningStack:
        """What other commands of this machine need to find this stack."""
        stack, outer = self._stack, self._stack.outer
        external = outer.get("KAFKA_IDEMPOTENCE", "true").lower() not in {"false", "0", "no"}
        return RunningStack(
            pid=os.getpid(),
            kafka=stack.environment.kafka,
            idempotence=external if stack.given.kafka else stack.broker.idempotence,
            code_keys=outer.get("CODE_KEYS") or stack.home.secrets().code_key,
            public_url=stack.environment.public_url,
            accounts_file=str(stack.home.accounts) if stack.has_sample else None,
            clock_file=outer.get("CARILLON_CLOCK_FILE"),
        )

    def _say_dead(self, name: str) -> None:
        process = self._stack.processes[name]
        self.broken = True
        self.board.show(name, "failed", f"ended with code {process.exit_code}")
        self.board.say(process.complaint(f"ended with code {process.exit_code}"), "red")
        self.board.say("The others keep running; nothing is started again by itself.", "red")


def described(stack: Context, partners: list[dict[str, object]]) -> Description:
    """A running stack as others are told about it."""
    at, given = stack.ports.by_name, stack.given
    sinks = "sinks" in stack.parts
    told = ("client_id", "client_secret", "partner_id", "name", "scopes", "territory")
    port_of = at | {"sinks": at.get("viewer")}
    return Description(
        front=url(at["front"]) if "front" in stack.parts else None,
        viewer=url(at["viewer"]) if sinks else None,
        kafka=stack.environment.kafka if given.kafka or "broker" in stack.parts else None,
        smtp=given.smtp or (f"{LOOPBACK}:{at['smtp']}" if sinks else None),
        sms=given.sms or (url(at["sms"]) if sinks else None),
        databases=stack.databases,
        services={name: {"pid": stack.processes[name].pid, "port": port_of[name]} for name in stack.parts},
        partners=[{key: partner[key] for key in told} for partner in partners],
        accounts=listed_accounts(stack.home) if stack.has_sample else [],
    )
