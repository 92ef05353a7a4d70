"""Charters: who is asked to read which one, in which version, and what a tick means (A15, A16)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

PROFILES = ("eleve", "parent", "enseignant", "personnel")
CHARTERS_MAX = 12
"""More boxes than anybody reads; a limit on what one form may hold."""

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

TickFault = Literal["unticked", "changed"]
"""`changed`: the box was ticked under another version than the one in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and what stands under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """One text in one version. `shown_to`: who may read it without being asked to accept it."""

    charter_id: str
    version: str
    profiles: tuple[str, ...]
    shown_to: tuple[str, ...]
    title: str
    box: str
    consequence: str
    parts: tuple[Part, ...]

    @property
    def field(self) -> str:
        """The name of its box in a form; the value of a ticked box is the version that was read."""
        return f"charte_{self.charter_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterSet:
    """The charters in force."""

    charters: tuple[Charter, ...]

    def asked_of(self, profile: str) -> tuple[Charter, ...]:
        return tuple(charter for charter in self.charters if profile in charter.profiles)

    def shown_to(self, profile: str) -> tuple[Charter, ...]:
        return tuple(charter for charter in self.charters if profile in charter.shown_to)

    def demands(self) -> tuple[tuple[str, str, str], ...]:
        """Profile, charter and version, one line for each pair of a profile and a charter asked of it."""
        return tuple(
            (profile, charter.charter_id, charter.version)
            for charter in self.charters
            for profile in charter.profiles
        )


def charter_fault(charter: Charter) -> str | None:
    """What is wrong with one charter, in the words of its file; none when it is in order."""
    if not _ID.fullmatch(charter.charter_id):
        return "`id` is made of a-z, 0-9 and hyphens, 40 at most, and begins with a letter"
    if not _VERSION.fullmatch(charter.version):
        return "`version` is made of letters, digits, dots and hyphens, 40 at most"
    if not charter.profiles or not {*charter.profiles, *charter.shown_to} <= set(PROFILES):
        return f"`profiles` and `shown_to` name some of {', '.join(PROFILES)}"
    if not all(text.strip() for text in (charter.title, charter.box, *_words(charter.parts))):
        return "`title`, `box`, headings and paragraphs are not empty"
    if not charter.parts or not all(part.paragraphs for part in charter.parts):
        return "it has one part or more, each with one paragraph or more"
    return None


def set_fault(charters: Sequence[Charter]) -> str | None:
    """What is wrong with charters that are in order one by one."""
    ids = [charter.charter_id for charter in charters]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        return f"two files have the id {twice[0]}"
    if len(charters) > CHARTERS_MAX:
        return f"there are more than {CHARTERS_MAX} charters"
    asked = {profile for charter in charters for profile in charter.profiles}
    if nobody := [profile for profile in PROFILES if profile not in asked]:
        return f"no file asks anything of the profile {nobody[0]}"
    return None


def missing(asked: Iterable[Charter], accepted: Iterable[tuple[str, str]]) -> tuple[Charter, ...]:
    """Those whose version in force is not among the accepted pairs of charter and version."""
    done = set(accepted)
    return tuple(charter for charter in asked if (charter.charter_id, charter.version) not in done)


def tick_faults(asked: Iterable[Charter], ticked: Mapping[str, str]) -> dict[str, TickFault]:
    """The boxes that stand in the way, by charter; `ticked` gives the version under each ticked box."""
    return {
        charter.charter_id: "changed" if charter.charter_id in ticked else "unticked"
        for charter in asked
        if ticked.get(charter.charter_id) != charter.version
    }


def _words(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        yield part.heading
        yield from part.paragraphs
