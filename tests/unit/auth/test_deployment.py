"""What the deployment says to auth: settings and the partners file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auth.adapters.partners_file import read_partners_file
from auth.application.register_client import SeedClients, judge_seeds
from auth.settings import AuthSettings
from shared.kernel.refusals import Refused
from shared.kit.settings import SettingsProblem, read_settings
from tests.fakes.auth import HandClock, PartnersInMemory

ENTRY = {
    "client_id": "region-1",
    "client_secret": "s" * 32,
    "partner_id": "region",
    "name": "Région",
    "body": "region",
    "territory": {"regions": ["Auvergne-Rhône-Alpes"]},
    "kinds": None,
    "scopes": ["alerts:write"],
}
PRODUCTION = {
    "CARILLON_ENV": "production",
    "PUBLIC_URL": "https://ent.example.org",
    "DATABASE_URL": "postgresql://auth@db/auth",
    "KAFKA_BOOTSTRAP_SERVERS": "kafka:9093",
    "KAFKA_SECURITY_PROTOCOL": "SSL",
    "INTROSPECTION_CLIENT_SECRET": "x" * 32,
}
CLOCK = HandClock(datetime(2026, 9, 1, tzinfo=UTC))


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def _file(tmp_path: Path, *entries: object) -> Path:
    path = tmp_path / "partners.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def test_production_settings_in_order_are_read(production: pytest.MonkeyPatch) -> None:
    assert read_settings(AuthSettings).absence_grace_days == 15


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTROSPECTION_CLIENT_SECRET", "short-secret"),
        ("INTROSPECTION_CLIENT_SECRET", "local-try-introspection-secret-not-for-production"),
        ("PARTNERS_FILE", "/nowhere/partners.json"),
        ("ABSENCE_GRACE_DAYS", "-1"),
        ("TRUSTED_PROXIES", "not-a-network"),
        ("CODE_KEYS", "not-a-key-at-all"),
        ("CODE_KEYS", "bG9jYWwtdHJ5LWtleS1mb3ItY29kZXMtMzItYnl0ZXM="),
        ("PORTAL_NAME", "x" * 61),
        ("TUTORIAL_URL", "javascript:alert(1)"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    production: pytest.MonkeyPatch, name: str, value: str
) -> None:
    production.setenv(name, value)

    with pytest.raises(SettingsProblem) as told:
        read_settings(AuthSettings)

    assert name in str(told.value)
    assert value not in str(told.value)


async def test_a_partners_file_makes_clients_once(tmp_path: Path) -> None:
    seeds = read_partners_file(_file(tmp_path, ENTRY))
    assert not isinstance(seeds, Refused)
    seed = SeedClients(partners=PartnersInMemory(), clock=CLOCK)

    assert [await seed(seeds), await seed(seeds)] == [1, 0]


@pytest.mark.parametrize(
    "entry",
    [
        {"client_id": "x"},
        ENTRY | {"body": "commune"},
        ENTRY | {"surprise": 1},
        ENTRY | {"kinds": ["ecole"]},
        "region",
    ],
)
def test_a_wrong_partners_file_is_refused_without_its_values(tmp_path: Path, entry: object) -> None:
    refusal = read_partners_file(_file(tmp_path, entry))

    assert isinstance(refusal, Refused)
    assert "s" * 32 not in refusal.detail


def test_production_refuses_a_short_client_secret_and_a_local_try_does_not(tmp_path: Path) -> None:
    seeds = read_partners_file(
        _file(tmp_path, ENTRY, ENTRY | {"client_id": "weak", "client_secret": "short"})
    )
    assert not isinstance(seeds, Refused)

    refusal = judge_seeds(seeds, weak_secrets_allowed=False)

    assert refusal == Refused("weak_secret", "weak: the secret has fewer than 32 bytes")
    assert judge_seeds(seeds, weak_secrets_allowed=True) is None


def test_one_partner_cannot_be_described_twice(tmp_path: Path) -> None:
    seeds = read_partners_file(_file(tmp_path, ENTRY, ENTRY | {"client_id": "region-2", "name": "Autre"}))
    assert not isinstance(seeds, Refused)

    assert isinstance(judge_seeds(seeds, weak_secrets_allowed=True), Refused)
