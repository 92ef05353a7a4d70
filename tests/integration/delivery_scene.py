"""A night of the school directory: entries become a delivery, the delivery is imported, the facts are read."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path

from auth.adapters.aaf_delivery import open_delivery
from auth.adapters.territories_file import read_territories
from auth.application.import_accounts import ImportFile
from auth.application.import_delivery import DeliveryReport, ImportDelivery
from shared.kernel.refusals import Refused
from tests.aaf_delivery import (
    as_directory,
    document,
    pupil,
    relation,
    secretary,
    structure,
    teacher,
)
from tests.integration.auth_scene import AuthScene
from tests.unit.auth.examples import READERS

EVERYBODY = (
    structure(),
    pupil("1001"),
    pupil("1002", givenName="Inès", ENTElevePersRelEleve=("2001$2$1$1$1$0",)),
    relation("2001"),
    relation("2002", givenName="Marc", mobile="06 39 98 00 02", mail="marc.vial@example.org"),
    relation("2003", givenName="Paule", mobile="", mail=""),
    teacher("3001"),
    secretary("3002"),
)
"""A college of seven: Sonia answers for Léo and Inès, Marc for Léo, Paule for nobody."""


@dataclass(slots=True)
class DeliveryScene:
    """One directory, delivery after delivery."""

    school: AuthScene
    nights: "count[int]"

    @property
    def importer(self) -> ImportDelivery:
        return ImportDelivery(
            deliveries=open_delivery,
            directory=self.school.directory,
            readers=READERS,
            territories=read_territories(),
            clock=self.school.clock,
        )

    async def imports(
        self, *entries: str, partial: bool = False, complete: bool = False, confirmed: bool = False
    ) -> DeliveryReport | Refused:
        """Every entry in a file of its own, so that no order is relied upon."""
        folder = self.school.folder / f"nuit-{next(self.nights)}"
        files = {f"ENT_{place:04d}.xml": document(entry) for place, entry in enumerate(reversed(entries))}
        order = ImportFile(
            path=as_directory(folder, files),
            asked_by="nuit",
            partial=partial,
            complete=complete,
            confirmed=confirmed,
        )
        return await self.importer(order)

    async def of(self, path: Path, *, complete: bool = False) -> DeliveryReport | Refused:
        return await self.importer(ImportFile(path=path, asked_by="nuit", complete=complete))

    async def done(
        self, *entries: str, partial: bool = False, complete: bool = False, confirmed: bool = False
    ) -> DeliveryReport:
        report = await self.imports(*entries, partial=partial, complete=complete, confirmed=confirmed)
        assert isinstance(report, DeliveryReport), report
        assert report.refusal is None, report
        return report

    async def refused(self, *entries: str, partial: bool = False, complete: bool = False) -> DeliveryReport:
        report = await self.imports(*entries, partial=partial, complete=complete)
        assert isinstance(report, DeliveryReport), report
        assert report.refusal is not None
        assert report.applied is None
        return report

    async def faults(self, *entries: str) -> set[tuple[str, str, str]]:
        """File, column and reason of every fault of a delivery that is refused for them."""
        report = await self.refused(*entries)
        return {(report.files[report.places[f.line][0]], f.column, f.reason) for f in report.checked.faults}

    async def children_of(self, parent: str) -> list[str]:
        rows = await self.school.pool.fetch(
            "select child_id from child_link where parent_id = $1 order by child_id", parent
        )
        return [row["child_id"] for row in rows]
