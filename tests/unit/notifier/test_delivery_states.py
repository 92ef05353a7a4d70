import re
from pathlib import Path

import pytest

from notifier.domain.deliveries import ENDED, NEXT, UNDER_WAY, IllegalMove, State, checked_move

README = Path(__file__).parents[3] / "services" / "notifier" / "README.md"
_ARROW = re.compile(r"^ {4}(\[\*\]|\w+) --> (\w+)$", re.MULTILINE)


def _picture() -> str:
    text = README.read_text(encoding="utf-8")
    return text[text.index("stateDiagram-v2") :].partition("```")[0]


def test_the_picture_in_the_readme_is_the_machine() -> None:
    drawn = {
        (State.NOWHERE if before == "[*]" else State(before), State(after))
        for before, after in _ARROW.findall(_picture())
    }

    assert drawn == {(before, after) for before, afters in NEXT.items() for after in afters}


@pytest.mark.parametrize("before", sorted(ENDED))
def test_what_has_ended_is_never_sent_again(before: State) -> None:
    with pytest.raises(IllegalMove):
        checked_move(before, State.SENDING)


def test_nothing_is_sent_without_having_been_claimed() -> None:
    with pytest.raises(IllegalMove):
        checked_move(State.NOWHERE, State.SENT)


def test_every_state_is_either_under_way_or_ended() -> None:
    assert set(State) == UNDER_WAY | ENDED | {State.NOWHERE}


def test_from_every_state_under_way_an_end_can_be_reached() -> None:
    for state in UNDER_WAY:
        reached = {state}
        while not reached & ENDED:
            reached |= {after for one in reached for after in NEXT[one]}
        assert reached & ENDED
