import pytest

from shared.events.codes import CodeSecret
from shared.kit.sealing import Sealer, Unsealable, new_key

SECRET = CodeSecret(destination="sonia@example.org", code="482913")


def test_what_is_sealed_is_unsealed_by_the_same_key() -> None:
    sealer = Sealer(new_key())

    assert sealer.unseal(sealer.seal(SECRET)) == SECRET


def test_the_sealed_text_shows_neither_code_nor_destination() -> None:
    sealed = Sealer(new_key()).seal(SECRET)

    assert "482913" not in sealed
    assert "sonia" not in sealed


def test_after_a_rotation_the_first_key_seals_and_the_old_one_still_unseals() -> None:
    old, new = new_key(), new_key()
    sealed_before = Sealer(old).seal(SECRET)
    rotated = Sealer(f"{new},{old}")

    assert rotated.unseal(sealed_before) == SECRET
    assert Sealer(new).unseal(rotated.seal(SECRET)) == SECRET


def test_another_key_opens_nothing() -> None:
    sealed = Sealer(new_key()).seal(SECRET)

    with pytest.raises(Unsealable):
        Sealer(new_key()).unseal(sealed)


@pytest.mark.parametrize("text", ["", "not sealed", "gAAAAA", "é"])
def test_a_text_that_was_never_sealed_is_said_to_be_so(text: str) -> None:
    with pytest.raises(Unsealable):
        Sealer(new_key()).unseal(text)


@pytest.mark.parametrize("keys", ["", " , ", "short", "not-base64!!"])
def test_a_key_that_is_none_stops_the_start(keys: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Sealer(keys)


def test_a_secret_is_not_printed() -> None:
    assert "482913" not in f"{SECRET} {SECRET!r}"


def test_the_destination_of_a_security_notice_is_sealed_and_unsealed() -> None:
    sealer = Sealer(new_key())

    sealed = sealer.seal_destination("sonia@example.org")

    assert "sonia" not in sealed
    assert sealer.unseal_destination(sealed) == "sonia@example.org"


def test_a_sealed_code_is_no_destination_and_a_sealed_destination_no_code() -> None:
    sealer = Sealer(new_key())

    with pytest.raises(Unsealable):
        sealer.unseal_destination(sealer.seal(SECRET))
    with pytest.raises(Unsealable):
        sealer.unseal(sealer.seal_destination("sonia@example.org"))
