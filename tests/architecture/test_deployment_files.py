"""What the deployment files say of the code is true: routes, settings, hardening."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from activation.settings import ActivationSettings
from auth.settings import AuthSettings
from carillon.front.routes import service_for
from notifier.settings import NotifierSettings
from preferences.settings import PreferencesSettings
from shared.kit.settings import CommonSettings
from shared.kit.topics import TopicsSettings

ROOT = Path(__file__).parents[2]
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
COMPOSE_TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SETTINGS = (TopicsSettings, AuthSettings, PreferencesSettings, ActivationSettings, NotifierSettings)
OURS = {name: part for name, part in COMPOSE["services"].items() if part["image"].startswith("carillon-")}


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_setting_is_in_the_example_with_a_sentence(kind: type[CommonSettings]) -> None:
    listed = set(re.findall(r"^#?([A-Z0-9_]+)=", ENV_EXAMPLE, re.MULTILINE))

    assert {name.upper() for name in kind.model_fields} <= listed


def test_every_variable_of_compose_is_in_the_example() -> None:
    listed = set(re.findall(r"^#?([A-Z0-9_]+)=", ENV_EXAMPLE, re.MULTILINE))

    assert set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE_TEXT)) - {"KAFKA_CLUSTER_ID"} <= listed


def test_the_front_of_compose_has_the_table_of_the_local_one() -> None:
    caddyfile = (ROOT / "deploy/compose/Caddyfile").read_text(encoding="utf-8")
    routed = {
        path: service
        for service, paths in re.findall(r"^\t@(\w+) path (.+)$", caddyfile, re.MULTILINE)
        for path in paths.split()
    }

    assert {path: service_for(path.replace("*", "anything")) for path in routed} == routed
    assert {path for path in routed if not path.endswith("/*")} == _known_to_the_local_front()


def _known_to_the_local_front() -> set[str]:
    from carillon.front import routes

    return set(routes._EXACT) | set(routes._BELOW)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_have_no_root_no_capability_and_nothing_to_write_on(name: str) -> None:
    part = OURS[name]

    assert part["user"] == "10001:10001"
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]


def test_every_container_that_stays_has_a_health_check() -> None:
    staying = {name for name, part in COMPOSE["services"].items() if part.get("restart") == "unless-stopped"}

    assert {name for name in staying if "healthcheck" not in COMPOSE["services"][name]} == set()
