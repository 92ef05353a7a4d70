"""The decision and a naive reading of the prose agree on every combination there is."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any, cast

import pytest

from shared.consent import (
    Choices,
    Defer,
    Occasion,
    OccasionKind,
    Proof,
    Send,
    Skip,
    Standing,
    Verdict,
    decide,
)
from tests.unit.consent.examples import ACADEMIE, ALL_EVENTS, COLLEGE, NIGHT, NOON, REGION, URGENT_ONLY
from tests.unit.consent.oracle import Case, expected_app, expected_email, expected_sms

NO_YES = (False, True)
PROOFS: tuple[Proof | None, ...] = (None, "unproved", "bounced", "proved")
PARTNERS = {"right": ACADEMIE, "other body": REGION, "unknown": None}


def all_cases(kind: str) -> Iterator[Case]:
    partners = tuple(PARTNERS) if kind == "alert" else ("unknown",)
    everything: Iterator[tuple[Any, ...]] = product(
        NO_YES, NO_YES, NO_YES, *([NO_YES] * 4), PROOFS, PROOFS, NO_YES, partners, NO_YES, NO_YES, NO_YES
    )
    return (Case(kind, *values) for values in everything)


def in_words(verdict: Verdict | None) -> str | None:
    match verdict:
        case Send():
            return "send"
        case Skip(reason):
            return str(reason)
        case Defer():
            return "defer"
    return None


def decided(case: Case) -> tuple[str | None, str | None, str | None]:
    now = NOON if case.daytime else NIGHT
    occasion = Occasion(
        cast("OccasionKind", case.kind),
        case.urgent,
        now + timedelta(hours=-1 if case.past_deadline else 24),
        PARTNERS[case.partner],
    )
    choices = Choices(case.r29, case.r30, case.r31, case.r50)
    standing = Standing(
        case.account_open,
        case.attached,
        choices,
        cast("Proof | None", case.email),
        cast("Proof | None", case.number),
        case.device,
    )
    verdicts = decide(occasion, standing, COLLEGE, now, ALL_EVENTS if case.sms_for_all else URGENT_ONLY)
    return in_words(verdicts.email), in_words(verdicts.sms), in_words(verdicts.app)


@pytest.mark.requirement("R27", "R29", "R30", "R31", "R37", "R50", "A4", "A7")
@pytest.mark.parametrize("kind", ["message", "alert", "code", "security"])
def test_both_readings_agree_on_every_combination(kind: str) -> None:
    disagreements = [
        (case, decided(case))
        for case in all_cases(kind)
        if decided(case) != (expected_email(case), expected_sms(case), expected_app(case))
    ]

    assert disagreements == []
