import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.adapters.recovery_digests import NoKey, RecoveryDigests
from auth.domain.recovery import (
    Channel,
    ProvedContact,
    RecoveringAccount,
    destination,
    flow_digest,
    new_flow,
    too_often,
)
from auth.domain.recovery_codes import CODE_LIFE, CODE_TRIES_MAX, new_code, read_code
from shared.kit.sealing import new_key


def _contact(contact_id: str, channel: Channel, *, selected: bool = False) -> ProvedContact:
    address = f"{contact_id}@example.org" if channel == "email" else "+33612345678"
    return ProvedContact(contact_id=contact_id, channel=channel, address=address, selected=selected)


def _account(*contacts: ProvedContact, **what: bool) -> RecoveringAccount:
    facts = {"suspended": False, "fused": False, "has_password": True} | what
    return RecoveringAccount(person_id="P1", contacts=contacts, **facts)


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(
    ("contacts", "wanted", "chosen"),
    [
        ([("a", "email", False), ("b", "email", True)], "email", "b"),
        ([("b", "email", False), ("a", "email", False)], "email", "a"),
        ([("a", "email", True), ("s", "sms", False)], "sms", "s"),
        ([("a", "email", True)], "sms", "a"),
        ([("s", "sms", False), ("t", "sms", True)], "email", "t"),
    ],
)
def test_a_code_goes_to_the_wanted_channel_else_the_other_and_to_the_selected_contact_first(
    contacts: list[tuple[str, Channel, bool]], wanted: Channel, chosen: str
) -> None:
    account = _account(*(_contact(name, channel, selected=selected) for name, channel, selected in contacts))

    there = destination(account, wanted)

    assert isinstance(there, ProvedContact)
    assert there.contact_id == chosen


@pytest.mark.parametrize(
    ("account", "silence"),
    [
        (None, "unknown"),
        (_account(_contact("a", "email"), suspended=True), "suspended"),
        (_account(_contact("a", "email"), fused=True), "fused"),
        (_account(_contact("a", "email"), has_password=False), "no_password"),
        (_account(), "no_proved_contact"),
    ],
)
def test_every_silence_has_its_reason(account: RecoveringAccount | None, silence: str) -> None:
    assert destination(account, "email") == silence


def test_the_limits_are_three_sends_to_a_destination_and_five_issues_to_an_account() -> None:
    assert too_often(issued=4, sent=2) is None
    assert too_often(issued=4, sent=3) == "sends_per_destination"
    assert too_often(issued=5, sent=0) == "issues_per_day"


def test_a_code_is_six_digits_for_ten_minutes_and_five_tries() -> None:
    codes = {new_code() for _ in range(200)}

    assert all(re.fullmatch(r"[0-9]{6}", code) for code in codes)
    assert len(codes) > 150
    assert (CODE_LIFE.total_seconds(), CODE_TRIES_MAX) == (600, 5)


@pytest.mark.parametrize(
    "typed", ["012345", " 012345 ", "012 345", "01 23 45", "012\u00a0345", "012\u202f345", "\uff10\uff112345"]
)
def test_spaces_and_wide_digits_are_understood(typed: str) -> None:
    assert read_code(typed) == "012345"


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "-12345", "١٢٣٤٥٦", "12345²x", "1" * 100_000]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text())
def test_reading_a_code_gives_six_digits_or_nothing(typed: str) -> None:
    read = read_code(typed)

    assert read is None or re.fullmatch(r"[0-9]{6}", read)


def test_a_digest_is_bound_to_the_account_the_kind_and_the_key() -> None:
    digests, others = RecoveryDigests(new_key()), RecoveryDigests(new_key())

    made = [
        digests.code("P1", "012345"),
        digests.code("P2", "012345"),
        digests.code("P10", "12345"),
        digests.destination("P1"),
        digests.identifier("P1"),
        digests.source("P1"),
        others.code("P1", "012345"),
    ]

    assert len(set(made)) == 7
    assert digests.code("P1", "012345") == made[0]


def test_only_the_first_key_counts() -> None:
    first, second = new_key(), new_key()

    assert RecoveryDigests(f"{first},{second}").code("P1", "1") == RecoveryDigests(first).code("P1", "1")


def test_without_a_key_no_code_is_judged() -> None:
    with pytest.raises(NoKey):
        RecoveryDigests("").code("P1", "012345")


def test_flows_are_long_random_and_kept_as_a_digest() -> None:
    flows = {new_flow() for _ in range(50)}

    assert {len(flow) for flow in flows} == {43}
    assert len({flow_digest(flow) for flow in flows}) == 50


def test_nothing_of_a_contact_is_printed() -> None:
    assert "example.org" not in repr(_contact("canari", "email"))
