"""Rules about any text file. Each takes a text and answers with sentences, none when it is obeyed."""

import re

_REGISTRIES = re.compile(
    r"(?:pypi|npmjs|crates|rubygems)\.(?:org|io|com)|pythonhosted\.org|repo1?\.maven\.|proxy\.golang"
    r"|--(?:extra-)?index-url|registry-1\.docker"
)
_ONE_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|Users)/|(?<![\w.])/home/(?!carillon\b|app\b)\w")
_SILENCED = re.compile(
    r"#\s*(?:noqa|type:\s*ignore)(?P<codes>(?::\s*[A-Z0-9, ]+|\[[\w, -]+\])?)(?P<rest>[^\n]*)"
)
_REASON = re.compile(r"\s*(?:#|-|–|—|:)\s*\S.{7,}")
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplemented\b")
_SAYS_WHY_ITSELF = "[import-untyped]"


def encoding_problems(raw: bytes) -> list[str]:
    """UTF-8 without a mark, lines ended by LF alone, the last one too."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as failure:
        return [f"is not UTF-8 (byte {failure.start})"]
    problems = []
    if text.startswith("\ufeff"):
        problems.append("begins with a byte order mark")
    if "\r" in text:
        problems.append("has a carriage return")
    if text and not text.endswith("\n"):
        problems.append("does not end with a line feed")
    return problems


def registry_problems(text: str) -> list[str]:
    """No file names a package registry: whoever installs decides where packages come from."""
    return [f"line {n}: names a package registry" for n in _lines(_REGISTRIES, text)]


def machine_problems(text: str) -> list[str]:
    """No path of one developer's machine."""
    return [f"line {n}: a path of somebody's machine" for n in _lines(_ONE_MACHINE, text)]


def silence_problems(text: str) -> list[str]:
    """Every silenced warning names its rule and says why, after the rule: `# noqa: S101 - the reason`."""
    problems = []
    for n, line in enumerate(text.splitlines(), 1):
        for silenced in _SILENCED.finditer(line):
            if not silenced["codes"]:
                problems.append(f"line {n}: silences every rule")
            elif silenced["codes"] != _SAYS_WHY_ITSELF and not _REASON.match(silenced["rest"]):
                problems.append(f"line {n}: silences a rule without a reason")
    return problems


def unfinished_problems(text: str) -> list[str]:
    """What is committed is finished; what is not belongs in the list of things to do, not in the code."""
    return [f"line {n}: is marked as unfinished" for n in _lines(_UNFINISHED, text)]


def size_problems(text: str, lines_max: int) -> list[str]:
    lines = len(text.splitlines())
    return [f"has {lines} lines, more than {lines_max}"] if lines > lines_max else []


def _lines(pattern: re.Pattern[str], text: str) -> list[int]:
    return [n for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
