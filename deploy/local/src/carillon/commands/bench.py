"""`carillon bench`: what the whole path carries on this machine, checked in the same run."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from carillon.stack.options import StackRefused

PEOPLE = 20_000
MESSAGES = 200


def bench(
    *,
    people: Annotated[int, typer.Option(min=100, max=200_000, help="how many one alert goes to")] = PEOPLE,
    messages: Annotated[
        int, typer.Option(min=10, max=2_000, help="how many measure the idle latency")
    ] = MESSAGES,
) -> None:
    """Measure mails a second and idle latency, with the sink's own ceiling beside and conservation checked."""
    from carillon.bench.report import run_benchmark

    console = Console(soft_wrap=True)
    if not asyncio.run(run_benchmark(people=people, messages=messages, console=console)):
        raise StackRefused("Conservation did not hold: the figures above are worth nothing.")
