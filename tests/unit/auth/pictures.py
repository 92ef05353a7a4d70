"""The pictures of the README of auth, as pairs of states."""

import re
from pathlib import Path

README = Path(__file__).parents[3] / "services" / "auth" / "README.md"


def drawn_under(heading: str) -> set[tuple[str, str]]:
    """The arrows of the first state diagram under a heading."""
    _, _, after = README.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    picture = after.partition("```mermaid")[2].partition("```")[0]
    return set(re.findall(r"^    (\w+) --> (\w+)", picture, re.MULTILINE))
