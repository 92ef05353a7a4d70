"""`carillon-activation`: the service, and what an operator may ask of it."""

from typing import Annotated, NoReturn

import asyncpg
import typer

from activation.bootstrap import NotMigrated, operator
from activation.settings import ActivationSettings
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse, run, run_cli, service_cli, settings_or_exit


def _serve(settings: ActivationSettings) -> None:
    from activation.entrypoints.serve import run as run_service

    run_service(settings)


app = service_cli(
    "activation",
    ActivationSettings,
    serve=_serve,
    help_text="Activation of the mobile application.",
)


@app.command("may-activate")
def may_activate(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="the directory's identifier of the person")],
) -> None:
    """Say whether a person may activate the mobile application; exit 1 and why when not."""
    settings = settings_or_exit(ActivationSettings, "activation")
    answer = run(_answer(settings, person))
    if isinstance(answer, Refused):
        refuse(answer.detail)
    typer.echo(f"{person} may activate, as {answer}.")


async def _answer(settings: ActivationSettings, person_id: str) -> str | Refused:
    try:
        async with operator(settings) as ask:
            return await ask(person_id)
    except NotMigrated as fault:
        refuse(f"The database is {fault}; run carillon-activation migrate.")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as failure:
        refuse(f"The database cannot answer now ({type(failure).__name__}).")


def main() -> NoReturn:
    """The console script."""
    run_cli(app)
