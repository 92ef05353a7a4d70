"""`carillon-auth`: the service itself, and what an operator asks of it."""

from auth.bootstrap import seeds_of
from auth.entrypoints.cli_accounts import add_account_commands
from auth.entrypoints.cli_partners import partner_commands
from auth.entrypoints.web import auth_app
from auth.settings import AuthSettings
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse, run_cli, service_cli
from shared.kit.health import Health
from shared.kit.web import serve


def serve_auth(settings: AuthSettings) -> None:
    """Run the service; a seed file that cannot be read stops the start."""
    seeds = seeds_of(settings)
    if isinstance(seeds, Refused):
        refuse(f"PARTNERS_FILE cannot be used: {seeds.detail}.")
    health = Health()
    serve(auth_app(settings, health, seeds), host=settings.http_host, port=settings.http_port, health=health)


app = service_cli(
    "auth",
    AuthSettings,
    serve=serve_auth,
    help_text="Establishments, accounts, partner clients and their tokens.",
)
add_account_commands(app)
app.add_typer(partner_commands(), name="partner")


def main() -> None:
    """The console script."""
    run_cli(app)
