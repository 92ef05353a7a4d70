"""The numbers that a sentence prints are those that the code lives by."""

import re
from datetime import timedelta

import pytest

from auth.domain.first_passwords import FIRST_PASSWORD_LIFE
from auth.domain.password_policy import LENGTH_MAX, LENGTH_MIN
from auth.domain.recovery import (
    ASKS_WITHIN,
    ISSUES_MAX,
    ISSUES_WITHIN,
    PROVED_LIFE,
    SENDS_MAX,
    SENDS_WITHIN,
)
from auth.domain.recovery_codes import CODE_LIFE, CODE_TRIES_MAX, new_code
from auth.domain.sessions import DEVICE_LIFE, SESSION_IDLE, SESSION_LIFE, STEP_UP_WITHIN
from shared.kit.texts import Catalogue
from shared.kit.web.cookies import DEVICE_LIFE_S

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CODE_DIGITS = len(new_code())
TEXTS = Catalogue("auth")
KINDS_OF_CHARACTERS = ("lower", "upper", "digit", "special")
PRINTED: dict[str, list[float]] = {
    "slip.life": [FIRST_PASSWORD_LIFE / timedelta(days=1)],
    "password.rule.length": [LENGTH_MIN],
    **{f"password.rule.{kind}": [1] for kind in KINDS_OF_CHARACTERS},
    "new_password.password_fault.length": [LENGTH_MIN],
    "new_password.password_fault.too_long": [LENGTH_MAX],
    "recovery.code.lead": [CODE_DIGITS],
    "recovery.code.hint": [CODE_DIGITS],
    "recovery.code.life": [CODE_LIFE / MINUTE, CODE_TRIES_MAX],
    "recovery.nothing.again": [SENDS_MAX, SENDS_WITHIN / MINUTE, ISSUES_MAX, ISSUES_WITHIN / HOUR],
    "recovery.password.life": [PROVED_LIFE / MINUTE],
    "problem.too_many_recoveries.text": [ASKS_WITHIN / MINUTE],
    "privacy.cookies.session_life": [SESSION_LIFE / HOUR, SESSION_IDLE / HOUR],
    "privacy.cookies.device_life": [DEVICE_LIFE / timedelta(days=1)],
}
LAYOUT = {"desk.per_sheet", "desk.per_sheet_1", "desk.per_sheet_2", "desk.per_sheet_8"}
"""Sheets of paper, and how many slips stand on one."""


def numbers(sentence_id: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", TEXTS._sentences[sentence_id])]


@pytest.mark.parametrize("sentence_id", PRINTED)
def test_a_sentence_prints_what_the_code_lives_by(sentence_id: str) -> None:
    assert numbers(sentence_id) == PRINTED[sentence_id]


def test_no_other_sentence_prints_a_number() -> None:
    printed = {each for each in TEXTS if numbers(each)}

    assert printed == PRINTED.keys() | LAYOUT


def test_the_password_is_asked_again_after_the_minutes_that_are_spelt_out() -> None:
    assert "dix minutes" in TEXTS.say("desk.print_password")
    assert timedelta(minutes=10) == STEP_UP_WITHIN


def test_a_browser_keeps_its_cookie_as_long_as_it_is_known() -> None:
    assert timedelta(seconds=DEVICE_LIFE_S) == DEVICE_LIFE
