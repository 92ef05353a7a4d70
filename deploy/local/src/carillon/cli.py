"""`carillon`: the local stack and what a producer would do, from the command line."""

import sys
from typing import NoReturn

import typer

from carillon.commands.bench import bench
from carillon.commands.demo import demo
from carillon.commands.sample import sample
from carillon.commands.send import send
from carillon.commands.up import up
from carillon.stack.options import StackRefused, WrongUsage

app = typer.Typer(
    name="carillon",
    help="The local stack of Carillon, and what a producer of events would do.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up)
app.command("demo")(demo)
app.command("sample")(sample)
app.command("bench")(bench)
app.add_typer(send, name="send")


def main(arguments: list[str] | None = None) -> NoReturn:
    """0 done, 1 refused or failed with a sentence on standard error, 2 wrong usage."""
    try:
        app(args=None if arguments is None else [*arguments, *sys.argv[1:]])
    except WrongUsage as usage:
        print(usage, file=sys.stderr)
        sys.exit(2)
    except StackRefused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


if __name__ == "__main__":
    main()
