"""Apache Kafka without a container: resolved with Maven once, then one KRaft process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Self
from uuid import uuid4

from carillon.infrastructure.ports import LOOPBACK, answers, free_port
from carillon.infrastructure.processes import NotReady, Process

VERSION = "4.1.1"
READY_WITHIN_S = 60
RESOLVE_WITHIN_S = 600
_STARTED = "Kafka Server started"
_POM = Path(__file__).parents[3] / "kafka" / "pom.xml"

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=10
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=10
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
default.replication.factor=1
min.insync.replicas=1
"""


def cache_directory() -> Path:
    """Where the jars are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "carillon" / f"kafka-{VERSION}"


class ApacheKafka:
    """One broker and controller in one process; its data stays in `directory`, so it may be killed and started."""

    idempotence = True

    def __init__(self, directory: Path, port: int = 0, *, log: Path | None = None) -> None:
        self.directory = directory.absolute()
        self.port = port
        self._controller_port = 0
        self._log = log or self.directory / "kafka.log"
        self._process: Process | None = None

    @staticmethod
    def why_not() -> str | None:
        """A sentence when Apache Kafka cannot run here; none when it can."""
        if shutil.which("java") is None:
            return "Apache Kafka needs Java 17 or newer, and there is no `java` on the PATH"
        if not _resolved() and shutil.which("mvn") is None:
            return "Apache Kafka is resolved with Maven, and there is no `mvn` on the PATH"
        return None

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def process(self) -> Process:
        """The broker's process. Raises RuntimeError before `begin`."""
        if self._process is None:
            raise RuntimeError("Apache Kafka has not been started")
        return self._process

    def begin(self) -> Process:
        """Resolve and format if need be, start the process, return before it is ready. Raises NotReady."""
        missing = self.why_not()
        if missing:
            raise NotReady(missing)
        resolve()
        self.port = self.port or free_port()
        self._controller_port = self._controller_port or free_port()
        self._write_properties()
        if not (self.directory / "logs" / "meta.properties").exists():
            self._format()
        self._process = self._java("kafka.Kafka", str(self._properties), name="broker")
        self._process.start()
        return self._process

    def ready(self) -> bool:
        """Whether it has said so and accepts connections."""
        return _STARTED in self.process.said() and answers(self.port)

    def start(self) -> None:
        """Start it, for the first time or again, and wait until it answers. Raises NotReady."""
        self.begin().wait_until(self.ready, within_s=READY_WITHIN_S)

    def stop(self) -> None:
        """End it in order; what it holds stays on disk."""
        if self._process is not None:
            self._process.stop(within_s=20)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _properties(self) -> Path:
        return self.directory / "server.properties"

    def _write_properties(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        text = _PROPERTIES.format(
            host=LOOPBACK,
            port=self.port,
            controller_port=self._controller_port,
            logs=self.directory / "logs",
        )
        self._properties.write_text(text, encoding="utf-8")

    def _format(self) -> None:
        arguments = ("format", "-t", str(uuid4()), "-c", str(self._properties))
        storage = self._java("kafka.tools.StorageTool", *arguments, name="kafka storage")
        storage.start()
        try:
            storage.wait_until(lambda: storage.exit_code == 0, within_s=READY_WITHIN_S)
        finally:
            storage.stop()

    def _java(self, main: str, *arguments: str, name: str) -> Process:
        memory = ["-Xms128m", "-Xmx512m"]
        options = [
            "-Dorg.slf4j.simpleLogger.logFile=System.out",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
        ]
        jars = str(cache_directory() / "libs" / "*")
        return Process(
            name=name, command=["java", *memory, *options, "-cp", jars, main, *arguments], log=self._log
        )


def _resolved() -> bool:
    return (cache_directory() / "complete").exists()


def resolve() -> Path:
    """Fetch the jars with Maven unless they are in the cache; returns their directory. Raises NotReady."""
    libs = cache_directory() / "libs"
    if _resolved():
        return libs
    print("fetching Apache Kafka with Maven (once)", file=sys.stderr)
    libs.mkdir(parents=True, exist_ok=True)
    command = [
        "mvn",
        "-q",
        "-B",
        "-f",
        str(_POM),
        "dependency:copy-dependencies",
        f"-DoutputDirectory={libs}",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=RESOLVE_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotReady(f"Maven could not fetch Apache Kafka: {trouble}") from trouble
    if done.returncode:
        raise NotReady(f"Maven could not fetch Apache Kafka:\n{(done.stdout + done.stderr)[-2000:].strip()}")
    (cache_directory() / "complete").touch()
    return libs
