from dataclasses import dataclass

from notifier.domain.tenure import Tenure


@dataclass
class Hands:
    """A monotonic clock moved by hand."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


def a_tenure(hands: Hands) -> Tenure:
    tenure = Tenure(period_s=15, margin_s=3, monotonic=hands)
    tenure.renewed(hands.at)
    return tenure


def test_nothing_is_held_before_the_lease_was_granted() -> None:
    assert not Tenure(15, 3, Hands()).holds()


def test_it_ends_earlier_here_than_in_the_database() -> None:
    hands = Hands()
    tenure = a_tenure(hands)

    hands.at += 12

    assert not tenure.holds()


def test_it_counts_from_the_question_and_not_from_the_answer() -> None:
    hands = Hands()
    tenure = a_tenure(hands)

    hands.at += 10
    tenure.renewed(asked_at=105)
    hands.at = 117.5

    assert not tenure.holds()


def test_what_was_taken_before_a_gap_is_not_covered_after_it() -> None:
    hands = Hands()
    tenure = a_tenure(hands)
    taken_under = tenure.number

    hands.at += 60
    tenure.renewed(hands.at)

    assert tenure.holds()
    assert not tenure.covers(taken_under)


def test_what_was_taken_before_a_timely_renewal_stays_covered() -> None:
    hands = Hands()
    tenure = a_tenure(hands)
    taken_under = tenure.number

    hands.at += 5
    tenure.renewed(hands.at)
    hands.at += 10

    assert tenure.covers(taken_under)


def test_others_work_is_taken_over_only_after_one_whole_period() -> None:
    hands = Hands()
    tenure = a_tenure(hands)

    allowed = []
    for _ in range(4):
        allowed.append(tenure.may_sweep())
        hands.at += 5
        tenure.renewed(hands.at)

    assert allowed == [False, False, False, True]


def test_a_gap_starts_the_waiting_anew() -> None:
    hands = Hands()
    tenure = a_tenure(hands)

    hands.at += 60
    tenure.renewed(hands.at)

    assert not tenure.may_sweep()
