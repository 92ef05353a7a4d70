"""A service as a real process, and its commands as an operator types them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.kit.broker import KafkaConnection
from tests.waiting import eventually

ENDS_WITHIN_S = 30


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int | None
    out: str
    err: str


@dataclass(frozen=True)
class ServiceProcess:
    """The console script `carillon-<name>` with the environment that the local stack would give it."""

    name: str
    dsn: str
    kafka: KafkaConnection
    port: int
    more: Mapping[str, str]

    async def run(self, *arguments: str, **environment: str) -> Ran:
        """Run a command to its end."""
        process = await asyncio.create_subprocess_exec(
            self._script,
            *arguments,
            env=self._environment | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        return Ran(process.returncode, out.decode(), err.decode())

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[httpx.AsyncClient]:
        """Serve until the end of the block; gives a client once the service is ready."""
        process = await asyncio.create_subprocess_exec(self._script, "serve", env=self._environment)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
                await eventually(lambda: _ready(client), what=f"readiness of {self.name}")
                yield client
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(ENDS_WITHIN_S):
                    assert await process.wait() in {0, -signal.SIGTERM}
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    @property
    def _script(self) -> str:
        return str(Path(sys.executable).with_name(f"carillon-{self.name}"))

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "CARILLON_ENV": "local",
            "DATABASE_URL": self.dsn,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
            "HTTP_PORT": str(self.port),
            "LOG_FORMAT": "json",
            **self.more,
        }


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False
