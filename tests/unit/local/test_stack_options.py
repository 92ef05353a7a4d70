"""What `carillon up` is asked for, what its environment gives, and which ports it takes."""

import socket
from collections.abc import Iterator

import pytest

from carillon.infrastructure.ports import LOOPBACK, free_port, is_free
from carillon.stack.options import (
    PARTS,
    Given,
    StackOptions,
    StackRefused,
    WrongUsage,
    parts_to_start,
    read_only,
)
from carillon.stack.port_plan import plan_ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as somebody:
        somebody.bind((LOOPBACK, 0))
        somebody.listen()
        yield somebody.getsockname()[1]


def nothing_given() -> Given:
    return Given.read({})


def test_everything_is_started_when_nothing_is_given() -> None:
    assert parts_to_start(StackOptions(), nothing_given()) == PARTS


def test_what_the_environment_gives_is_not_started() -> None:
    given = Given.read(
        {
            "KAFKA_BOOTSTRAP_SERVERS": "kafka.example.org:9092",
            "SMTP_RELAYS": "smtps://user:secret@mail.example.org",
            "SMS_GATEWAYS": "twilio+http://AC1:token@127.0.0.1:9000?from=X",
        }
    )

    parts = parts_to_start(StackOptions(), given)

    assert parts == ("postgres", "auth", "preferences", "activation", "notifier", "front")
    assert given.smtp == "mail.example.org:587"
    assert given.sms == "http://127.0.0.1:9000"


def test_the_sinks_run_while_one_of_the_two_gateways_is_ours() -> None:
    given = Given.read({"SMTP_RELAYS": "smtp://127.0.0.1:25"})

    assert "sinks" in parts_to_start(StackOptions(), given)


def test_postgres_runs_while_one_database_is_ours() -> None:
    three = {f"DATABASE_URL_{name}": "postgresql://x" for name in ("AUTH", "PREFERENCES", "NOTIFIER")}

    assert "postgres" in parts_to_start(StackOptions(), Given.read(three))
    assert "postgres" not in parts_to_start(
        StackOptions(), Given.read(three | {"DATABASE_URL_ACTIVATION": "postgresql://x"})
    )


def test_only_keeps_the_order_of_the_stack() -> None:
    assert read_only("sinks, postgres") == ("postgres", "sinks")


@pytest.mark.parametrize("names", ["", "postgres,kafka", ","])
def test_only_refuses_what_is_not_a_part(names: str) -> None:
    with pytest.raises(WrongUsage, match="--only takes names among postgres, broker"):
        read_only(names)


@pytest.mark.parametrize(
    ("only", "sentence"),
    [
        (("auth", "broker"), "auth needs a database"),
        (("auth", "postgres"), "auth needs Kafka"),
        (("notifier", "postgres", "broker"), "notifier needs gateways"),
    ],
)
def test_a_part_without_what_it_stands_on_is_wrong_usage(only: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        parts_to_start(StackOptions(only=only), nothing_given())


def test_a_taken_port_is_named_with_what_it_was_for(taken: int) -> None:
    with pytest.raises(StackRefused, match=f"Port {taken} is already in use; it was for the front"):
        plan_ports(StackOptions(port=taken), ("front",))


def test_every_taken_port_is_named_at_once(taken: int) -> None:
    options = StackOptions(port=taken, smtp_port=taken, viewer_port=0, sms_port=0)

    with pytest.raises(StackRefused) as refusal:
        plan_ports(options, PARTS)

    assert "--port" in str(refusal.value)
    assert "the mail sink" in str(refusal.value)


def test_beside_another_stack_the_sinks_move_and_say_so(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carillon.stack.port_plan.DEFAULT_SMTP_PORT", taken)
    options = StackOptions(port=free_port(), smtp_port=taken, viewer_port=0, sms_port=0)

    plan = plan_ports(options, PARTS)

    assert plan["smtp"] != taken
    assert plan.moved == (f"port {taken} is in use: the mail sink is on {plan['smtp']}",)


def test_no_two_parts_share_a_port() -> None:
    options = StackOptions(port=0, viewer_port=0, smtp_port=0, sms_port=0)

    plan = plan_ports(options, PARTS)

    ports = plan.by_name.values()
    assert len(set(ports)) == len(ports)
    assert all(is_free(port) for port in ports)
