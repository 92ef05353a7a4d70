"""Time is an argument, and a demonstration can move it with a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.kernel.clock import FileClock, SystemClock, in_paris, parse_offset


class Stopwatch:
    """A monotonic clock that a test moves by hand."""

    def __init__(self) -> None:
        self.instant_s = 100.0

    def __call__(self) -> float:
        return self.instant_s


def offset_of(clock: FileClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def near(offset: timedelta, expected_s: float) -> bool:
    return abs(offset.total_seconds() - expected_s) < 2


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("+301s", timedelta(seconds=301)),
        ("-2h", timedelta(hours=-2)),
        ("+1.5d", timedelta(hours=36)),
        (" +5m \n", timedelta(minutes=5)),
        ("", timedelta(0)),
        ("\n", timedelta(0)),
    ],
)
def test_an_offset_is_a_sign_an_amount_and_a_unit(text: str, offset: timedelta) -> None:
    assert parse_offset(text) == offset


@pytest.mark.parametrize("text", ["301s", "+301", "+s", "+1w", "+1h30m", "demain"])
def test_anything_else_is_no_offset(text: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        parse_offset(text)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_missing_file_moves_nothing(tmp_path: Path) -> None:
    assert near(offset_of(FileClock(tmp_path / "absent")), 0)


def test_a_file_clock_follows_its_file_within_a_quarter_of_a_second(tmp_path: Path) -> None:
    file, stopwatch = tmp_path / "offset", Stopwatch()
    file.write_text("+301s")
    clock = FileClock(file, stopwatch)
    assert near(offset_of(clock), 301)

    file.write_text("-2h")
    stopwatch.instant_s += 0.2
    assert near(offset_of(clock), 301)

    stopwatch.instant_s += 0.06
    assert near(offset_of(clock), -7200)


def test_a_half_written_file_keeps_the_offset_that_held(tmp_path: Path) -> None:
    file, stopwatch = tmp_path / "offset", Stopwatch()
    file.write_text("+1h")
    clock = FileClock(file, stopwatch)
    clock.now()

    file.write_text("+1")
    stopwatch.instant_s += 1

    assert near(offset_of(clock), 3600)


def test_paris_is_one_hour_ahead_in_winter_and_two_in_summer() -> None:
    assert in_paris(datetime(2026, 1, 15, 12, tzinfo=UTC)).hour == 13
    assert in_paris(datetime(2026, 7, 15, 12, tzinfo=UTC)).hour == 14
