"""`carillon-auth`: the service itself, and what an operator asks of it."""

from collections.abc import Sequence

from auth.bootstrap import charters_of, seeds_of
from auth.entrypoints.cli_accounts import add_account_commands
from auth.entrypoints.cli_desk import desk_commands
from auth.entrypoints.cli_local import local_credentials
from auth.entrypoints.cli_partners import partner_commands
from auth.entrypoints.cli_slips import print_slips
from auth.settings import AuthSettings
from shared.kit.cli import run_cli, service_cli
from shared.kit.settings import SettingsProblem


def obstacles(settings: AuthSettings) -> Sequence[str]:
    """Missing keys, a seed file or a charter that cannot be read stop the start."""
    found = []
    for needed in (seeds_of, charters_of):
        try:
            needed(settings)
        except SettingsProblem as problem:
            found.append(str(problem))
    if not settings.code_keys.get_secret_value():
        found.append("CODE_KEYS is missing: it expects Fernet keys separated by commas.")
    return found


def serve_auth(settings: AuthSettings) -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    from auth.entrypoints.web import auth_app
    from shared.kit.health import Health
    from shared.kit.web import serve

    health = Health()
    serve(
        auth_app(settings, health, seeds_of(settings)),
        host=settings.http_host,
        port=settings.http_port,
        health=health,
    )


app = service_cli(
    "auth",
    AuthSettings,
    serve=serve_auth,
    obstacles=obstacles,
    help_text="Establishments, accounts, partner clients and their tokens.",
)
add_account_commands(app)
app.add_typer(partner_commands(), name="partner")
app.command("slips")(print_slips)
app.add_typer(desk_commands(), name="desk")
app.command("local-credentials")(local_credentials)


def main() -> None:
    """The console script."""
    run_cli(app)
