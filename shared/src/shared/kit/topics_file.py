"""What `deploy/topics.yaml` may say: partitions, retention, compaction, and a twin for dead letters."""

from pathlib import Path
from typing import Annotated

import yaml
from aiokafka.admin import NewTopic
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

HOUR_MS = 3_600_000
MINUTE_MS = 60_000

Count = Annotated[int, Field(ge=1)]


class TopicsProblem(Exception):
    """The file is wrong, or the broker refused; the text is a sentence for an operator."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Topic(_Entry):
    """One line of the file: kept for a while, or compacted, never both."""

    partitions: Count
    retention_hours: Count | None = None
    segment_minutes: Count | None = None
    compacted: bool = False

    @model_validator(mode="after")
    def _one_way_to_forget(self) -> "Topic":
        if self.compacted == (self.retention_hours is not None):
            raise ValueError("give either retention_hours or compacted: true")
        return self


class DeadLetters(_Entry):
    """What the twins have in common."""

    retention_hours: Count
    record_bytes_max: Count


class Compaction(_Entry):
    """What the compacted topics have in common."""

    dirty_ratio_min: Annotated[float, Field(gt=0, le=1)]
    segment_minutes: Count
    tombstone_hours: Annotated[int, Field(ge=24)]


class TopicsFile(_Entry):
    """The whole of `deploy/topics.yaml`."""

    record_bytes_max: Count
    dead_letters: DeadLetters
    compaction: Compaction
    topics: dict[str, Topic]

    @model_validator(mode="after")
    def _twins_hold_their_origins(self) -> "TopicsFile":
        if self.dead_letters.record_bytes_max <= self.record_bytes_max:
            raise ValueError("dead_letters.record_bytes_max must exceed record_bytes_max")
        return self

    def wanted(self, replication_factor: int) -> list[NewTopic]:
        """Every topic with its twin, ready to be asked for."""
        return [
            NewTopic(
                name, partitions, replication_factor, topic_configs=_durable(configs, replication_factor)
            )
            for topic, entry in self.topics.items()
            for name, partitions, configs in (
                (topic, entry.partitions, self._configs(entry)),
                (f"{topic}.dlq", 1, self._twin_configs()),
            )
        ]

    def _configs(self, entry: Topic) -> dict[str, str]:
        size = {"max.message.bytes": str(self.record_bytes_max)}
        if entry.compacted:
            return size | {
                "cleanup.policy": "compact",
                "min.cleanable.dirty.ratio": str(self.compaction.dirty_ratio_min),
                "segment.ms": str(self.compaction.segment_minutes * MINUTE_MS),
                "delete.retention.ms": str(self.compaction.tombstone_hours * HOUR_MS),
            }
        kept = {"cleanup.policy": "delete", "retention.ms": str((entry.retention_hours or 0) * HOUR_MS)}
        rolled = {"segment.ms": str(entry.segment_minutes * MINUTE_MS)} if entry.segment_minutes else {}
        return size | kept | rolled

    def _twin_configs(self) -> dict[str, str]:
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.dead_letters.retention_hours * HOUR_MS),
            "max.message.bytes": str(self.dead_letters.record_bytes_max),
        }


def _durable(configs: dict[str, str], replication_factor: int) -> dict[str, str]:
    """With three copies, an acknowledged record is on two: one broker may be away and none is lost."""
    return configs | ({"min.insync.replicas": "2"} if replication_factor > 2 else {})


def read_topics(file: Path) -> TopicsFile:
    """Read the file. Raises TopicsProblem."""
    try:
        return TopicsFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as failure:
        raise TopicsProblem(f"{file} cannot be read ({type(failure).__name__}).") from failure
    except ValidationError as refusal:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}" for fault in refusal.errors()
        ]
        raise TopicsProblem(f"{file} is wrong: {'; '.join(faults)}.") from None
