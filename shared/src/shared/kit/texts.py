"""Every sentence a person reads has a stable id, in one catalogue per service."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_UNITS = "secondes?|minutes?|heures?|jours?|mois|ans?|chiffres?|caractères?|lettres?|essais?|codes?"
_KEPT_TOGETHER = re.compile(rf"(?<=«) | (?=[:;!?»](?:[\s.,;)]|$))|(?<=[\d}}]) (?=(?:{_UNITS})\b|%)")
"""The brace is the end of a value to be filled in: « {count} minutes »."""
_KIT_SENTENCES = Path(__file__).with_name("sentences.toml")


class UnknownSentence(KeyError):
    """No sentence has this id: a mistake in a page, never something a visitor can cause."""


class Catalogue:
    """The sentences of `<package>/entrypoints/<folder>/*.toml`, over those that every page shares.

    Tables become dotted ids: `[sign_in]` with `title = "…"` is `sign_in.title`. Two files may not give
    one id; a service may replace a sentence of the kit. `{name}` in a sentence is filled by `say(id, name=…)`.
    Each is written as `kept_together` writes French.
    """

    def __init__(self, package: str, folder: str = "texts") -> None:
        self._sentences = dict(_flat(_read(_KIT_SENTENCES)))
        own: dict[str, str] = {}
        for path in sorted(folder_of(package, folder).glob("*.toml")):
            for sentence_id, sentence in _flat(_read(path)):
                if sentence_id in own:
                    raise ValueError(f"{path.name} gives {sentence_id} a second time")
                own[sentence_id] = sentence
        self._sentences |= own

    def say(self, sentence_id: str, /, **values: Any) -> str:
        """The sentence with its values; UnknownSentence without one, KeyError without one of its values."""
        if sentence_id not in self._sentences:
            raise UnknownSentence(sentence_id)
        return self._sentences[sentence_id].format_map(values)

    def __contains__(self, sentence_id: str) -> bool:
        return sentence_id in self._sentences

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)


def kept_together(text: str) -> str:
    """French in which no line breaks before `:`, `?` and the like, just inside « », or between a number and its unit."""
    return _KEPT_TOGETHER.sub(NO_BREAK_SPACE, text)


def folder_of(package: str, folder: str) -> Path:
    """Where a service keeps its templates, texts and assets; it need not exist."""
    return Path(str(files(package))) / "entrypoints" / folder


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, kept_together(str(value))
