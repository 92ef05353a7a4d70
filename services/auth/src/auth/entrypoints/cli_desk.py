"""`carillon-auth desk`: who works at the desk of an establishment."""

import json
from typing import Annotated

import typer

from auth.entrypoints.cli_session import done_or_refused, operator_name, with_auth

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.")]
Establishment = Annotated[str, typer.Option(metavar="UAI", help="The school.")]


def desk_commands() -> typer.Typer:
    """The group `carillon-auth desk`."""
    group = typer.Typer(help="Who works at a school's desk: grant, revoke, list.", no_args_is_help=True)
    group.command("grant")(grant)
    group.command("revoke")(revoke)
    group.command("list")(list_grants)
    return group


def grant(person: Person, establishment: Establishment) -> None:
    """Let somebody of the staff print the slips of a school; the right ends when the school no longer names him."""
    uai = establishment.strip().upper()
    done_or_refused(with_auth(lambda auth: auth.desk.grant(person, uai, granted_by=operator_name())))
    typer.echo(f"{person} works at the desk of {uai}.")


def revoke(person: Person, establishment: Establishment) -> None:
    """Take the right back, at once."""
    uai = establishment.strip().upper()
    done_or_refused(with_auth(lambda auth: auth.desk.revoke(person, uai, revoked_by=operator_name())))
    typer.echo(f"{person} no longer works at the desk of {uai}.")


def list_grants() -> None:
    """List the rights, one JSON object a line."""
    for one in with_auth(lambda auth: auth.desk.desks.listed()):
        told = {
            "person_id": one.person_id,
            "establishment": one.uai,
            "granted_at": one.granted_at.isoformat(),
            "granted_by": one.granted_by,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
