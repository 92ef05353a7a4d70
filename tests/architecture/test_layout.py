"""Every service has the same shape, so that who knows one finds the way in all."""

import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SERVICES

FOLDERS = ("domain", "application", "adapters", "entrypoints", "migrations/versions")
FILES = ("__init__.py", "bootstrap.py", "settings.py", "py.typed")


def missing(service: Path, name: str) -> list[str]:
    """What the layout asks for and the service has not."""
    inside = service / "src" / name
    wanted = [
        service / "README.md",
        service / "pyproject.toml",
        *(inside / file for file in FILES),
        *(inside / folder / "__init__.py" for folder in FOLDERS),
    ]
    return [str(path.relative_to(service)) for path in wanted if not path.is_file()]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_the_folders_and_files_of_the_layout(name: str) -> None:
    assert missing(ROOT / "services" / name, name) == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_offers_one_command_of_its_name(name: str) -> None:
    project = tomllib.loads((ROOT / "services" / name / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]

    assert project["name"] == f"carillon-{name}"
    assert f"carillon-{name}" in project["scripts"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_services_readme_has_a_picture_of_its_states(name: str) -> None:
    readme = (ROOT / "services" / name / "README.md").read_text(encoding="utf-8")

    assert "```" in readme


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        ".env.example",
        "compose.yaml",
        "docs/adr",
    ],
)
def test_the_door_of_the_house_is_complete(name: str) -> None:
    assert (ROOT / name).exists()


def test_a_service_without_its_shape_is_seen(tmp_path: Path) -> None:
    (tmp_path / "src/new/domain").mkdir(parents=True)
    (tmp_path / "src/new/domain/__init__.py").touch()
    (tmp_path / "README.md").touch()

    found = missing(tmp_path, "new")

    assert "src/new/bootstrap.py" in found
    assert "src/new/domain/__init__.py" not in found
    assert "README.md" not in found
