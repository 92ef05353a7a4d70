"""Everything one person chose, as a whole that has a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from preferences.domain.boxes import Asked, chosen
from preferences.domain.contacts import (
    Contact,
    Contacts,
    following_directory,
    with_proved_again,
    with_selected,
)
from shared.consent import Choices
from shared.kernel.addresses import EmailAddress

ALL_UNTICKED = Choices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A person's contacts, and the boxes for each establishment (A3); every box starts unticked (A6).

    Version 0 is somebody who never chose anything. `merged` are the accounts that were taken in, in order, whose
    boxes these already speak for: whoever reads these boxes need not look at theirs.
    """

    person_id: str
    version: int = 0
    contacts: Contacts = ()
    choices: Mapping[str, Choices] = field(default_factory=dict)
    merged: tuple[str, ...] = ()

    def boxes(self, uai: str) -> Choices:
        return self.choices.get(uai, ALL_UNTICKED)

    def choose(self, uai: str, asked: Asked) -> "Preferences":
        """Change the boxes of one establishment; those of the others stay (A3)."""
        boxes = chosen(self.boxes(uai), asked)
        if boxes == self.boxes(uai):
            return self
        return replace(self, choices={**self.choices, uai: boxes})

    def select(self, contact: Contact) -> "Preferences":
        """Make an address the one that receives, on its channel (A5, A8)."""
        return replace(self, contacts=with_selected(self.contacts, contact))

    def select_anew(self, contact: Contact) -> "Preferences":
        """The same, told again when it was proved already: a refusal of that address is then over."""
        return replace(self, contacts=with_proved_again(self.contacts, contact))

    def follow_directory(self, imported: EmailAddress | None, contact_id: UUID) -> "Preferences":
        """Take over what the school's directory now says of an address that came from it."""
        return replace(self, contacts=following_directory(self.contacts, imported, contact_id))

    def succeeding(self, before: "Preferences") -> "Preferences":
        """What these become when they take the place of others: the next version, only if anything changed."""
        return before if self == before else replace(self, version=before.version + 1)
