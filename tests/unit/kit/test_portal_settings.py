"""A service with pages knows how to ask auth who is signed in, or does not start."""

import pytest

from activation.settings import ActivationSettings
from preferences.settings import PreferencesSettings
from shared.kit.portal_settings import LOCAL_CLIENT, PortalSettings
from shared.kit.settings import SettingsProblem, read_settings

PRODUCTION = {
    "CARILLON_ENV": "production",
    "PUBLIC_URL": "https://ent.example.org",
    "DATABASE_URL": "postgresql://service:secret@127.0.0.1/service",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "KAFKA_SECURITY_PROTOCOL": "SSL",
    "AUTH_URL": "http://auth:8080/",
    "INTROSPECTION_CLIENT_ID": "carillon-services",
    "INTROSPECTION_CLIENT_SECRET": "s3cret-of-the-services",
}
KINDS = pytest.mark.parametrize("kind", [PreferencesSettings, ActivationSettings])


def set_all(monkeypatch: pytest.MonkeyPatch, without: str = "", **change: str) -> None:
    for name, value in (PRODUCTION | change).items():
        monkeypatch.setenv(name, value)
    if without:
        monkeypatch.delenv(without)


@KINDS
def test_good_settings_are_read(monkeypatch: pytest.MonkeyPatch, kind: type[PortalSettings]) -> None:
    set_all(monkeypatch)

    settings = read_settings(kind)

    assert settings.auth_url == "http://auth:8080"
    assert settings.introspection_client_id == "carillon-services"


@KINDS
@pytest.mark.parametrize("name", ["AUTH_URL", "INTROSPECTION_CLIENT_ID", "INTROSPECTION_CLIENT_SECRET"])
def test_production_needs_each_of_them(
    monkeypatch: pytest.MonkeyPatch, kind: type[PortalSettings], name: str
) -> None:
    set_all(monkeypatch, without=name)

    with pytest.raises(SettingsProblem, match=f"{name} is missing"):
        read_settings(kind)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTH_URL", "auth:8080"),
        ("INTROSPECTION_CLIENT_ID", ""),
        ("INTROSPECTION_CLIENT_SECRET", ""),
        ("INTROSPECTION_CLIENT_SECRET", LOCAL_CLIENT["introspection_client_secret"]),
        ("PORTAL_NAME", ""),
        ("TUTORIAL_URL", "video.example.org"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    set_all(monkeypatch, **{name: value})

    with pytest.raises(SettingsProblem, match=name) as refused:
        read_settings(PreferencesSettings)

    assert "local-try" not in str(refused.value)


def test_beside_a_local_stack_nothing_has_to_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, CARILLON_ENV="local", PUBLIC_URL="http://127.0.0.1:8400", without="AUTH_URL")

    assert read_settings(PreferencesSettings).auth_url == "http://127.0.0.1:8400"
