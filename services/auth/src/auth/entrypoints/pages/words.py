"""Sentences for somebody in particular: pupils are spoken to in simpler words where there are any."""

from dataclasses import dataclass
from typing import Any

from shared.kit.texts import Catalogue


@dataclass(frozen=True, slots=True)
class Words:
    """`words("first_connection.charter.lead")` is `first_connection.eleve.charter.lead` for a pupil, if it exists."""

    texts: Catalogue
    profile: str

    def __call__(self, sentence_id: str, /, **values: Any) -> str:
        first, _, rest = sentence_id.partition(".")
        own = f"{first}.{self.profile}.{rest}"
        return self.texts.say(own if own in self.texts else sentence_id, **values)

    def __contains__(self, sentence_id: str) -> bool:
        first, _, rest = sentence_id.partition(".")
        return f"{first}.{self.profile}.{rest}" in self.texts or sentence_id in self.texts
