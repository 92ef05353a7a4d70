"""Topics from one file: what is missing is created, what differs is said, nothing that exists is changed."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code
from pydantic import Field, SecretStr

from shared.kit.broker import KafkaConnection
from shared.kit.settings import CommonSettings, SettingsProblem, read_settings
from shared.kit.topics_file import TopicsProblem, read_topics

ALREADY_EXISTS = 36
REQUEST_TIMEOUT_MS = 15_000
SEEN_WITHIN_S = 30.0
BROKER_WAIT_S = 60.0
POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class TopicsReport:
    """What `ensure_topics` found and did; `differing` = name → (partitions there, partitions in the file)."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    differing: Mapping[str, tuple[int, int]]


async def ensure_topics(
    connection: KafkaConnection,
    file: Path,
    *,
    replication_factor: int = 1,
    broker_wait_s: float = BROKER_WAIT_S,
) -> TopicsReport:
    """Create what is missing and wait until the broker shows it; running it again changes nothing.

    A broker that is still starting is waited for. Raises TopicsProblem.
    """
    wanted = {topic.name: topic for topic in read_topics(file).wanted(replication_factor)}
    admin = await _connected(connection, broker_wait_s)
    try:
        there = await _partitions(admin)
        missing = [topic for name, topic in wanted.items() if name not in there]
        await _create(admin, missing)
        there = await _shown(admin, set(wanted))
    except KafkaError as failure:
        raise TopicsProblem(
            f"Kafka refused ({type(failure).__name__}); nothing needs undoing, run it again."
        ) from failure
    finally:
        await admin.close()
    created = {topic.name for topic in missing}
    return TopicsReport(
        created=tuple(name for name in wanted if name in created),
        existing=tuple(name for name in wanted if name not in created),
        differing={
            name: (there[name], topic.num_partitions)
            for name, topic in wanted.items()
            if there[name] != topic.num_partitions
        },
    )


async def _connected(connection: KafkaConnection, wait_s: float) -> AIOKafkaAdminClient:
    deadline = asyncio.get_running_loop().time() + wait_s
    while True:
        admin = AIOKafkaAdminClient(
            **connection.options(), client_id="carillon-topics", request_timeout_ms=REQUEST_TIMEOUT_MS
        )
        try:
            await admin.start()
        except KafkaError:
            await admin.close()
            if asyncio.get_running_loop().time() >= deadline:
                raise TopicsProblem(
                    f"No Kafka broker answers at KAFKA_BOOTSTRAP_SERVERS={connection.bootstrap_servers}."
                ) from None
            await asyncio.sleep(POLL_S)
        else:
            return admin


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Every topic of the cluster. Asking for one by name would create it on a broker that creates what it hears."""
    return {
        topic["topic"]: len(topic["partitions"])
        for topic in await admin.describe_topics()
        if topic["error_code"] == 0
    }


async def _create(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> None:
    if not topics:
        return
    response: Any = await admin.create_topics(topics, timeout_ms=REQUEST_TIMEOUT_MS)
    refused = [
        f"{name}: {for_code(code).__name__}"
        for name, code in ((answer[0], answer[1]) for answer in response.topic_errors)
        if code not in {0, ALREADY_EXISTS}  # another run may have been quicker
    ]
    if refused:
        raise TopicsProblem(f"Kafka did not create {', '.join(refused)}.")


async def _shown(admin: AIOKafkaAdminClient, names: set[str]) -> dict[str, int]:
    deadline = asyncio.get_running_loop().time() + SEEN_WITHIN_S
    while True:
        there = await _partitions(admin)
        unseen = names - {name for name, partitions in there.items() if partitions}
        if not unseen:
            return there
        if asyncio.get_running_loop().time() >= deadline:
            raise TopicsProblem(f"Kafka accepted but does not show {', '.join(sorted(unseen))}.")
        await asyncio.sleep(POLL_S)


class TopicsSettings(CommonSettings):
    """The Kafka part of the settings; no database and no public address is needed to create topics."""

    database_url: SecretStr = SecretStr("postgresql://none")
    public_url: str = "https://none.invalid"
    kafka_replication_factor: int | None = Field(
        default=None,
        ge=1,
        le=9,
        description="copies of each record: 1 to 9; by default 1 in local, 3 in production",
    )

    @property
    def copies(self) -> int:
        return self.kafka_replication_factor or (1 if self.local else 3)


def sentences(report: TopicsReport) -> Iterable[str]:
    """The report for a person."""
    yield f"{len(report.created)} topics created, {len(report.existing)} were there."
    for name in report.created:
        yield f"  created {name}"


def warnings(report: TopicsReport) -> Iterable[str]:
    """What an operator should look at."""
    for name, (there, wanted) in report.differing.items():
        yield (
            f"{name} has {there} partitions and the file says {wanted}: left as it is, "
            "because changing the number moves keys to other partitions."
        )


def main() -> None:
    """`carillon-topics FILE`: exit 0 done, 1 refused or failed with a sentence, 2 wrong usage."""
    import typer

    def topics(
        file: Annotated[Path, typer.Argument(help="the file of topics, e.g. deploy/topics.yaml")],
        replication_factor: Annotated[
            int | None,
            typer.Option(min=1, max=9, help="copies of each record; KAFKA_REPLICATION_FACTOR otherwise"),
        ] = None,
    ) -> None:
        """Create the topics that are missing; running it again changes nothing. Reads the KAFKA_* settings."""
        try:
            settings = read_settings(TopicsSettings)
            copies = replication_factor or settings.copies
            report = asyncio.run(ensure_topics(KafkaConnection.of(settings), file, replication_factor=copies))
        except (SettingsProblem, TopicsProblem) as problem:
            typer.echo(str(problem), err=True)
            sys.exit(1)
        for line in sentences(report):
            typer.echo(line)
        for line in warnings(report):
            typer.echo(f"warning: {line}", err=True)

    typer.run(topics)
