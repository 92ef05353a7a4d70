"""The parts of a rig: PostgreSQL, a broker, the sinks, and as many notifiers as one likes."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import httpx

from carillon.infrastructure import ApacheKafka, EmbeddedBroker, EmbeddedPostgres, Process
from carillon.infrastructure.ports import LOOPBACK, free_port
from shared.kit.broker import KafkaConnection
from shared.kit.migrations import migrate_now
from shared.kit.sealing import new_key
from shared.kit.topics import ensure_topics

READY_WITHIN_S = 60
SMS_ACCOUNT = "AC" + "0" * 32
SMS_TOKEN = "rig-token"  # noqa: S105 - the sink accepts any
TOPICS_FILE = Path(__file__).parents[4] / "topics.yaml"


class Rig:
    """Real parts under one roof, ended together; a part may be killed and started again.

    `settings` are added to every notifier's environment. Raises NotReady when a part does not come up.
    """

    def __init__(
        self, directory: Path, *, apache: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        self.directory = directory
        self.postgres = EmbeddedPostgres(directory / "postgres", buffers_mib=256)
        self.kafka: ApacheKafka | EmbeddedBroker = (
            ApacheKafka(directory / "kafka") if apache else EmbeddedBroker(log=directory / "broker.log")
        )
        self.sinks = Process(
            name="sinks",
            command=[
                sys.executable,
                "-m",
                "carillon.sinks",
                "--smtp-port",
                "0",
                "--sms-port",
                "0",
                "--viewer-port",
                "0",
            ],
            log=directory / "sinks.log",
        )
        self.dsn = ""
        self.code_key = new_key()
        self._settings = dict(settings or {})
        self._ports: dict[str, int] = {}
        self._notifiers: list[Process] = []

    @property
    def connection(self) -> KafkaConnection:
        """How a producer reaches the broker."""
        return KafkaConnection(self.kafka.bootstrap_servers, idempotence=self.kafka.idempotence)

    @property
    def viewer(self) -> str:
        """The sinks' own page and JSON."""
        return f"http://{LOOPBACK}:{self._ports['viewer_port']}"

    @property
    def smtp_port(self) -> int:
        return self._ports["smtp_port"]

    def start(self) -> None:
        """Start everything but the notifiers."""
        self.postgres.begin()
        self.kafka.begin()
        self.sinks.start()
        self.sinks.wait_until(self._sinks_ready, within_s=READY_WITHIN_S)
        self.postgres.process.wait_until(self.postgres.ready, within_s=READY_WITHIN_S)
        self.dsn = self.postgres.create_service_databases(("notifier",))["notifier"]
        self.kafka.process.wait_until(self.kafka.ready, within_s=READY_WITHIN_S)
        with ThreadPoolExecutor(1) as beside:  # the caller may be inside a running loop
            beside.submit(migrate_now, self.dsn, "notifier").result()
            beside.submit(asyncio.run, ensure_topics(self.connection, TOPICS_FILE)).result()

    def end_notifiers(self) -> None:
        """End every notifier in order."""
        for notifier in self._notifiers:
            notifier.ask_to_end()
        for notifier in self._notifiers:
            notifier.stop(within_s=30)
        self._notifiers.clear()

    def stop(self) -> None:
        """End everything, the notifiers first."""
        self.end_notifiers()
        self.sinks.stop()
        self.kafka.stop()
        self.postgres.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def notifier(
        self, name: str = "notifier", *, roles: str | None = None, settings: Mapping[str, str] | None = None
    ) -> Process:
        """A notifier, started and ready."""
        port = free_port()
        command = [str(Path(sys.executable).with_name("carillon-notifier")), "serve"]
        process = Process(
            name=name,
            command=command + (["--roles", roles] if roles else []),
            log=self.directory / f"{name}.log",
            environment=self.environment(port) | dict(settings or {}),
        )
        process.start()
        self._notifiers.append(process)
        process.wait_until(lambda: _ready(port), within_s=READY_WITHIN_S)
        return process

    def environment(self, port: int = 0) -> dict[str, str]:
        """What a notifier of this rig is told."""
        return {
            **os.environ,
            "CARILLON_ENV": "local",
            "DATABASE_URL": self.dsn,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
            "KAFKA_IDEMPOTENCE": "true" if self.kafka.idempotence else "false",
            "KAFKA_SESSION_TIMEOUT_MS": "6000" if self.kafka.idempotence else "2000",
            "HTTP_HOST": LOOPBACK,
            "HTTP_PORT": str(port),
            "LOG_FORMAT": "json",
            "CODE_KEYS": self.code_key,
            "SMTP_RELAYS": f"smtp://{LOOPBACK}:{self._ports['smtp_port']}",
            "SMS_GATEWAYS": f"twilio+http://{SMS_ACCOUNT}:{SMS_TOKEN}@{LOOPBACK}:{self._ports['sms_port']}?from=CARILLON",
            "MAIL_FROM": "ENT <ne-pas-repondre@ent.example.org>",
            "AUTH_URL": f"http://{LOOPBACK}:9",
            "INTROSPECTION_CLIENT_ID": "rig",
            "INTROSPECTION_CLIENT_SECRET": "rig-introspection-secret-of-32-bytes",
            "PYTHONUNBUFFERED": "1",
            **self._settings,
        }

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """Every mail or SMS the sinks have accepted, oldest first."""
        answer = httpx.get(f"{self.viewer}/api/messages", params={"kind": kind, "limit": 200_000}, timeout=60)
        listed: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return listed

    def accepted(self, kind: str) -> int:
        """How many the sinks have accepted since they started; cheap."""
        return int(httpx.get(f"{self.viewer}/api/stats", timeout=10).json()["received"][kind])

    def fault(self, **fault: Any) -> None:
        """Tell the sinks to fail."""
        httpx.post(f"{self.viewer}/api/faults", json=fault, timeout=10).raise_for_status()

    def heal(self) -> None:
        """End every fault."""
        httpx.delete(f"{self.viewer}/api/faults", timeout=10).raise_for_status()

    def _sinks_ready(self) -> bool:
        for line in self.sinks.said().splitlines():
            if line.startswith("{"):
                self._ports = {
                    name: value for name, value in json.loads(line).items() if name.endswith("_port")
                }
                return True
        return False


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
