import pytest

from auth.domain.uai import has_right_letter, has_uai_shape


@pytest.mark.parametrize("text", ["0690026D", "0750655E"])
def test_real_codes_have_the_shape_and_the_letter(text: str) -> None:
    assert has_uai_shape(text)
    assert has_right_letter(text)


@pytest.mark.parametrize(
    "text", ["", "690026D", "06900260", "0690026d", "0690026DD", "069002٦D", "0690026D\n"]
)
def test_other_texts_are_no_codes(text: str) -> None:
    assert not has_uai_shape(text)


def test_a_wrong_letter_is_seen() -> None:
    assert not has_right_letter("0690026E")
