"""Charters as TOML files, one a charter: those of the package, or those of `CHARTERS_DIRECTORY`."""

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from auth.domain.charters import Charter, CharterSet, Part, charter_fault, set_fault
from shared.events.envelope import faults
from shared.kernel.refusals import Refused

FILE_BYTES_MAX = 100_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    heading: str
    paragraphs: list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    version: str
    profiles: list[str]
    shown_to: list[str] = []
    title: str
    box: str
    consequence: str = ""
    parts: list[_Part]

    def charter(self) -> Charter:
        return Charter(
            charter_id=self.id,
            version=self.version,
            profiles=tuple(self.profiles),
            shown_to=tuple(self.shown_to),
            title=self.title,
            box=self.box,
            consequence=self.consequence,
            parts=tuple(Part(heading=part.heading, paragraphs=tuple(part.paragraphs)) for part in self.parts),
        )


def read_charters(directory: Path | None) -> CharterSet | Refused:
    """Every `*.toml` of a directory, or of the package when none is given.

    Refused as `wrong_charter`, its detail naming the file and what is wrong in it.
    """
    try:
        found = (directory or files("auth").joinpath("charters")).iterdir()
        paths = sorted((each for each in found if each.name.endswith(".toml")), key=lambda each: each.name)
    except OSError as failure:
        return Refused("wrong_charter", f"the directory cannot be read ({failure.strerror})")
    charters: list[Charter] = []
    for path in paths:
        read = _read(path)
        if isinstance(read, Refused):
            return read
        charters.append(read)
    fault = set_fault(charters)
    return Refused("wrong_charter", fault) if fault else CharterSet(charters=tuple(charters))


def _read(path: Traversable) -> Charter | Refused:
    try:
        raw = path.read_bytes()
        if len(raw) > FILE_BYTES_MAX:
            return Refused("wrong_charter", f"{path.name}: it is longer than {FILE_BYTES_MAX} bytes")
        charter = _File.model_validate(tomllib.loads(raw.decode())).charter()
    except OSError as failure:
        return Refused("wrong_charter", f"{path.name}: it cannot be read ({failure.strerror})")
    except UnicodeDecodeError:
        return Refused("wrong_charter", f"{path.name}: it is not UTF-8")
    except tomllib.TOMLDecodeError as failure:
        return Refused("wrong_charter", f"{path.name}: it is not TOML ({failure})")
    except ValidationError as refusal:
        return Refused("wrong_charter", f"{path.name}: {faults(refusal)}")
    fault = charter_fault(charter)
    return Refused("wrong_charter", f"{path.name}: {fault}") if fault else charter
