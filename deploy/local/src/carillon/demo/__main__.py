"""`python -m carillon.demo`: tells the story on the stack that is described on standard input, then ends.

A process of its own: what it needs for listening and asking is gone from memory when the story is over.
"""

import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console

from carillon.demo.story import Stage, Story
from carillon.demo.words import Words
from carillon.sending.target import Target
from carillon.stack.description import RunningStack
from carillon.stack.options import StackRefused


def main() -> int:
    """0 when told, 1 with a sentence when the stack refused something."""
    told = json.load(sys.stdin)
    stack = RunningStack(**told["stack"])
    if stack.accounts_file is None:
        print("The story needs a stack with its sample.", file=sys.stderr)
        return 1
    stage = Stage(
        front=told["front"],
        viewer=told["viewer"],
        partners=told["partners"],
        accounts_file=Path(stack.accounts_file),
        target=Target(stack.kafka, stack.idempotence, stack),
        started_s_ago=told["started_s_ago"],
        accounts=told["accounts"],
    )
    try:
        asyncio.run(Story(stage, Console(), Words.of_locale()).tell())
    except StackRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
