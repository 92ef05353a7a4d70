"""Folding a batch of states: tombstones, versions, keys."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events.envelope import Event
from shared.kit.consumer import DeadLetter, Received
from shared.kit.projection import Snapshots, newest_of


@dataclass(frozen=True)
class State:
    key: str
    version: int


def received(*states: State | str) -> list[Received]:
    """Records in order; a bare key is a tombstone."""
    return [Received(_event(one), "ent.accounts", 0, at, None) for at, one in enumerate(states)]


def _event(one: State | str) -> Event[Any]:
    key, data = (one, None) if isinstance(one, str) else (one.key, one)
    return Event("id", "/tests", "type", datetime.now(UTC), key, data)


def folded(batch: list[Received]) -> Snapshots:
    return newest_of(batch, State)


def test_the_newest_version_of_each_key_is_kept() -> None:
    snapshots = folded(received(State("a", 2), State("b", 1), State("a", 1), State("a", 3)))

    assert snapshots.newest == (State("a", 3), State("b", 1))
    assert snapshots.gone == ()


def test_a_tombstone_takes_what_came_before_it() -> None:
    snapshots = folded(received(State("a", 2), "a"))

    assert snapshots.newest == ()
    assert snapshots.gone == ("a",)


def test_what_comes_after_a_tombstone_starts_anew() -> None:
    snapshots = folded(received(State("a", 9), "a", State("a", 1)))

    assert snapshots.newest == (State("a", 1),)
    assert snapshots.gone == ("a",)


def test_a_version_that_no_column_holds_is_set_aside() -> None:
    with pytest.raises(DeadLetter) as letter:
        folded(received(State("a", 1), State("b", 2**31)))

    assert (letter.value.reason, letter.value.received.event.key) == ("unstorable", "b")


def test_an_event_that_does_not_belong_on_the_topic_is_set_aside() -> None:
    (stray,) = received(State("a", 1))

    with pytest.raises(DeadLetter) as letter:
        newest_of([stray], int)

    assert letter.value.reason == "unexpected_type"
