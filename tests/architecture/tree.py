"""The project's own files: what is committed, or would be."""

import ast
import os
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("auth", "preferences", "activation", "notifier")

_BINARY = {".png", ".ico", ".jpg", ".woff2", ".pdf", ".gz"}
_NOT_OURS = {".venv", ".git", "__pycache__", "node_modules", "var"}


@cache
def files() -> tuple[Path, ...]:
    """Every text file of the project, from the root; by walking where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() if listed.returncode == 0 and listed.stdout else _walked()
    return tuple(
        Path(name) for name in sorted(names) if (ROOT / name).is_file() and Path(name).suffix not in _BINARY
    )


def python_files(*within: str) -> Iterator[tuple[Path, str]]:
    """Python files under the given folders (all without any), with their text."""
    for path in files():
        if path.suffix == ".py" and (not within or path.as_posix().startswith(within)):
            yield path, text_of(path)


def assert_obeyed(
    looked_at: Iterable[tuple[Path, str]], rule: Callable[[str], list[str]], but: Collection[str] = ()
) -> None:
    """Fail with one line for each problem that a rule finds. `but`: beginnings of the paths it leaves alone."""
    told = [
        f"{path}: {problem}"
        for path, text in looked_at
        if not path.as_posix().startswith(tuple(but))
        for problem in rule(text)
    ]
    assert not told, "\n".join(["", *told])


@cache
def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _walked() -> Iterator[str]:
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [
            name for name in inner if name not in _NOT_OURS and not name.endswith((".egg-info", "_cache"))
        ]
        for name in names:
            yield str((Path(folder) / name).relative_to(ROOT))
