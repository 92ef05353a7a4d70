"""The board goes on without its reader."""

import os

from carillon.stack.board import Board, Terminal


def test_a_reader_that_went_away_ends_the_talking_and_nothing_else() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8", buffering=1, closefd=False) as gone:
        board = Board(Terminal(file=gone))

        board.say("postgres is ready")
        board.show("auth", "ready")

        assert board.console.quiet
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)  # for what the file still holds
