"""`carillon-auth slips`: the slips of a school, on standard output or in a file; sentences are in French, for it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import typer

from auth.application.make_slips import NothingToPrint, Printing, SlipOrder
from auth.application.slip_ports import School, Selection
from auth.bootstrap import Auth
from auth.entrypoints.cli_session import operator_name, with_auth
from auth.entrypoints.slip_documents import CsvSlips, HtmlSlips, PerSheet, SlipDocument
from auth.entrypoints.slip_press import Press
from auth.entrypoints.slip_texts import made_sentence, nothing_sentence, refusal_sentence
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse

Format = Literal["html", "csv"]
Profile = Literal["eleve", "parent", "enseignant", "personnel"]


def print_slips(  # noqa: PLR0917 - typer calls it by name
    establishment: Annotated[str, typer.Option(metavar="UAI", help="The school.")],
    format_: Annotated[Format, typer.Option("--format", help="A page to print, or a table.")] = "html",
    class_name: Annotated[
        str | None, typer.Option("--class", metavar="NAME", help="The pupils of a class and their parents.")
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="One person.")] = None,
    profile: Annotated[Profile | None, typer.Option(help="Only these people.")] = None,
    per_sheet: Annotated[Literal["1", "2", "8"], typer.Option(help="Slips on a sheet of paper.")] = "8",
    reissue: Annotated[
        bool, typer.Option("--reissue", help="Also those printed before: their older slip dies.")
    ] = False,
    chosen_too: Annotated[
        bool,
        typer.Option("--chosen-too", help="With --reissue, also those who have chosen a password: it dies."),
    ] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="A new file, readable by you alone.")
    ] = None,
) -> None:
    """Make first passwords and print their slips; each is shown this once and kept nowhere."""
    selection = Selection(
        uai=establishment.strip().upper(), class_name=class_name, profile=profile, person_id=person
    )
    order = SlipOrder(selection=selection, asked_by=operator_name(), reissue=reissue, chosen_too=chosen_too)
    sheet: PerSheet = 1 if per_sheet == "1" else 2 if per_sheet == "2" else 8
    document = _documents(format_, sheet)
    answer = with_auth(lambda auth: _print(auth, order, document, output))
    if isinstance(answer, Refused):
        refuse(refusal_sentence(answer, order))
    if isinstance(answer, NothingToPrint):
        refuse(nothing_sentence(answer, order))
    if answer.cut_short or not answer.slips:
        refuse(made_sentence(answer.slips, answer.expected, cut_short=answer.cut_short))
    typer.echo(made_sentence(answer.slips, answer.expected), err=True)


def _documents(kind: Format, per_sheet: PerSheet) -> Callable[[Auth, School], SlipDocument]:
    def document(auth: Auth, school: School) -> SlipDocument:
        if kind == "csv":
            return CsvSlips(auth.desk.address)
        return HtmlSlips(school, address=auth.desk.address, per_sheet=per_sheet)

    return document


async def _print(
    auth: Auth,
    order: SlipOrder,
    document_of: Callable[[Auth, School], SlipDocument],
    output: Path | None,
) -> Press | NothingToPrint | Refused:
    printing = await auth.desk.make_slips(order)
    if not isinstance(printing, Printing):
        return printing
    press = Press(printing, document_of(auth, printing.school))
    try:
        with _target(output) as target:
            async for text in press.texts():
                target.write(text.encode())
                target.flush()
    except FileExistsError:
        return Refused("file_exists")
    except OSError as trouble:  # writing: what goes wrong with the database is told by the press
        if press.in_hand:
            return Refused("lost", " ".join(press.in_hand))
        return Refused("unwritten" if press.slips else "unwritable", trouble.strerror or "")
    return press


def _target(output: Path | None) -> BinaryIO:
    """Where the document goes. Raises FileExistsError: an older file of slips is the only place of its passwords.

    Standard output is opened anew, so that what could not be written is not tried once more at the end.
    """
    if output is None:
        return os.fdopen(sys.stdout.fileno(), "wb", closefd=False)
    return os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
