"""A command that fails ends with a whole sentence and exit code 1."""

import sys

import pytest
import typer

from shared.kit.cli import RefusedCommand, run_cli


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (RefusedCommand("Not today."), "Not today."),
        (OSError(28, "No space left on device"), "It failed: [Errno 28] No space left on device"),
        (TimeoutError(), "It failed: something that it needs did not answer in time."),
        (OSError(), "It failed: OSError"),
    ],
)
def test_a_failure_is_told_even_when_it_says_nothing_of_itself(
    failure: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def fails() -> None:
        raise failure

    monkeypatch.setattr(sys, "argv", ["carillon"])
    with pytest.raises(SystemExit) as ended:
        run_cli(app)

    assert ended.value.code == 1
    assert capsys.readouterr().err == f"{told}\n"
