"""Patience with an account that is still on its way."""

from preferences.application.refusals import not_a_mobile, unknown_person
from preferences.application.waiting import once_known
from shared.kernel.refusals import Refused


class Answers:
    """Gives its answers in turn, the last one for ever."""

    def __init__(self, *answers: str | Refused) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self) -> str | Refused:
        self.asked += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


async def test_somebody_who_becomes_known_in_time_is_served() -> None:
    answers = Answers(unknown_person("P1"), unknown_person("P1"), "done")

    assert await once_known(answers, within_s=10) == "done"


async def test_somebody_who_stays_unknown_is_refused_in_the_end() -> None:
    answers = Answers(unknown_person("P1"))

    assert await once_known(answers, within_s=0.15) == unknown_person("P1")
    assert answers.asked > 1


async def test_a_refusal_that_time_does_not_cure_is_told_at_once() -> None:
    answers = Answers(not_a_mobile())

    assert await once_known(answers, within_s=10) == not_a_mobile()
    assert answers.asked == 1
