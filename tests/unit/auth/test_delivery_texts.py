from auth.application.delivery_ports import LeftOut
from auth.application.import_delivery import DeliveryReport
from auth.application.import_facts import Absences, Checked
from auth.domain.directory_entry import Operation
from auth.domain.faults import Fault
from auth.entrypoints.delivery_texts import delivery_lines
from auth.entrypoints.import_texts import refusal_sentence
from shared.kernel.refusals import Refused

FAULT = Fault(12, "phone_mobile", "08•••", "premium_number")


def _report(fault: Fault = FAULT, **left: int) -> DeliveryReport:
    return DeliveryReport(
        encoding="utf-8",
        digest="d",
        checked=Checked(lines_good=40, lines_aside=1, faults=(fault,), faults_total=3, uais=()),
        odd_uais=("0690001A",),
        absences=Absences(absent=12, present=100),
        files=("a.xml", "ENT_PersRelEleve_0003.xml"),
        entries={Operation.ADD: 50, Operation.MODIFY: 2, Operation.DELETE: 1},
        passed_over=7,
        left_out=LeftOut(
            relations_without_pupil=left.get("without", 0), relations_missing=left.get("missing", 0)
        ),
        places={12: (1, 4711)},
    )


def test_a_fault_is_told_by_file_line_attribute_masked_value_and_reason() -> None:
    assert (
        "ENT_PersRelEleve_0003.xml, ligne 4711, attribut mobile, valeur « 08••• » : "
        "les numéros surtaxés ne sont pas acceptés"
    ) in delivery_lines(_report())


def test_a_fault_of_an_entry_received_earlier_says_so() -> None:
    told = delivery_lines(_report(Fault(99, "children", "10•••", "child_unknown")))

    assert any(line.startswith("entrée reçue dans une livraison précédente, attribut") for line in told)


def test_the_report_counts_entries_and_those_who_have_no_account() -> None:
    told = delivery_lines(_report(without=30, missing=4))

    assert told[:7] == [
        "Livraison d'annuaire : 2 fichiers.",
        "Entrées ajoutées : 50 ; modifiées : 2 ; supprimées : 1.",
        "Rattachements corrects : 40 ; entrées écartées : 1.",
        "Entrées d'autres catégories, laissées de côté : 7.",
        "Personnes en relation sans responsabilité légale d'un élève, sans compte : 30.",
        "Responsables nommés par un élève et absents de l'annuaire : 4.",
        "À vérifier, la lettre du code UAI n'est pas celle attendue : 0690001A.",
    ]
    assert "… et 2 autres motifs." in told


def test_the_question_about_many_who_leave_gives_the_numbers() -> None:
    told = refusal_sentence(Refused("too_many_leaving"), _report())

    assert told.startswith(
        "Cette livraison fait partir 12 des 100 personnes de leur établissement (plus de 10 %)."
    )


def test_changes_called_complete_are_refused_with_a_sentence() -> None:
    told = refusal_sentence(Refused("delta_is_not_complete", "ENT_Delta_Eleve_0000.xml"))

    assert "ENT_Delta_Eleve_0000.xml" in told
    assert "sans --complete" in told
