"""Allowed hours are hours of Paris, whatever the season and on the two days when the hour changes."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.consent import SmsRules
from shared.consent.quiet_hours import opening_after
from shared.kernel.clock import PARIS

SEVEN, EIGHT_PM = time(7), time(20)
SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 02:00 becomes 03:00
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 03:00 becomes 02:00


def in_utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, hour…


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (in_utc(2026, 11, 24, 11, 0), None),
        (in_utc(2026, 11, 24, 5, 59, 59), in_utc(2026, 11, 24, 6, 0)),
        (in_utc(2026, 11, 24, 6, 0), None),
        (in_utc(2026, 11, 24, 18, 59, 59), None),
        (in_utc(2026, 11, 24, 19, 0), in_utc(2026, 11, 25, 6, 0)),
        (in_utc(2026, 7, 14, 18, 0), in_utc(2026, 7, 15, 5, 0)),
        (in_utc(2026, 12, 31, 22, 0), in_utc(2027, 1, 1, 6, 0)),
        (in_utc(2026, 3, 28, 20, 0), in_utc(2026, 3, 29, 5, 0)),
        (in_utc(2026, 10, 24, 20, 0), in_utc(2026, 10, 25, 6, 0)),
    ],
)
def test_the_next_opening_in_winter_in_summer_and_across_the_change(
    now: datetime, opening: datetime | None
) -> None:
    assert opening_after(now, SEVEN, EIGHT_PM) == opening


OPENINGS = st.times(min_value=time(4), max_value=time(23, 58)).map(lambda at: at.replace(microsecond=0))
INSTANTS = st.one_of(
    st.integers(0, 16 * 365 * 86400).map(lambda seconds: in_utc(2020, 1, 1) + timedelta(seconds=seconds)),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=30)).map(lambda away: SPRING + away),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=30)).map(lambda away: AUTUMN + away),
)


def is_open(at: datetime, opens: time, closes: time) -> bool:
    return opens <= at.astimezone(PARIS).time() < closes


@given(now=INSTANTS, opens=OPENINGS, lasts_min=st.integers(1, 20 * 60))
@example(now=SPRING, opens=time(4), lasts_min=1)
@example(now=AUTUMN, opens=time(4), lasts_min=1)
def test_whatever_the_instant_the_opening_is_the_first_allowed_one(
    now: datetime, opens: time, lasts_min: int
) -> None:
    end = min(datetime.combine(now, opens) + timedelta(minutes=lasts_min), datetime.combine(now, time.max))
    closes = end.time()

    opening = opening_after(now, opens, closes)

    if opening is None:
        assert is_open(now, opens, closes)
    else:
        assert not is_open(now, opens, closes)
        assert now < opening <= now + timedelta(hours=25)
        assert is_open(opening, opens, closes)
        assert not is_open(opening - timedelta(microseconds=1), opens, closes)


@given(now=INSTANTS)
def test_an_opening_reached_is_open(now: datetime) -> None:
    opening = opening_after(now, SEVEN, EIGHT_PM)

    assert opening is None or opening_after(opening, SEVEN, EIGHT_PM) is None


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(time(20), time(7)), (time(7), time(7)), (time(2, 30), time(20)), (time(0), time(20))],
)
def test_hours_that_are_no_single_stretch_of_a_day_are_refused(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="04:00"):
        SmsRules("all", opens=opens, closes=closes)


def test_by_default_only_urgent_events_and_seven_to_eight() -> None:
    assert SmsRules() == SmsRules("urgent", time(7), time(20))
