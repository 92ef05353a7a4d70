"""Puts out slips as they are made. What stops it halfway is told; what was made until then is out."""

from collections.abc import AsyncIterator, Sequence

from auth.application.make_slips import Printing
from auth.application.patient_hashing import TooBusy
from auth.domain.slips import Slip
from auth.entrypoints.slip_documents import SlipDocument
from shared.kit.database import is_outage


class Press:
    """One printing. `slips`: those put out so far; `cut_short`: more were to come, and could not be made.

    `in_hand`: whose slips were given last, and are lost if writing them fails.
    """

    def __init__(self, printing: Printing, document: SlipDocument) -> None:
        self.expected = printing.expected
        self.slips = 0
        self.cut_short = False
        self.in_hand: Sequence[str] = ()
        self._printing = printing
        self._document = document

    async def texts(self) -> AsyncIterator[str]:
        """The document, piece by piece; a piece of slips is given only when they are kept for good."""
        yield self._document.begin()
        async for group in self._groups():
            self.slips += len(group)
            self.in_hand = [slip.person_id for slip in group]
            yield self._document.add(group)
            self.in_hand = ()
        yield self._document.end()

    async def _groups(self) -> AsyncIterator[Sequence[Slip]]:
        try:
            async for group in self._printing.groups:
                yield group
        except TooBusy:
            self.cut_short = True
        except Exception as failure:
            if not is_outage(failure):
                raise
            self.cut_short = True
