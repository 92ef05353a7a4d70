"""What the steps of one stack share: what was asked for, where it lives, which processes run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from carillon.infrastructure.apache_kafka import ApacheKafka
from carillon.infrastructure.embedded_broker import EmbeddedBroker
from carillon.infrastructure.processes import Process
from carillon.stack.board import Board
from carillon.stack.environment import Environment
from carillon.stack.home import Home
from carillon.stack.options import Given, StackOptions, StackRefused, parts_to_start
from carillon.stack.parts import Parts
from carillon.stack.port_plan import PortPlan, plan_ports


@dataclass(slots=True, kw_only=True)
class Context:
    """One stack; `processes` and `databases` fill while it starts."""

    options: StackOptions
    outer: Mapping[str, str]
    board: Board
    given: Given
    parts: tuple[str, ...]
    ports: PortPlan
    home: Home
    broker: EmbeddedBroker | ApacheKafka
    environment: Environment
    make: Parts
    databases: dict[str, str]
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def has_sample(self) -> bool:
        """Whether people of the sample are in this stack."""
        return self.options.sample and "auth" in self.parts

    @property
    def loads_sample(self) -> bool:
        """Whether they still have to be loaded."""
        return self.has_sample and not self.home.sample_loaded.exists()

    @property
    def kept_accounts(self) -> int | None:
        """The size of the sample that a kept directory already holds."""
        loaded = self.home.sample_loaded
        return int(loaded.read_text(encoding="ascii")) if self.has_sample and loaded.exists() else None

    @property
    def broker_remembers(self) -> bool:
        """Whether what was published before this start can still be read."""
        return self.given.kafka is not None or isinstance(self.broker, ApacheKafka)

    def begin(self, name: str, process: Process) -> Process:
        """Start a process that stays."""
        self.board.show(name, "starting")
        self.processes[name] = process
        process.start()
        return process


def prepare(options: StackOptions, outer: Mapping[str, str], board: Board) -> Context:
    """Judge what was asked and choose ports; nothing is started yet. Raises StackRefused, WrongUsage."""
    given = Given.read(outer)
    parts = parts_to_start(options, given)
    ports = plan_ports(options, parts)
    missing = ApacheKafka.why_not() if options.broker == "kafka" and "broker" in parts else None
    if missing:
        raise StackRefused(f"{missing}.")
    home = Home(options.data)
    broker: EmbeddedBroker | ApacheKafka = (
        EmbeddedBroker(ports["broker"], log=home.log("broker"))
        if options.broker == "embedded"
        else ApacheKafka(home.directory / "kafka", ports["broker"], log=home.log("broker"))
    )
    environment = Environment(outer, given=given, home=home, ports=ports, idempotence=broker.idempotence)
    return Context(
        options=options,
        outer=outer,
        board=board,
        given=given,
        parts=parts,
        ports=ports,
        home=home,
        broker=broker,
        environment=environment,
        make=Parts(home, environment, ports),
        databases=dict(given.databases),
    )
