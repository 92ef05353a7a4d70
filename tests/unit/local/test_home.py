"""The directory of a stack: secrets kept and private, one stack at a time, nothing left of a temporary one."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from carillon.stack.home import Home
from carillon.stack.options import StackRefused


def test_secrets_are_made_once_and_are_ours_alone(tmp_path: Path) -> None:
    first = Home(tmp_path).secrets()

    assert Home(tmp_path).secrets() == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert first.code_key not in repr(first)
    Fernet(first.code_key)


def test_a_second_stack_in_the_same_directory_is_refused(tmp_path: Path) -> None:
    first, second = Home(tmp_path), Home(tmp_path)
    first.enter()

    with pytest.raises(StackRefused, match="Another stack is running"):
        second.enter()
    first.leave()
    second.enter()
    second.leave()
    assert tmp_path.exists()


def test_a_temporary_directory_disappears_unless_its_logs_are_wanted() -> None:
    gone, kept = Home(None), Home(None)
    for home in (gone, kept):
        home.enter()

    gone.leave()
    kept.leave(keep=True)

    assert not gone.directory.exists()
    assert kept.directory.exists()
    kept.leave()
