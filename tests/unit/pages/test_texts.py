"""The catalogue: every sentence has one id."""

import string
import sys
from pathlib import Path

import pytest

from shared.kit.texts import Catalogue, UnknownSentence

PACKAGE = "tests.unit.pages.specimen"


def test_a_sentence_is_said_with_its_values() -> None:
    assert Catalogue(PACKAGE).say("specimen.hello", name="Inès") == "Bonjour Inès"


def test_an_id_nobody_gave_is_a_mistake() -> None:
    with pytest.raises(UnknownSentence):
        Catalogue(PACKAGE).say("specimen.nowhere")


def test_a_value_that_is_not_given_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Catalogue(PACKAGE).say("specimen.hello")


def test_a_value_that_looks_like_a_sentence_stays_a_value() -> None:
    assert Catalogue(PACKAGE).say("specimen.hello", name="{name}") == "Bonjour {name}"


def test_two_files_of_a_service_may_not_give_one_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"b\.toml gives a\.title a second time"):
        a_catalogue(tmp_path, monkeypatch, {"a.toml": '[a]\ntitle = "1"\n', "b.toml": '[a]\ntitle = "2"\n'})


def test_a_service_may_say_a_sentence_of_the_kit_in_its_own_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = a_catalogue(tmp_path, monkeypatch, {"a.toml": '[parts]\nchange = "Changer"\n'})

    assert catalogue.say("parts.change") == "Changer"
    assert catalogue.say("parts.show") == "Afficher"


def a_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> Catalogue:
    texts = tmp_path / "some_service/entrypoints/texts"
    texts.mkdir(parents=True)
    (tmp_path / "some_service/__init__.py").touch()
    for name, text in files.items():
        (texts / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "some_service", raising=False)
    try:
        return Catalogue("some_service")
    finally:
        sys.modules.pop("some_service", None)


def test_no_line_breaks_inside_french_punctuation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of characters is left as it is."""
    sentence = "Prêt ? Cochez « {box} » : la suite : !#%"
    catalogue = a_catalogue(tmp_path, monkeypatch, {"a.toml": f'[a]\ntitle = "{sentence}"\n'})

    assert catalogue.say("a.title", box="A") == "Prêt_? Cochez «_A_»_: la suite_: !#%".replace("_", "\u00a0")


def test_no_line_breaks_between_a_number_and_its_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "Dans les 90 jours, {wait} minutes, 8 caractères ; en 2026 on dira 3 chartes et 10 %."
    catalogue = a_catalogue(tmp_path, monkeypatch, {"a.toml": f'[a]\ntitle = "{sentence}"\n'})

    told = "Dans les 90_jours, 10_minutes, 8_caractères_; en 2026 on dira 3 chartes et 10_%."
    assert catalogue.say("a.title", wait=10) == told.replace("_", "\u00a0")


def test_no_sentence_of_the_kit_blames_or_commands() -> None:
    catalogue = Catalogue(PACKAGE)

    said = " ".join(catalogue._sentences.values()).lower()

    assert [word for word in ("erreur", "invalide", "veuillez", "incorrect") if word in said] == []


def test_the_values_of_every_sentence_are_names() -> None:
    fields = [
        name
        for sentence in Catalogue(PACKAGE)._sentences.values()
        for _, name, _, _ in string.Formatter().parse(sentence)
        if name is not None
    ]

    assert [name for name in fields if not name.isidentifier()] == []
