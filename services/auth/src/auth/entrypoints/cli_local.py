"""`carillon-auth local-credentials`: how the made-up people of a local stack sign in."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from auth.application.local_credentials import LocalCredential, LocalOrder
from auth.bootstrap import Auth
from auth.entrypoints.cli_session import done_or_refused, with_auth
from shared.kernel.refusals import Refused

Many = list[str]


def local_credentials(
    ready: Annotated[int, typer.Option(min=0, max=500, help="So many whose first connection is over.")] = 30,
    first: Annotated[int, typer.Option(min=0, max=500, help="So many on their first password.")] = 90,
    ready_person: Annotated[Many, typer.Option(metavar="ID", help="Repeatable: among the first ones.")] = [],  # noqa: B006 - typer's way of saying « none given »
    first_person: Annotated[Many, typer.Option(metavar="ID", help="Repeatable: among the second ones.")] = [],  # noqa: B006 - typer's way
    desk: Annotated[
        Many, typer.Option(metavar="ID", help="Repeatable: works at the desk of each school.")
    ] = [],  # noqa: B006 - typer's way
) -> None:
    """Give made-up people passwords and tell them, one JSON object a line; only with CARILLON_ENV=local."""
    order = LocalOrder(
        first=first,
        ready=ready,
        first_people=tuple(first_person),
        ready_people=tuple(ready_person),
        desk_people=tuple(desk),
    )

    async def made(auth: Auth) -> Sequence[LocalCredential] | Refused:
        if auth.desk.local_credentials is None:
            return Refused("not_local", "passwords are told like this with CARILLON_ENV=local only")
        return await auth.desk.local_credentials(order)

    for one in done_or_refused(with_auth(made)):
        typer.echo(json.dumps(asdict(one), ensure_ascii=False))
