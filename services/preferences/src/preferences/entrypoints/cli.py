"""`carillon-preferences`: the service, and what an operator may do to somebody's preferences (audited)."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from preferences.domain.boxes import Asked
from preferences.entrypoints import operator_commands as commands
from preferences.settings import PreferencesSettings
from shared.kit.cli import run as run_work
from shared.kit.cli import run_cli, service_cli, settings_or_exit

WAIT_S = 10.0
SEED_WAIT_S = 60.0

Person = Annotated[str, typer.Argument(metavar="PERSON", help="the directory's identifier of the person")]
As = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="who asks, for the audit; else the system's user")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait-s", min=0, max=600, help="seconds to wait for an account that has just been imported"
    ),
]


def _serve(settings: PreferencesSettings) -> None:
    from preferences.entrypoints.serve import run

    run(settings)


app = service_cli(
    "preferences",
    PreferencesSettings,
    serve=_serve,
    help_text="Contacts and choices, per person and establishment.",
)


def _settings() -> PreferencesSettings:
    return settings_or_exit(PreferencesSettings, "preferences")


@app.command("choose")
def choose(
    *,
    person: Person,
    establishment: Annotated[str, typer.Option(metavar="UAI", help="the establishment the boxes are for")],
    email_information: Annotated[
        bool | None, typer.Option("--email-information/--no-email-information", help="e-mail at all (R29)")
    ] = None,
    establishment_notices: Annotated[
        bool | None,
        typer.Option(
            "--establishment-notices/--no-establishment-notices", help="the establishment's notices (R30)"
        ),
    ] = None,
    partner_notices: Annotated[
        bool | None,
        typer.Option("--partner-notices/--no-partner-notices", help="the partners' notices (R31)"),
    ] = None,
    sms: Annotated[
        bool | None,
        typer.Option("--sms/--no-sms", help="--no-sms ticks « Ne pas me contacter par SMS » (R50)"),
    ] = None,
    as_: As = None,
    wait_s: Wait = WAIT_S,
) -> None:
    """Tick and untick boxes; those that are not named stay as they are.

    Ticking a notices box also turns e-mail information on, unless that one is named.
    """
    asked = Asked(
        email_information=email_information,
        establishment_notices=establishment_notices,
        partner_notices=partner_notices,
        sms_refused=None if sms is None else not sms,
    )
    if asked.nothing:
        raise typer.BadParameter("name at least one box, such as --email-information or --no-sms")
    run_work(
        commands.choose(_settings(), person, establishment, asked, who=commands.asker(as_), wait_s=wait_s)
    )


@app.command("contact")
def contact(
    *,
    person: Person,
    email: Annotated[str | None, typer.Option(metavar="VALUE", help="the address to write to")] = None,
    phone: Annotated[str | None, typer.Option(metavar="VALUE", help="the « numéro de contact »")] = None,
    proved: Annotated[
        bool, typer.Option("--proved", help="the person is known to read what is sent there")
    ] = False,
    as_: As = None,
    wait_s: Wait = WAIT_S,
) -> None:
    """Make an address the selected one, or a number the « numéro de contact »; unproved unless --proved."""
    if (email is None) == (phone is None):
        raise typer.BadParameter("give either --email or --phone")
    address = commands.typed_address(email, phone)
    who = commands.asker(as_)
    run_work(commands.use_contact(_settings(), person, address, proved=proved, who=who, wait_s=wait_s))


@app.command("confirm-fusion")
def confirm_fusion(person: Person, as_: As = None) -> None:
    """Confirm for a person the boxes that fused accounts gave him; they stay as they are."""
    run_work(commands.confirm_fusion(_settings(), person, who=commands.asker(as_)))


@app.command("show")
def show(person: Person) -> None:
    """Print a person's choices, and his contacts masked."""
    run_work(commands.show(_settings(), person))


@app.command("seed")
def seed(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON lines; - is standard input", allow_dash=True)
    ],
    as_: As = None,
    wait_s: Wait = SEED_WAIT_S,
) -> None:
    """Set the choices and contacts of many people; the file is checked whole before anything changes."""
    run_work(commands.seed(_settings(), file, who=commands.asker(as_), wait_s=wait_s))


def main() -> NoReturn:
    """The console script."""
    run_cli(app)
