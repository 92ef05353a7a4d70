"""What holds for every text file of the project."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.text_rules import (
    encoding_problems,
    machine_problems,
    registry_problems,
    silence_problems,
    size_problems,
    unfinished_problems,
)
from tests.architecture.tree import ROOT, assert_obeyed, files, python_files, text_of

FILE_LINES_MAX = 350
THE_RULES = ("tests/architecture/",)
"""The rules about words contain those words."""


def texts() -> Iterator[tuple[Path, str]]:
    return ((path, text_of(path)) for path in files())


def test_there_are_files_to_look_at() -> None:
    assert len(files()) > 50


def test_every_text_is_utf_8_with_line_feeds() -> None:
    problems = [
        f"{path}: {told}" for path in files() for told in encoding_problems((ROOT / path).read_bytes())
    ]

    assert problems == []


def test_no_file_names_a_package_registry() -> None:
    assert_obeyed(texts(), registry_problems, but=THE_RULES)


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    assert_obeyed(texts(), machine_problems, but=THE_RULES)


def test_every_silenced_warning_says_why() -> None:
    assert_obeyed(python_files(), silence_problems, but=THE_RULES)


def test_nothing_is_committed_unfinished() -> None:
    assert_obeyed(python_files(), unfinished_problems, but=THE_RULES)


def test_no_python_file_is_longer_than_one_can_hold_in_mind() -> None:
    assert_obeyed(python_files(), lambda text: size_problems(text, FILE_LINES_MAX))


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfa\n", b"a\r\n", b"a", "é\n".encode("latin-1")])
def test_a_file_in_another_encoding_is_seen(raw: bytes) -> None:
    assert len(encoding_problems(raw)) == 1
    assert encoding_problems("é\n".encode()) == []


@pytest.mark.parametrize(
    "words",  # apart, so that this file names none either
    [
        ("https://pyp", "i.org/simple"),
        ("--index-", "url x"),
        ("files.python", "hosted.org/a"),
        ("https://registry.npm", "js.org/left-pad"),
    ],
)
def test_a_registry_is_seen(words: tuple[str, str]) -> None:
    line = "".join(words)

    assert registry_problems(f"a\n{line}\n") == ["line 2: names a package registry"]


@pytest.mark.parametrize(
    "line", ["cd /home/lea/main", "/home/lea/carillon", "open('/home/lea/x')", "/Users/lea"]
)
def test_a_path_of_one_machine_is_seen(line: str) -> None:
    assert machine_problems(line) == ["line 1: a path of somebody's machine"]


@pytest.mark.parametrize("line", ["/etabli/work/a", "https://x.example/home/", "/home/carillon", "./work/x"])
def test_other_paths_are_left_alone(line: str) -> None:
    assert machine_problems(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: S101",
        "x = 1  # type: ignore",
        "x = 1  # type: ignore[misc]",
        "# noqa: S1 - ok",
    ],
)
def test_a_silence_without_a_reason_is_seen(line: str) -> None:
    assert len(silence_problems(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa: S101 - the first line always opens",
        "x = 1  # noqa: S101, T201  # a command talks to a person",
        "x = 1  # type: ignore[misc, arg-type]  # the library is untyped",
        "import twilio  # type: ignore[import-untyped]",
    ],
)
def test_a_silence_with_a_reason_is_left_alone(line: str) -> None:
    assert silence_problems(line) == []


@pytest.mark.parametrize("line", ["# TODO: later", "raise NotImplemented", "x = 1  # FIXME"])
def test_an_unfinished_place_is_seen(line: str) -> None:
    assert unfinished_problems(line) == ["line 1: is marked as unfinished"]
    assert unfinished_problems("raise NotImplementedError  # a subclass says it\nTODOS = 1\n") == []


def test_a_file_that_grew_too_long_is_seen() -> None:
    assert size_problems("\n" * 351, FILE_LINES_MAX) == ["has 351 lines, more than 350"]
    assert size_problems("\n" * 350, FILE_LINES_MAX) == []
