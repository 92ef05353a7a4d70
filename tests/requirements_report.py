"""Which requirements have a test: read from the index in the docs and from the markers of collected tests."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

INDEX = Path(__file__).parents[1] / "docs" / "requirements-index.md"

_LINE = re.compile(r"- \*\*([RA]\d+)\*\* (.+)")


def read_index(text: str) -> dict[str, str]:
    """Number → title, in the order of the index."""
    return {found[1]: found[2] for line in text.splitlines() if (found := _LINE.fullmatch(line))}


def known_requirements() -> dict[str, str]:
    return read_index(INDEX.read_text(encoding="utf-8"))


def proofs_by_requirement(marked: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, set[str]]:
    """Requirement → names of the tests that carry its number (parametrised ones count once)."""
    proved: dict[str, set[str]] = defaultdict(set)
    for test, numbers in marked:
        for number in numbers:
            proved[number].add(test.split("[")[0])
    return proved


def summary(known: Mapping[str, str], proved: Mapping[str, set[str]]) -> str:
    """One line for the end of a run."""
    return f"requirements with a test: {len(known.keys() & proved.keys())} of {len(known)}"


def report(known: Mapping[str, str], proved: Mapping[str, set[str]]) -> list[str]:
    """The whole list: each requirement with how many tests prove it, the unproved ones last."""
    with_test = [f"{n:>4}  {len(proved[n]):>3} ✓  {title}" for n, title in known.items() if n in proved]
    without = [f"{n:>4}    –    {title}" for n, title in known.items() if n not in proved]
    return [*with_test, *without]
