"""`carillon sample`: a made-up académie of any size, as the file that a directory would export."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from carillon.stack.options import DEFAULT_ACCOUNTS, StackRefused


def sample(
    *,
    accounts: Annotated[int, typer.Option(min=3, max=1_000_000, help="how many people")] = DEFAULT_ACCOUNTS,
    output: Annotated[Path, typer.Option(metavar="FILE", dir_okay=False, help="the accounts file, CSV")],
    choices: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="their choices, for `carillon-preferences seed`"),
    ] = None,
    seed: Annotated[int, typer.Option(help="another seed, other people")] = 69,
) -> None:
    """Write a sample académie: people with accents, addresses in example.org, numbers that reach nobody."""
    from carillon.sample.files import ChoicesFile, write_sample

    try:
        with ExitStack() as files:
            target = files.enter_context(output.open("w", encoding="utf-8", newline=""))
            add: Any = files.enter_context(ChoicesFile(choices)).add if choices else lambda _: None
            lines = write_sample(accounts, target, add, seed=seed)
    except OSError as trouble:
        raise StackRefused(f"{trouble.filename} cannot be written: {trouble.strerror}.") from trouble
    typer.echo(f"{accounts} people on {lines} lines in {output}.", err=True)
