"""Keep the contacts that people have proved, as preferences tells them: where a code may go (R54)."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.application.recovery_ports import ContactsOf, ProvedContacts


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowContacts:
    """Seeing the same news twice, or late, changes nothing."""

    contacts: ProvedContacts

    async def __call__(self, gone: Sequence[str], newer: Sequence[ContactsOf]) -> None:
        await self.contacts.follow(gone, newer)
