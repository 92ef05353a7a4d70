import random

import pytest

from carillon.sinks.faults import Fault, Faults, read_fault
from shared.kernel.refusals import Refused


class Watch:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def some_faults(*documents: object, seed: int = 7) -> tuple[Faults, Watch]:
    watch = Watch()
    faults = Faults(now_s=watch, chance=random.Random(seed))
    for document in documents:
        assert isinstance(faults.add(read_fault(document)), Fault)
    return faults, watch


def test_a_fault_ends_with_its_seconds() -> None:
    faults, watch = some_faults({"kind": "smtp", "mode": "slow", "seconds": 30})

    watch.now_s = 29.9
    assert faults.strike("smtp", ("slow",))
    watch.now_s = 30.0
    assert faults.strike("smtp", ("slow",)) is None
    assert faults.active() == []


def test_a_share_strikes_that_share_of_the_tries_and_the_seed_repeats_it() -> None:
    fault = {"kind": "sms", "mode": "429", "share": 0.1}
    runs = [
        [faults.strike("sms", ("429",)) is not None for _ in range(2_000)]
        for faults in (some_faults(fault)[0], some_faults(fault)[0])
    ]

    assert runs[0] == runs[1]
    assert 150 < sum(runs[0]) < 250


def test_a_fault_for_one_address_leaves_the_others_alone() -> None:
    faults, _ = some_faults({"kind": "smtp", "mode": "reject_5xx", "for_address": " Ines@Example.org "})

    assert faults.strike("smtp", ("reject_5xx",), ("INES@example.org",))
    assert faults.strike("smtp", ("reject_5xx",), ("jean@example.org",)) is None
    assert faults.strike("smtp", ("reject_5xx",)) is None


def test_the_same_fault_said_twice_is_one_fault() -> None:
    faults, _ = some_faults(
        {"kind": "smtp", "mode": "slow", "share": 1}, {"kind": "smtp", "mode": "slow", "share": 0}
    )

    assert [fault.share for fault, _ in faults.active()] == [0.0]


def test_only_a_refusal_of_everything_shuts_the_door() -> None:
    faults, _ = some_faults(
        {"kind": "smtp", "mode": "refuse", "share": 0.5}, {"kind": "sms", "mode": "refuse"}
    )

    assert faults.closed_for_s("smtp") == 0
    assert faults.closed_for_s("sms") == 60


def test_what_was_struck_is_counted() -> None:
    faults, _ = some_faults({"kind": "smtp", "mode": "slow"})
    faults.strike("smtp", ("slow",))

    assert faults.struck == {"smtp.slow": 1}
    assert faults.clear() == 1


@pytest.mark.parametrize(
    "document",
    [
        None, [], "slow", {}, {"kind": "smtp"}, {"kind": "fax", "mode": "slow"}, {"kind": [], "mode": "slow"},
        {"kind": "smtp", "mode": "429"}, {"kind": "smtp", "mode": ["slow"]},
        {"kind": "smtp", "mode": "slow", "share": 1.1}, {"kind": "smtp", "mode": "slow", "share": True},
        {"kind": "smtp", "mode": "slow", "share": float("nan")}, {"kind": "smtp", "mode": "slow", "share": "0.1"},
        {"kind": "smtp", "mode": "slow", "seconds": 0}, {"kind": "smtp", "mode": "slow", "seconds": 1e9},
        {"kind": "smtp", "mode": "slow", "for_address": ""}, {"kind": "smtp", "mode": "slow", "for_address": 6},
        {"kind": "smtp", "mode": "slow", "slow_seconds": -1}, {"kind": "smtp", "mode": "slow", "sahre": 0.1},
    ],
)  # fmt: skip
def test_a_wrong_fault_is_refused_with_a_sentence(document: object) -> None:
    refused = read_fault(document)

    assert isinstance(refused, Refused)
    assert refused.detail.endswith(".")
