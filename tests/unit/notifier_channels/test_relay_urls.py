"""Which relays and gateways a setting names, and what is refused without repeating a secret."""

import pytest

from notifier.adapters.relay_urls import SmtpRelay, TwilioGateway, read_gateways, read_relays

SID = "AC" + "0" * 32


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        (
            "smtp://user:p%40ss@mx.example.org:587?starttls=required",
            SmtpRelay("mx.example.org:587", "mx.example.org", 587, "starttls", "user", "p@ss"),
        ),
        (
            "smtp://mx.example.org?starttls=required",
            SmtpRelay("mx.example.org:587", "mx.example.org", 587, "starttls"),
        ),
        ("smtps://mx.example.org", SmtpRelay("mx.example.org:465", "mx.example.org", 465, "tls")),
        ("smtps://[::1]:2465", SmtpRelay("::1:2465", "::1", 2465, "tls")),
    ],
)
def test_a_relay_is_read(text: str, relay: SmtpRelay) -> None:
    assert read_relays(text, local=False) == (relay,)


def test_relays_keep_their_order_and_get_names_of_their_own() -> None:
    relays = read_relays(
        "smtps://a:x@mx.example.org , smtps://b:y@mx.example.org,smtps://mx2.example.org", local=False
    )

    assert [relay.name for relay in relays] == [
        "mx.example.org:465",
        "mx.example.org:465#2",
        "mx2.example.org:465",
    ]


def test_clear_text_is_for_local_use_only() -> None:
    assert read_relays("smtp://127.0.0.1:2525", local=True)[0].security == "clear"
    with pytest.raises(ValueError, match="clear text is for local use only"):
        read_relays("smtp://127.0.0.1:2525", local=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "mx.example.org",
        "http://secret:secret@mx.example.org",
        "smtps://",
        "smtps://mx.example.org/secret",
        "smtps://mx.example.org:secret",
        "smtps://secret@mx.example.org",
        "smtp://secret:secret@mx.example.org?starttls=maybe",
        "smtps://secret:secret@mx.example.org?secret=1",
    ],
)
def test_what_is_no_relay_is_refused_in_a_sentence_that_repeats_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z].+[^.]$") as refusal:
        read_relays(text, local=True)

    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("sender", ["CARILLON", "+33639980001", "36180", "MG" + "0" * 32, "ENT Rhone"])
def test_a_gateway_is_read(sender: str) -> None:
    [gateway] = read_gateways(f"twilio://{SID}:to%2Fken@api.twilio.com?from={sender}", local=False)

    assert gateway == TwilioGateway("api.twilio.com", "https://api.twilio.com", SID, "to/ken", sender)
    assert gateway.is_messaging_service is sender.startswith("MG")


def test_a_simulator_is_for_local_use_only() -> None:
    text = f"twilio+http://{SID}:token@127.0.0.1:8427?from=CARILLON"

    assert read_gateways(text, local=True)[0].base_url == "http://127.0.0.1:8427"
    with pytest.raises(ValueError, match="for local use only"):
        read_gateways(text, local=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://secret:secret@api.twilio.com?from=CARILLON",
        "twilio://api.twilio.com?from=CARILLON",
        "twilio://secret@api.twilio.com?from=CARILLON",
        "twilio://secret:secret@api.twilio.com",
        "twilio://secret:secret@api.twilio.com?from=secretlylonger",
        "twilio://secret:secret@api.twilio.com?from=123secret!",
        "twilio://secret:secret@api.twilio.com?from=CARILLON&x=secret",
    ],
)
def test_what_is_no_gateway_is_refused_in_a_sentence_that_repeats_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z].+") as refusal:
        read_gateways(text, local=True)

    assert "secret" not in str(refusal.value)


def test_no_secret_can_be_printed_by_accident() -> None:
    [relay] = read_relays("smtps://user:hush@mx.example.org", local=False)
    [gateway] = read_gateways(f"twilio://{SID}:hush@api.twilio.com?from=CARILLON", local=False)

    assert "hush" not in f"{relay!r} {gateway!r} {relay.name} {gateway.name}"
