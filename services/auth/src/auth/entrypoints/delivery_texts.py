"""What those who keep the school directory read after a delivery: where each fault stands, and under which attribute."""

from auth.application.import_delivery import DeliveryReport
from auth.domain.directory_attributes import ATTRIBUTES
from auth.domain.directory_entry import Operation
from auth.domain.faults import Fault
from auth.entrypoints.import_texts import REASONS, done_lines, hidden_faults_lines, odd_uai_lines


def delivery_lines(report: DeliveryReport) -> list[str]:
    """The whole report, in the order one wants to read it."""
    faults = [entry_fault_sentence(fault, report) for fault in report.checked.faults]
    return [*_found(report), *faults, *hidden_faults_lines(report), *done_lines(report)]


def entry_fault_sentence(fault: Fault, report: DeliveryReport) -> str:
    """One line of the report: file and line, attribute, masked value, reason."""
    stands = report.places.get(fault.line)
    where = (
        f"{report.files[stands[0]]}, ligne {stands[1]}"
        if stands
        else "entrée reçue dans une livraison précédente"
    )
    attribute = f", attribut {ATTRIBUTES.get(fault.column, fault.column)}" if fault.column else ""
    value = f", valeur « {fault.value} »" if fault.value else ""
    return f"{where}{attribute}{value} : {REASONS[fault.reason]}"


def _found(report: DeliveryReport) -> list[str]:
    count = report.entries
    operations = (
        f"Entrées ajoutées : {count[Operation.ADD]} ; modifiées : {count[Operation.MODIFY]} ; "
        f"supprimées : {count[Operation.DELETE]}."
    )
    lines = [
        f"Livraison d'annuaire : {len(report.files)} fichier{'s' if len(report.files) > 1 else ''}.",
        operations,
        f"Rattachements corrects : {report.checked.lines_good} ; entrées écartées : {report.checked.lines_aside}.",
    ]
    if report.passed_over:
        lines.append(f"Entrées d'autres catégories, laissées de côté : {report.passed_over}.")
    if report.left_out.relations_without_pupil:
        lines.append(
            "Personnes en relation sans responsabilité légale d'un élève, sans compte : "
            f"{report.left_out.relations_without_pupil}."
        )
    if report.left_out.relations_missing:
        lines.append(
            f"Responsables nommés par un élève et absents de l'annuaire : {report.left_out.relations_missing}."
        )
    return [*lines, *odd_uai_lines(report)]
