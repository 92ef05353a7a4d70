"""What is wrong in an accounts file, told without showing what anybody's line holds."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "empty",
    "unreadable_line",
    "wrong_number_of_cells",
    "line_too_long",
    "too_long",
    "control_character",
    "not_a_person_id",
    "unknown_profile",
    "unknown_kind",
    "not_a_uai",
    "not_a_date",
    "impossible_date",
    "not_a_number",
    "premium_number",
    "short_number",
    "not_an_address",
    "not_yes_or_no",
    "children_without_parent",
    "too_many_children",
    "duplicate_line",
    "contradicts_profile",
    "contradicts_name",
    "contradicts_birth_date",
    "contradicts_establishment",
    "known_otherwise",
    "other_person",
    "child_unknown",
    "child_not_a_pupil",
    "no_identifier",
    "two_identifiers",
    "no_category",
    "entry_too_large",
    "named_twice",
    "never_delivered",
    "no_structure",
    "unknown_structure",
    "unknown_departement",
]

_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason to set a line aside. `column` is empty when the line as a whole is at fault; `value` is masked."""

    line: int
    column: str
    value: str
    reason: Reason


def masked(text: str) -> str:
    """The first two characters at most and no control character: enough to find a cell, too little to read it."""
    visible = "".join(c for c in text[:20] if unicodedata.category(c)[0] != "C").strip()
    if not visible:
        return ""
    return visible[: min(_SHOWN, len(visible) // 2)] + "•••"
