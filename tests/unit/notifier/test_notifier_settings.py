"""A wrong value stops the start with one sentence that names the variable and never shows a secret."""

import pytest

from notifier.bootstrap import CheckedSettings
from notifier.entrypoints.roles import ROLES, read_roles
from shared.consent import SmsRules
from shared.kit.sealing import new_key
from shared.kit.settings import SettingsProblem, StoreSettings, read_settings

GOOD = {
    "CARILLON_ENV": "local",
    "DATABASE_URL": "postgresql://notifier:secret@127.0.0.1/notifier",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "MAIL_FROM": "ENT <ne-pas-repondre@ent.example.org>",
    "SMTP_RELAYS": "smtp://127.0.0.1:2525",
    "SMS_GATEWAYS": "twilio+http://AC1:s3cret@127.0.0.1:8427?from=CARILLON",
    "CODE_KEYS": new_key(),
    "AUTH_URL": "http://127.0.0.1:8401",
    "INTROSPECTION_CLIENT_ID": "notifier",
    "INTROSPECTION_CLIENT_SECRET": "introspection-secret",
}
PRODUCTION = {
    "CARILLON_ENV": "production",
    "PUBLIC_URL": "https://ent.example.org",
    "KAFKA_SECURITY_PROTOCOL": "SSL",
    "SMS_GATEWAYS": "twilio://AC1:s3cret@api.twilio.com?from=CARILLON",
}


def refusal(monkeypatch: pytest.MonkeyPatch, **change: str) -> str:
    for name, value in (GOOD | change).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as refused:
        read_settings(CheckedSettings)
    return str(refused.value)


def test_good_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)

    settings = read_settings(CheckedSettings)

    assert settings.sms_rules == SmsRules("urgent")
    assert (settings.tries_max("codes"), settings.in_flight_max) == (8, 2000)


def test_a_local_try_needs_no_secret_of_auth(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    for name in ("AUTH_URL", "INTROSPECTION_CLIENT_ID", "INTROSPECTION_CLIENT_SECRET"):
        monkeypatch.delenv(name)

    assert read_settings(CheckedSettings).auth_url == "http://127.0.0.1:8400"

    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem, match="AUTH_URL is missing"):
        read_settings(CheckedSettings)


def test_the_reports_need_only_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", GOOD["DATABASE_URL"])

    assert read_settings(StoreSettings).database_url.get_secret_value() == GOOD["DATABASE_URL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "nobody"),
        ("SMTP_RELAYS", "http://127.0.0.1"),
        ("SMS_GATEWAYS", "twilio+http://AC1:s3cret@127.0.0.1:8427"),
        ("SMS_EVENTS", "sometimes"),
        ("SMS_ALLOWED_HOURS", "20:00-07:00"),
        ("SMS_ALLOWED_HOURS", "all day"),
        ("CODE_KEYS", "too-short"),
        ("AUTH_URL", "auth:8080"),
        ("MESSAGE_LIFE_H", "0"),
        ("BULK_TRIES_MAX", "0"),
        ("IN_FLIGHT_MAX", "10"),
        ("WORKER_LEASE_S", "1"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    said = refusal(monkeypatch, **{name: value})

    assert name in said
    assert "s3cret" not in said
    assert len(said.splitlines()) == 1


def test_production_refuses_a_clear_text_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SMTP_RELAYS" in refusal(monkeypatch, **PRODUCTION)


def test_production_refuses_a_clear_text_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    change = PRODUCTION | {"SMTP_RELAYS": "smtps://relay.example.org", "SMS_GATEWAYS": GOOD["SMS_GATEWAYS"]}

    assert "SMS_GATEWAYS" in refusal(monkeypatch, **change)


def test_roles_are_read_and_none_means_all() -> None:
    assert read_roles("web, bulk") == {"web", "bulk"}
    assert read_roles(None) == set(ROLES)


@pytest.mark.parametrize("text", ["", "webb", "web,,bulk"])
def test_an_unknown_role_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(ValueError, match="sweeper"):
        read_roles(text)
