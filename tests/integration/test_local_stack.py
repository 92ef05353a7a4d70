"""`carillon up`: what it says when ready, what it leaves behind (nothing), and how it says that something is wrong."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest
from aiokafka import AIOKafkaProducer

from carillon.infrastructure import ApacheKafka, EmbeddedPostgres
from tests.waiting import eventually

CARILLON = str(Path(sys.executable).with_name("carillon"))
ANY_PORTS = ("--port=0", "--viewer-port=0", "--smtp-port=0", "--sms-port=0")
SMALL = "--only=postgres,broker,sinks,front"
READY_WITHIN_S = 90
END_WITHIN_S = 20

KEYS = {"front", "viewer", "kafka", "smtp", "sms", "databases", "services", "partners", "accounts"}


class Stack:
    """A stack started by a command of its own, and its description."""

    def __init__(self, child: asyncio.subprocess.Process, errors: Path) -> None:
        self.child = child
        self._errors = errors
        self.description: dict[str, Any] = {}

    @property
    def said(self) -> str:
        """What it wrote for a person."""
        return self._errors.read_text(encoding="utf-8")

    async def until_ready(self) -> None:
        assert self.child.stdout is not None
        line = await asyncio.wait_for(self.child.stdout.readline(), READY_WITHIN_S)
        assert line, self.said
        self.description = json.loads(line)

    def processes(self) -> list[psutil.Process]:
        """The supervisor and all that it has started, however deep."""
        supervisor = psutil.Process(self.child.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.child.returncode is None:
            self.child.send_signal(number)
        return await asyncio.wait_for(self.child.wait(), END_WITHIN_S)


Start = Callable[..., Any]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """`async with start("--only=…") as stack` runs `carillon up --json` until the block ends."""

    @asynccontextmanager
    async def started(*arguments: str, **environment: str) -> AsyncIterator[Stack]:
        errors = tmp_path / "stderr.txt"
        with errors.open("wb") as stderr:
            child = await asyncio.create_subprocess_exec(
                *(CARILLON, "up", "--json", *arguments),
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)} | environment,
                limit=10_000_000,
            )
        stack = Stack(child, errors)
        try:
            yield stack
        finally:
            await stack.end()

    return started


async def carillon(*arguments: str, **environment: str) -> tuple[int, str, str]:
    child = await asyncio.create_subprocess_exec(
        *(CARILLON, *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | environment,
    )
    output, errors = await asyncio.wait_for(child.communicate(), READY_WITHIN_S)
    assert child.returncode is not None
    return child.returncode, output.decode(), errors.decode()


async def all_gone(processes: list[psutil.Process]) -> None:
    await eventually(
        lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes),
        within_s=END_WITHIN_S,
        what="the end of every process",
    )


async def test_the_json_line_has_every_key_and_the_end_leaves_no_process(start: Start) -> None:
    async with start(SMALL, *ANY_PORTS) as stack:
        await stack.until_ready()
        processes = stack.processes()
        told = stack.description

        assert set(told) == KEYS
        assert set(told["databases"]) == {"auth", "preferences", "activation", "notifier"}
        assert set(told["services"]) == {"postgres", "broker", "sinks", "front"}
        assert all(set(service) == {"pid", "port"} for service in told["services"].values())
        assert {"client_id", "client_secret", "partner_id", "name", "scopes", "territory"} == set(
            told["partners"][0]
        )
        async with httpx.AsyncClient(trust_env=False) as client:
            front = await client.get(f"{told['front']}/metrics")
            viewer = await client.get(f"{told['viewer']}/api/messages")
        assert front.status_code == 404
        assert viewer.status_code == 200

        assert await stack.end() == 0
        await all_gone(processes)
        assert await stack.child.stdout.read() == b""  # one line and nothing else


async def test_a_killed_supervisor_takes_everything_with_it(start: Start) -> None:
    async with start(SMALL, *ANY_PORTS) as stack:
        await stack.until_ready()
        processes = stack.processes()

        await stack.end(signal.SIGKILL)

        await all_gone(processes)


async def test_a_part_that_dies_is_said_and_not_started_again(start: Start) -> None:
    async with start(SMALL, *ANY_PORTS) as stack:
        await stack.until_ready()

        os.kill(stack.description["services"]["sinks"]["pid"], signal.SIGKILL)

        await eventually(
            lambda: "sinks ended with code -9" in stack.said, what="the sentence about the sinks"
        )
        assert "nothing is started again by itself" in stack.said
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{stack.description['front']}/metrics")).status_code == 404
        assert await stack.end() == 1


async def test_a_taken_port_is_named_with_what_it_was_for(tmp_path: Path) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]

        code, output, errors = await carillon(
            "up", SMALL, f"--port={taken}", *ANY_PORTS[1:], XDG_RUNTIME_DIR=str(tmp_path)
        )

    assert (code, output) == (1, "")
    assert f"Port {taken} is already in use; it was for the front" in errors


async def test_wrong_usage_is_exit_2_with_a_sentence() -> None:
    code, _, errors = await carillon("up", "--only=postgres,mainframe")

    assert code == 2
    assert "not mainframe" in errors


async def test_a_part_that_cannot_start_ends_the_start_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("9.4\n")

    code, output, errors = await carillon(
        "up", "--json", "--only=postgres,sinks", f"--data={tmp_path}", *ANY_PORTS
    )

    assert (code, output) == (1, "")
    assert "postgres ended with code" in errors
    assert str(tmp_path / "logs" / "postgres.log") in errors


async def test_a_kept_directory_keeps_its_databases_and_admits_one_stack(
    start: Start, tmp_path: Path
) -> None:
    data = f"--data={tmp_path / 'data'}"
    async with start("--only=postgres", data) as stack:
        await stack.until_ready()
        first = stack.description["databases"]["auth"]
        connection = await asyncpg.connect(first)
        await connection.execute("create table kept as select 1 as one")
        await connection.close()
        code, _, errors = await carillon("up", "--only=postgres", data)
        assert (code, "Another stack is running" in errors) == (1, True)

    async with start("--only=postgres", data) as stack:
        await stack.until_ready()
        again = await asyncpg.connect(stack.description["databases"]["auth"])
        assert await again.fetchval("select one from kept") == 1
        await again.close()


async def test_send_finds_the_running_stack_and_prints_the_events_id(start: Start, tmp_path: Path) -> None:
    arguments = (
        "send",
        "message",
        "--to=P1",
        "--from-name=M. Roche",
        "--subject=Bonjour",
        "--establishment=0690001A",
    )
    async with start("--only=broker", *ANY_PORTS) as stack:
        await stack.until_ready()

        code, output, errors = await carillon(
            *arguments, XDG_RUNTIME_DIR=str(tmp_path), KAFKA_BOOTSTRAP_SERVERS=""
        )

        assert (code, errors) == (0, "")
        assert len(output.strip()) == 36

    code, output, errors = await carillon(
        *arguments, XDG_RUNTIME_DIR=str(tmp_path), KAFKA_BOOTSTRAP_SERVERS=""
    )
    assert (code, output) == (1, "")
    assert "No stack runs here" in errors


async def test_a_broker_from_the_environment_is_used_instead_of_our_own(start: Start) -> None:
    async with start("--only=broker", *ANY_PORTS) as other:
        await other.until_ready()
        kafka = other.description["kafka"]

        async with start("--only=broker,sinks", *ANY_PORTS, KAFKA_BOOTSTRAP_SERVERS=kafka) as stack:
            await stack.until_ready()

            assert stack.description["kafka"] == kafka
            assert set(stack.description["services"]) == {"sinks"}


async def test_a_service_cannot_enter_the_database_of_another(postgres: EmbeddedPostgres) -> None:
    postgres.create_database("one_of_ours")
    other = postgres.create_database("another_of_ours")

    for elsewhere in ("one_of_ours", "postgres"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(f"{other.rpartition('/')[0]}/{elsewhere}")


@pytest.mark.kafka
async def test_apache_kafka_keeps_what_it_acknowledged_through_a_crash(tmp_path: Path) -> None:
    if reason := ApacheKafka.why_not():
        pytest.skip(reason)
    with ApacheKafka(tmp_path) as kafka:
        servers = kafka.bootstrap_servers

        kafka.kill()
        kafka.start()

        assert kafka.bootstrap_servers == servers
        producer = AIOKafkaProducer(bootstrap_servers=servers)
        await producer.start()
        await producer.stop()


async def test_asked_to_end_while_starting_it_ends_at_once_and_leaves_nothing(start: Start) -> None:
    async with start(*ANY_PORTS) as stack:
        await eventually(lambda: "postgres" in stack.said, what="the first part")
        processes = stack.processes()

        assert await stack.end(signal.SIGINT) == 0

        await all_gone(processes)
        assert await stack.child.stdout.read() == b""


async def test_the_demo_accounts_for_everybody(tmp_path: Path) -> None:
    code, output, errors = await carillon(
        *("demo", "--once", *ANY_PORTS, "--accounts=120"),
        XDG_RUNTIME_DIR=str(tmp_path),
        LC_ALL="C.UTF-8",
        COLUMNS="200",
    )

    assert code == 0, errors
    people, mails, no_mail = (
        int(found[1]) if (found := re.search(pattern, output)) else -1
        for pattern in (r"to (\d+) people", r"e-mails sent: (\d+)", r"no e-mail: (\d+)")
    )
    assert mails + no_mail == people
    assert "Sonia Benali-Lefèvre: message email — received" in output
    assert "The first mail arrived" in output
    assert "Sonia Benali-Lefèvre: identifier sonia.benali-lefevre, first password " in output
    assert "Hélène Vial: identifier helene.vial, password " in output
