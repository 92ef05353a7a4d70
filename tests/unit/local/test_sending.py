"""`carillon send`: what it makes of its options, and how it says no."""

from datetime import timedelta
from pathlib import Path

import pytest

from carillon.sample.establishments import COLLEGE_OF_LEO, LYCEE_OF_INES
from carillon.sample.files import write_sample
from carillon.sample.people import INES, LEO, SONIA
from carillon.sending.durations import read_duration
from carillon.sending.publishing import made
from carillon.sending.sealed import sealed_secret
from carillon.sending.target import Target, find_target
from carillon.stack.description import RunningStack
from carillon.stack.options import StackRefused, WrongUsage
from shared.events.messages import MessageReceived
from shared.kit.sealing import Sealer, new_key


def a_target(accounts_file: Path | None = None) -> Target:
    stack = RunningStack(
        pid=1,
        kafka="127.0.0.1:1",
        idempotence=False,
        code_keys=new_key(),
        public_url="http://127.0.0.1:8400",
        accounts_file=str(accounts_file) if accounts_file else None,
    )
    return Target("127.0.0.1:1", False, stack)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_a_duration_is_read(text: str, duration: timedelta) -> None:
    assert read_duration(text, option="--expires-in") == duration


@pytest.mark.parametrize("text", ["", "0s", "-1h", "soon", "2 h", "1w"])
def test_what_is_no_duration_is_refused_by_the_options_name(text: str) -> None:
    with pytest.raises(WrongUsage, match="--expires-in expects a duration"):
        read_duration(text, option="--expires-in")


def test_a_wrong_value_is_told_by_its_field_and_not_repeated() -> None:
    with pytest.raises(WrongUsage) as refusal:
        made(
            MessageReceived,
            message_id="m1",
            establishment_uai="secret-value",
            sender={"kind": "person", "display_name": "M. Roche"},
            subject="Bonjour",
            recipients=("P1",),
            url="http://127.0.0.1/",
        )

    assert "establishment_uai" in str(refusal.value)
    assert "secret-value" not in str(refusal.value)


def test_people_of_one_school_need_not_name_it(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    with accounts.open("w", encoding="utf-8", newline="") as target:
        write_sample(20, target, lambda _: None)

    assert a_target(accounts).establishment_of([SONIA, INES]) == LYCEE_OF_INES.uai
    assert a_target(accounts).establishment_of([LEO, SONIA]) == COLLEGE_OF_LEO.uai
    with pytest.raises(WrongUsage, match="share no establishment"):
        a_target(accounts).establishment_of([LEO, INES])
    with pytest.raises(WrongUsage, match="--establishment is missing"):
        a_target().establishment_of([LEO])


def test_a_sealed_code_can_be_opened_with_the_same_keys() -> None:
    key = new_key()

    sealed = sealed_secret(key, channel="sms", destination="06 39 98 00 01", code="402739")

    assert Sealer(key).unseal(sealed).destination == "+33639980001"
    assert "402739" not in sealed


@pytest.mark.parametrize(
    ("channel", "destination"), [("sms", "12"), ("sms", "sonia@example.org"), ("email", "0639980001")]
)
def test_a_destination_that_cannot_be_reached_is_refused(channel: str, destination: str) -> None:
    with pytest.raises(WrongUsage, match=f"--destination cannot be used for {channel}"):
        sealed_secret(new_key(), channel=channel, destination=destination, code="1")


def test_without_a_stack_or_a_broker_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)

    with pytest.raises(StackRefused, match="No stack runs here: start one with `carillon up`"):
        find_target(None)
