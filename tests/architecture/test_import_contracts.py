"""Who may import whom: the contracts of the root pyproject.toml, and that they would notice."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", *options],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_are_kept() -> None:
    checked = lint()

    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr[-1000:]


def test_a_contract_that_is_broken_is_seen(tmp_path: Path) -> None:
    """Upside down on purpose: consent stands on the kernel, not the other way round."""
    config = tmp_path / "contracts.ini"
    config.write_text(
        "[importlinter]\nroot_package = shared\n"
        "[importlinter:contract:1]\nname = upside down\ntype = layers\n"
        "layers =\n    shared.kernel\n    shared.consent\n"
    )

    checked = lint("--config", str(config))

    assert checked.returncode == 1
    assert "shared.consent" in checked.stdout
