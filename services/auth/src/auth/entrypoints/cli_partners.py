"""Operator commands about partner clients; a secret is shown once, when it is made."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from auth.bootstrap import Auth
from auth.domain.partners import Client, Partner
from auth.entrypoints.cli_session import done_or_refused, with_auth
from shared.kernel.refusals import Refused

T = TypeVar("T")

ClientId = Annotated[str, typer.Argument(help="The client's id.")]
Many = list[str]


def partner_commands() -> typer.Typer:
    """The group `carillon-auth partner`."""
    group = typer.Typer(help="Clients of partners: add, list, rotate-secret, disable.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_clients)
    group.command("rotate-secret")(rotate_secret)
    group.command("disable")(disable)
    return group


def add(  # noqa: PLR0917 - typer calls it by name
    client_id: ClientId,
    partner_id: Annotated[str, typer.Option(help="The partner's id; its clients share it.")],
    name: Annotated[str, typer.Option(help="The partner's name, as families read it.")],
    body: Annotated[
        str, typer.Option(help="departement, academie, region, enseignement_agricole or dreets.")
    ],
    departement: Annotated[Many, typer.Option(help="Repeatable: a département it speaks for.")] = [],  # noqa: B006 - typer's way of saying « none given »
    academie: Annotated[Many, typer.Option(help="Repeatable: an académie it speaks for.")] = [],  # noqa: B006 - typer's way
    region: Annotated[Many, typer.Option(help="Repeatable: a région it speaks for.")] = [],  # noqa: B006 - typer's way
    kind: Annotated[Many, typer.Option(help="Repeatable: only these kinds of establishment.")] = [],  # noqa: B006 - typer's way
    scope: Annotated[Many, typer.Option(help="Repeatable: what its tokens may be for.")] = [],  # noqa: B006 - typer's way
) -> None:
    """Add a client, and its partner where new; prints the secret, which cannot be read again."""
    partner = Partner(
        partner_id=partner_id,
        name=name,
        body=body,
        departements=tuple(departement),
        academies=tuple(academie),
        regions=tuple(region),
        kinds=tuple(kind) or None,
    )
    client = Client(client_id=client_id, partner_id=partner_id, scopes=tuple(scope))
    secret = _done(lambda auth: auth.register_client(partner, client), "user_created", client_id)
    typer.echo(json.dumps({"client_id": client_id, "client_secret": secret}))


def list_clients() -> None:
    """List clients with their partners, one JSON object a line; no secret is known to show."""
    for partner, client, enabled in with_auth(lambda auth: auth.partners.listed()):
        typer.echo(json.dumps(_shown(partner, client, enabled=enabled), ensure_ascii=False))


def rotate_secret(client_id: ClientId) -> None:
    """Give a client another secret; the old one and its tokens are dead at once."""
    secret = _done(lambda auth: auth.rotate_secret(client_id), "authn_password_change", client_id)
    typer.echo(json.dumps({"client_id": client_id, "client_secret": secret}))


def disable(client_id: ClientId) -> None:
    """Stop a client: no new token, and the living ones are dead at once."""
    _done(lambda auth: auth.disable_client(client_id), "authn_token_revoked", client_id)
    typer.echo(f"{client_id} is disabled.")


def _done(work: Callable[[Auth], Awaitable[T | Refused]], event: str, client_id: str) -> T:
    async def audited(auth: Auth) -> T | Refused:
        answer = await work(auth)
        if not isinstance(answer, Refused):
            auth.audit(event, client_id=client_id)
        return answer

    return done_or_refused(with_auth(audited))


def _shown(partner: Partner, client: Client, *, enabled: bool) -> dict[str, object]:
    return {
        "client_id": client.client_id,
        "partner_id": partner.partner_id,
        "name": partner.name,
        "body": partner.body,
        "territory": {
            "departements": partner.departements,
            "academies": partner.academies,
            "regions": partner.regions,
        },
        "kinds": partner.kinds,
        "scopes": client.scopes,
        "enabled": enabled,
    }
