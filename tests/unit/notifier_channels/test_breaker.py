"""When a provider is left alone, and how it is asked again."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from notifier.domain.breaker import (
    FIRST_PAUSE_S,
    PAUSE_S_MAX,
    PROBE_LOOK_S,
    PROBE_S_MAX,
    REMEMBERED_S_MAX,
    VOLUME_MIN,
    Breaker,
    Ticket,
)


class Seconds:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def ticket_of(breaker: Breaker) -> Ticket:
    ticket = breaker.admit()
    assert ticket is not None
    return ticket


def opened(seconds: Seconds) -> Breaker:
    breaker = Breaker(seconds)
    for _ in range(VOLUME_MIN):
        breaker.failed(ticket_of(breaker))
    assert breaker.state == "open"
    return breaker


def test_four_failures_are_not_enough_and_five_are() -> None:
    breaker = Breaker(Seconds())
    for _ in range(VOLUME_MIN - 1):
        breaker.failed(ticket_of(breaker))
    assert breaker.state == "closed"

    breaker.failed(ticket_of(breaker))

    assert breaker.state == "open"
    assert breaker.admit() is None


def test_fewer_than_half_failing_is_tolerated() -> None:
    breaker = Breaker(Seconds())
    for _ in range(200):
        breaker.succeeded(ticket_of(breaker))
        breaker.succeeded(ticket_of(breaker))
        breaker.failed(ticket_of(breaker))

    assert breaker.state == "closed"


def test_at_five_thousand_a_second_a_broken_provider_is_noticed_within_fifty_answers() -> None:
    breaker = Breaker(Seconds())
    for _ in range(5_000):
        breaker.succeeded(ticket_of(breaker))
    failures = 0
    while (ticket := breaker.admit()) is not None:
        breaker.failed(ticket)
        failures += 1

    assert failures <= 25


def test_at_five_a_minute_a_broken_provider_is_noticed_within_a_minute() -> None:
    seconds = Seconds()
    breaker = Breaker(seconds)
    while breaker.state == "closed":
        seconds.now_s += 12
        breaker.failed(ticket_of(breaker))

    assert seconds.now_s <= 60


def test_failures_of_long_ago_are_forgotten() -> None:
    seconds = Seconds()
    breaker = Breaker(seconds)
    for _ in range(VOLUME_MIN - 1):
        breaker.failed(ticket_of(breaker))
    seconds.now_s += REMEMBERED_S_MAX + 1

    breaker.failed(ticket_of(breaker))

    assert breaker.state == "closed"


def test_after_the_pause_one_probe_is_let_through_and_no_second() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.now_s += FIRST_PAUSE_S

    assert ticket_of(breaker).probe
    assert breaker.admit() is None


def test_a_probe_that_succeeds_closes_and_one_that_fails_doubles_the_pause() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.now_s += FIRST_PAUSE_S
    breaker.failed(ticket_of(breaker))
    assert breaker.wait_s() == 2 * FIRST_PAUSE_S
    seconds.now_s += 2 * FIRST_PAUSE_S

    breaker.succeeded(ticket_of(breaker))

    assert breaker.state == "closed"


def test_the_pause_never_exceeds_a_minute() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    for _ in range(20):
        seconds.now_s += breaker.wait_s()
        breaker.failed(ticket_of(breaker))

    assert breaker.wait_s() == PAUSE_S_MAX


def test_whoever_waits_for_a_probe_looks_again_soon() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.now_s += FIRST_PAUSE_S
    ticket_of(breaker)

    assert breaker.wait_s() == PROBE_LOOK_S


def test_an_answer_from_before_the_opening_is_no_probe() -> None:
    seconds = Seconds()
    breaker = Breaker(seconds)
    late = ticket_of(breaker)
    for _ in range(VOLUME_MIN):
        breaker.failed(ticket_of(breaker))

    breaker.succeeded(late)

    assert breaker.state == "open"


def test_an_abandoned_probe_is_given_to_the_next_and_a_lost_one_after_a_minute() -> None:
    seconds = Seconds()
    breaker = opened(seconds)
    seconds.now_s += FIRST_PAUSE_S
    breaker.abandoned(ticket_of(breaker))
    assert ticket_of(breaker).probe
    assert breaker.admit() is None

    seconds.now_s += PROBE_S_MAX

    assert ticket_of(breaker).probe


def test_a_provider_that_refuses_us_is_left_alone_at_once() -> None:
    breaker = Breaker(Seconds())

    breaker.refused(ticket_of(breaker))

    assert breaker.state == "open"
    assert breaker.wait_s() == PAUSE_S_MAX


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order: one probe at most, and never shut for longer than a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = Seconds()
        self.breaker = Breaker(self.seconds)
        self.tickets: list[Ticket] = []
        self.probes: list[tuple[float, Ticket]] = []

    @rule()
    def ask(self) -> None:
        ticket = self.breaker.admit()
        if ticket is None:
            return
        self.tickets.append(ticket)
        if ticket.probe:
            assert all(self.seconds.now_s - since >= PROBE_S_MAX for since, _ in self.probes)
            self.probes = [(self.seconds.now_s, ticket)]

    @precondition(lambda self: self.tickets)
    @rule(which=st.integers(0, 100), outcome=st.sampled_from(["succeeded", "failed", "refused", "abandoned"]))
    def answer(self, which: int, outcome: str) -> None:
        ticket = self.tickets.pop(which % len(self.tickets))
        self.probes = [probe for probe in self.probes if probe[1] != ticket]
        getattr(self.breaker, outcome)(ticket)

    @rule(seconds=st.floats(0, 120))
    def wait(self, seconds: float) -> None:
        self.seconds.now_s += seconds

    @invariant()
    def is_asked_again_within_a_minute(self) -> None:
        assert self.breaker.wait_s() <= PAUSE_S_MAX + 0.001


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
