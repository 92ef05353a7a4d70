from typing import get_args

import pytest

from auth.application.import_accounts import ImportReport
from auth.application.import_facts import Absences, Applied, Checked
from auth.domain.faults import Fault, Reason
from auth.entrypoints.import_texts import REASONS, fault_sentence, refusal_sentence, report_lines
from shared.kernel.refusals import Refused

NOTHING = Applied(
    created=0,
    changed=0,
    returned=0,
    absent=0,
    establishments_created=0,
    establishments_changed=0,
    published=0,
)


def _report(**found: object) -> ImportReport:
    checked = Checked(lines_good=3, lines_aside=0, faults=(), faults_total=0, uais=())
    return ImportReport(**({"encoding": "utf-8", "digest": "d", "checked": checked, "odd_uais": ()} | found))  # type: ignore[arg-type]  # fields by name


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == set(get_args(Reason))


def test_a_fault_is_told_by_line_column_masked_value_and_reason() -> None:
    told = fault_sentence(Fault(12, "birth_date", "31•••", "not_a_date"))

    assert told == "ligne 12, colonne birth_date, valeur « 31••• » : la date s'écrit AAAA-MM-JJ ou JJ/MM/AAAA"


def test_an_import_that_changes_nothing_says_so() -> None:
    assert "Rien n'a changé : tout était déjà dans l'annuaire." in report_lines(_report(applied=NOTHING))


def test_windows_1252_is_said() -> None:
    assert any("Windows-1252" in line for line in report_lines(_report(encoding="windows-1252")))


def test_the_question_about_many_absent_gives_the_numbers() -> None:
    refusal = Refused("too_many_absent")

    told = refusal_sentence(refusal, _report(absences=Absences(absent=12, present=100), refusal=refusal))

    assert told.startswith(
        "Ce fichier complet ne nomme plus 12 des 100 personnes de ses établissements (plus de 10 %)."
    )


@pytest.mark.parametrize(
    ("hidden", "told"), [(0, []), (1, ["… et 1 autre motif."]), (7, ["… et 7 autres motifs."])]
)
def test_faults_beyond_those_shown_are_counted(hidden: int, told: list[str]) -> None:
    checked = Checked(
        lines_good=0, lines_aside=1, faults=[Fault(2, "", "", "empty")], faults_total=1 + hidden, uais=()
    )

    assert [line for line in report_lines(_report(checked=checked)) if line.startswith("…")] == told


def test_all_questions_are_told_at_once_with_their_schools() -> None:
    asked = (Refused("school_emptied", "0690026D (19 / 20)"), Refused("school_redefined", "0690001T"))

    told = refusal_sentence(asked[0], _report(refusal=asked[0], questions=asked))

    assert "perdraient plus de la moitié de leurs personnes : 0690026D (19 / 20)." in told
    assert "déjà connus changerait pour tous ceux qui y sont : 0690001T." in told
    assert told.endswith("Rien n'a été changé.")
