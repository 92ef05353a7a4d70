"""`deploy/topics.yaml`: every topic of the catalogue, each with room for its dead letters."""

from pathlib import Path

import pytest

from shared.events.catalogue import PRODUCERS
from shared.events.orders import LANES, DeliveryOrdered, lane_topic
from shared.kit.topics import TopicsReport, warnings
from shared.kit.topics_file import TopicsFile, TopicsProblem, read_topics

FILE = Path(__file__).parents[3] / "deploy" / "topics.yaml"
HOUR_MS = 3_600_000


def configs(name: str, copies: int = 1) -> dict[str, str]:
    wanted = {topic.name: topic for topic in read_topics(FILE).wanted(copies)}
    return dict(wanted[name].topic_configs)


def test_every_topic_that_an_event_travels_on_is_in_the_file() -> None:
    travelled = {data.topic for data in PRODUCERS if data is not DeliveryOrdered} | set(
        map(lane_topic, LANES)
    )

    assert set(read_topics(FILE).topics) == travelled


def test_codes_are_gone_after_an_hour_and_their_open_file_is_closed_well_before() -> None:
    assert configs("ent.codes")["retention.ms"] == str(HOUR_MS)
    assert configs("ent.codes")["segment.ms"] == str(HOUR_MS // 6)


@pytest.mark.parametrize("topic", ["ent.accounts", "ent.preferences", "ent.partners"])
def test_what_is_known_is_compacted_and_tombstones_outlive_a_day(topic: str) -> None:
    kept = configs(topic)

    assert (kept["cleanup.policy"], kept["min.cleanable.dirty.ratio"]) == ("compact", "0.1")
    assert int(kept["delete.retention.ms"]) >= 24 * HOUR_MS


def test_a_twin_holds_two_weeks_of_records_larger_than_any_origins() -> None:
    twin, origin = configs("ent.messages.dlq"), configs("ent.messages")

    assert twin["retention.ms"] == str(14 * 24 * HOUR_MS)
    assert int(twin["max.message.bytes"]) >= int(origin["max.message.bytes"]) + 100_000


def test_with_three_copies_an_acknowledged_record_is_on_two() -> None:
    assert configs("ent.alerts", copies=3)["min.insync.replicas"] == "2"
    assert "min.insync.replicas" not in configs("ent.alerts", copies=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "topics: [",
        "topics: {a: {partitions: 0}}",
        "topics: {a: {partitions: 1, compacted: true, retention_hours: 1}}",
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(text)

    with pytest.raises(TopicsProblem, match=r"topics\.yaml"):
        read_topics(file)


def test_another_number_of_partitions_is_told_and_left_alone() -> None:
    report = TopicsReport(created=(), existing=("ent.codes",), differing={"ent.codes": (1, 3)})

    assert "ent.codes has 1 partitions and the file says 3" in next(iter(warnings(report)))
    assert isinstance(read_topics(FILE), TopicsFile)
