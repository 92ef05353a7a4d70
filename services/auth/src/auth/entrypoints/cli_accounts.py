"""Operator commands about accounts: import, list, sweep, tell again."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, TypeGuard

import typer

from auth.application.import_accounts import ImportFile, ImportReport
from auth.application.import_delivery import DeliveryReport
from auth.bootstrap import Auth
from auth.entrypoints.cli_session import done_or_refused, operator_name, with_auth
from auth.entrypoints.delivery_texts import delivery_lines
from auth.entrypoints.import_texts import refusal_sentence, report_lines
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse


def add_account_commands(app: typer.Typer) -> None:
    """Add the commands to the service's command line."""
    app.command("import")(import_accounts)
    app.command("accounts")(list_accounts)
    app.command("absences")(suspend_absent)
    app.command("republish")(republish)
    app.command("undo-fusion")(undo_fusion)


def import_accounts(
    file: Annotated[
        Path, typer.Argument(help="An accounts file (CSV), or a delivery of the directory (AAF).")
    ],
    partial: Annotated[
        bool, typer.Option("--partial", help="Import the good lines beside bad ones.")
    ] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file names everybody at its schools.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Go on when many people become absent, or a known school becomes another."
        ),
    ] = False,
) -> None:
    """Check an accounts file whole, then import it; the report is in French, for the school."""
    order = ImportFile(path=file, asked_by=operator_name(), partial=partial, complete=complete, confirmed=yes)
    report = with_auth(_import(order))
    if _asks(report) and sys.stdin.isatty() and typer.confirm(f"{_question(report)} Continuer ?"):
        report = with_auth(_import(replace(order, confirmed=True)))
    _tell(report)


def list_accounts(
    json_lines: Annotated[bool, typer.Option("--json-lines", help="One JSON object a line.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
) -> None:
    """List accounts by person id."""
    with_auth(lambda auth: _list(auth, json_lines=json_lines, limit=limit))


def suspend_absent() -> None:
    """Suspend now those absent for longer than ABSENCE_GRACE_DAYS; the service does it by itself."""
    done = done_or_refused(with_auth(lambda auth: auth.suspend_absent()))
    typer.echo(f"{done} accounts suspended.")


def republish() -> None:
    """Tell every account and partner again, at the versions they have."""
    done = done_or_refused(with_auth(lambda auth: auth.republish()), "Nothing was published")
    typer.echo(f"{done.accounts} accounts and {done.partners} partners are in the outbox.")


def undo_fusion(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The account that was taken in.")],
) -> None:
    """Give an account back to an owner who did not ask for its fusion; both accounts' contacts are told."""
    done_or_refused(with_auth(lambda auth: auth.fusion.undo_for_owner(person, asked_by=operator_name())))
    typer.echo(f"{person} stands alone again, with its own identifier and password.")


def _import(order: ImportFile) -> Callable[[Auth], Awaitable[ImportReport | Refused]]:
    async def imported(auth: Auth) -> ImportReport | Refused:
        importer = auth.import_delivery if auth.is_delivery(order.path) else auth.import_accounts
        report = await importer(order)
        if isinstance(report, ImportReport):
            outcome = report.refusal.reason if report.refusal else "done"
            auth.audit("user_updated", import_digest=report.digest, asked_by=order.asked_by, outcome=outcome)
        return report

    return imported


def _asks(report: ImportReport | Refused) -> TypeGuard[ImportReport]:
    return isinstance(report, ImportReport) and bool(report.questions)


def _question(report: ImportReport) -> str:
    return refusal_sentence(report.refusal, report) if report.refusal else ""


def _tell(report: ImportReport | Refused) -> None:
    if isinstance(report, Refused):
        refuse(refusal_sentence(report))
    told = delivery_lines(report) if isinstance(report, DeliveryReport) else report_lines(report)
    for line in told:
        typer.echo(line)
    if report.refusal:
        refuse(refusal_sentence(report.refusal, report))


async def _list(auth: Auth, *, json_lines: bool, limit: int | None) -> None:
    async for account in auth.directory.listed(limit):
        if json_lines:
            typer.echo(json.dumps(asdict(account), ensure_ascii=False))
        else:
            typer.echo(
                f"{account.person_id}\t{account.identifier}\t{account.profile}\t{account.state}"
                f"\t{account.last_name} {account.first_name}"
            )
