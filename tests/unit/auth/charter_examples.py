"""Charters for tests: builders that hide what does not matter."""

from pathlib import Path

from auth.domain.charters import PROFILES, Charter, CharterSet, Part

PARTS = (Part(heading="Le compte", paragraphs=("Il est personnel.",)),)


def a_charter(
    charter_id: str = "tous", version: str = "1", *, profiles: tuple[str, ...] = PROFILES
) -> Charter:
    return Charter(
        charter_id=charter_id,
        version=version,
        profiles=profiles,
        shown_to=(),
        title=f"La charte {charter_id}",
        box="Je l'ai lue",
        consequence="",
        parts=PARTS,
    )


def charters(*each: Charter) -> CharterSet:
    return CharterSet(charters=each)


CHARTER_FILE = """
id = "tous"
version = "1"
profiles = ["eleve", "parent", "enseignant", "personnel"]
title = "La charte"
box = "Je l'ai lue"
[[parts]]
heading = "Le compte"
paragraphs = ["Il est personnel."]
"""


def charter_directory(folder: Path, **files: str) -> Path:
    """A directory with one file for each name; `tous` is a right one unless given."""
    folder.mkdir(exist_ok=True)
    for name, text in ({"tous": CHARTER_FILE} | files).items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
