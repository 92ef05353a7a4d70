"""`carillon-notifier`: the service itself, and what an operator asks of it."""

from typing import Annotated

import typer

from notifier.bootstrap import CheckedSettings
from notifier.entrypoints.cli_reports import add_report_commands
from notifier.entrypoints.roles import ROLES, read_roles
from shared.kit.cli import run_cli, service_cli, settings_or_exit

ROLES_VARIABLE = "NOTIFIER_ROLES"


def serve_notifier(settings: CheckedSettings, roles: frozenset[str]) -> None:
    """Run the service until it is told to end."""
    from notifier.entrypoints.service import notifier_app
    from shared.kit.health import Health
    from shared.kit.web import serve

    health = Health()
    app = notifier_app(settings, health, roles)
    serve(app, host=settings.http_host, port=settings.http_port, health=health)


app = service_cli(
    "notifier",
    CheckedSettings,
    serve=lambda settings: serve_notifier(settings, frozenset(ROLES)),
    help_text="Routing, the delivery ledger, e-mail and SMS.",
)
app.registered_commands = [command for command in app.registered_commands if command.name != "serve"]


@app.command("serve")
def serve_command(
    roles: Annotated[
        str | None,
        typer.Option(envvar=ROLES_VARIABLE, help=f"Some of {', '.join(ROLES)}; all when left out."),
    ] = None,
) -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    try:
        wanted = read_roles(roles)
    except ValueError as why:
        raise typer.BadParameter(str(why), param_hint="--roles") from None
    serve_notifier(settings_or_exit(CheckedSettings, "notifier"), wanted)


add_report_commands(app)


def main() -> None:
    """The console script."""
    run_cli(app)
