"""Import the accounts file of one or several establishments (R5: accounts come from the school, from nowhere else)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from auth.application.import_facts import Absences, Applied, Checked, ImportRun
from auth.application.import_questions import questions
from auth.application.ports import AccountsFile, AccountsFiles, Directory, Encoding, Staging
from auth.domain.account_line import AccountLine, AddressReaders, read_line
from auth.domain.faults import Fault
from auth.domain.uai import has_right_letter
from shared.kernel.clock import Clock, in_paris
from shared.kernel.refusals import Refused

LINES_PER_BATCH = 2_000

Batch = tuple[list[AccountLine], list[Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """An operator's order. `partial`: import the good lines beside bad ones; `complete`: the file names everybody."""

    path: Path
    asked_by: str
    partial: bool = False
    complete: bool = False
    confirmed: bool = False

    @property
    def options(self) -> str:
        chosen = (("partial", self.partial), ("complete", self.complete), ("yes", self.confirmed))
        return " ".join(name for name, given in chosen if given)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What was found and done. `refusal` is none when the import was carried out.

    With `questions` it is the first of them, and the same order confirmed would go on.
    """

    encoding: Encoding
    digest: str
    checked: Checked
    odd_uais: tuple[str, ...]
    absences: Absences | None = None
    absences_left_out: bool = False
    applied: Applied | None = None
    refusal: Refused | None = None
    questions: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAccounts:
    """Check a file whole; then change the directory in one transaction, or not at all."""

    files: AccountsFiles
    directory: Directory
    readers: AddressReaders
    clock: Clock

    async def __call__(self, order: ImportFile) -> ImportReport | Refused:
        opened = self.files(order.path)
        if isinstance(opened, Refused):
            return opened
        with opened as file:
            async with self.directory.importing() as staging:
                if isinstance(staging, Refused):
                    return staging
                return await self._checked_then_applied(order, file, staging)

    async def _checked_then_applied(
        self, order: ImportFile, file: AccountsFile, staging: Staging
    ) -> ImportReport | Refused:
        now = self.clock.now()
        for lines, faults in self._batches(file, now):
            await staging.add(lines, faults)
        if file.changed_meanwhile():
            return Refused("changed_meanwhile")
        checked = await staging.check()
        counted = order.complete and not checked.lines_aside  # an absent person may be on a line set aside
        absences = await staging.absences() if counted else None
        refusal = _refusal(order, checked)
        asked = () if refusal or order.confirmed else questions(absences, await staging.redefined())
        if asked:
            refusal = asked[0]
        run = partial(import_run, order, file.digest, checked)
        applied = None
        if refusal:
            await staging.register(run(None, refusal), now)
        else:
            applied = await staging.apply(file.layout, complete=counted, now=now, run_of=run)
        return ImportReport(
            encoding=file.encoding,
            digest=file.digest,
            checked=checked,
            odd_uais=tuple(uai for uai in checked.uais if not has_right_letter(uai)),
            absences=absences,
            absences_left_out=order.complete and not counted,
            applied=applied,
            refusal=refusal,
            questions=asked,
        )

    def _batches(self, file: AccountsFile, now: datetime) -> Iterator[Batch]:
        today = in_paris(now).date()
        lines: list[AccountLine] = []
        faults: list[Fault] = []
        for number, cells in file.records():
            if isinstance(cells, Fault):
                faults.append(cells)
            else:
                read = read_line(number, cells, file.layout, self.readers, today=today)
                if isinstance(read, AccountLine):
                    lines.append(read)
                else:
                    faults.extend(read)
            if len(lines) + len(faults) >= LINES_PER_BATCH:
                yield lines, faults
                lines, faults = [], []
        yield lines, faults


def _refusal(order: ImportFile, checked: Checked) -> Refused | None:
    """Why nothing may change, whatever anybody confirms."""
    if checked.lines_good + checked.lines_aside == 0:
        return Refused("nobody_in_file")
    if checked.lines_aside and not order.partial:
        return Refused("bad_lines")
    if checked.lines_good == 0:
        return Refused("no_good_line")
    return None


def import_run(
    order: ImportFile,
    digest: str,
    checked: Checked,
    applied: Applied | None,
    refusal: Refused | None = None,
) -> ImportRun:
    """The line of the register that an import leaves, however it ended."""
    outcome = refusal.reason if refusal else "unchanged" if applied and applied.nothing else "applied"
    return ImportRun(
        asked_by=order.asked_by,
        file_digest=digest,
        options=order.options,
        outcome=outcome,
        lines_good=checked.lines_good,
        lines_aside=checked.lines_aside,
        applied=applied,
    )
