"""What a school secretary reads after an import: French sentences, one table per kind."""

from auth.application.import_accounts import ImportReport
from auth.domain.account_states import ABSENT_SHARE_MAX
from auth.domain.accounts_file import KINDS, PROFILES
from auth.domain.faults import Fault, Reason
from auth.entrypoints.french_counts import counted
from shared.kernel.refusals import Refused

REASONS: dict[Reason, str] = {
    "empty": "cette case est obligatoire",
    "unreadable_line": "la ligne ne se lit pas : un guillemet n'est pas refermé",
    "wrong_number_of_cells": "le nombre de cases n'est pas celui de la ligne d'en-tête",
    "line_too_long": "la ligne dépasse 20 000 caractères",
    "too_long": "le texte est trop long",
    "control_character": "la case contient un caractère invisible interdit",
    "not_a_person_id": "l'identifiant de personne fait au plus 64 caractères, sans espace",
    "unknown_profile": f"le profil est l'un de : {', '.join(sorted(PROFILES))}",
    "unknown_kind": f"le type d'établissement est l'un de : {', '.join(sorted(KINDS))}",
    "not_a_uai": "le code UAI est fait de sept chiffres et d'une lettre",
    "not_a_date": "la date s'écrit AAAA-MM-JJ ou JJ/MM/AAAA",
    "impossible_date": "la date de naissance n'est pas possible",
    "not_a_number": "ce n'est pas un numéro de téléphone",
    "premium_number": "les numéros surtaxés ne sont pas acceptés",
    "short_number": "les numéros courts ne sont pas acceptés",
    "not_an_address": "ce n'est pas une adresse électronique",
    "not_yes_or_no": "la réponse est oui ou non",
    "children_without_parent": "seul un parent peut avoir des enfants",
    "too_many_children": "plus de 30 enfants",
    "duplicate_line": "cette personne a déjà une ligne pour cet établissement",
    "contradicts_profile": "une autre ligne donne à cette personne un autre profil",
    "contradicts_name": "une autre ligne donne à cette personne un autre nom",
    "contradicts_birth_date": "une autre ligne donne à cette personne une autre date de naissance",
    "contradicts_establishment": "les autres lignes décrivent autrement cet établissement",
    "known_otherwise": "l'annuaire connaît cette personne sous un autre profil",
    "other_person": (
        "l'annuaire connaît sous cet identifiant quelqu'un d'autre : "
        "le nom et le prénom diffèrent, et la date de naissance n'est pas la même des deux côtés"
    ),
    "child_unknown": "cet enfant n'est ni dans les lignes correctes du fichier ni dans l'annuaire",
    "child_not_a_pupil": "cette personne n'est pas un élève",
    "no_identifier": "l'entrée n'a pas d'identifiant",
    "two_identifiers": "l'identifiant et la jointure de l'entrée diffèrent",
    "no_category": "l'entrée ne dit pas sa catégorie (categoriePersonne ou categorieStructure)",
    "entry_too_large": "l'entrée est trop longue",
    "named_twice": "la livraison dit deux choses différentes de cet identifiant",
    "never_delivered": "cette modification porte sur une entrée qui n'a jamais été reçue",
    "no_structure": "l'entrée ne nomme aucun établissement",
    "unknown_structure": "cet établissement n'est ni dans les entrées correctes ni dans une livraison précédente",
    "unknown_departement": "le département de ce code UAI est inconnu (territories.toml)",
}

_SHARE = f"{ABSENT_SHARE_MAX * 100:.0f} %"

REFUSALS: dict[str, str] = {
    "no_such_file": "Il n'y a pas de fichier à cet endroit.",
    "is_a_directory": "C'est un dossier, pas un fichier.",
    "not_a_file": "Ce n'est pas un fichier ordinaire.",
    "not_readable": "Le fichier ne peut pas être lu (droits d'accès ou disque).",
    "empty_file": "Le fichier est vide.",
    "spreadsheet": "C'est un classeur de tableur : enregistrez-le au format CSV, puis recommencez.",
    "utf16": "Le fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 », puis recommencez.",
    "binary": "Ce n'est pas un fichier de texte.",
    "unknown_encoding": "Le texte n'est lisible ni en UTF-8 ni en Windows-1252.",
    "mixed_encoding": (
        "Le texte est en UTF-8, sauf à partir de la ligne {detail} où il ne se lit plus : deux codages y sont mêlés. "
        "Enregistrez le fichier à nouveau en UTF-8, puis recommencez."
    ),
    "no_header": "La première ligne doit donner les noms des colonnes (person_id;profile;last_name;…).",
    "missing_columns": "Des colonnes obligatoires manquent à la ligne d'en-tête : {detail}.",
    "repeated_columns": "Des colonnes sont données deux fois dans la ligne d'en-tête : {detail}.",
    "changed_meanwhile": "Le fichier a changé pendant la lecture ; recommencez quand il est terminé.",
    "directory_busy": "Un autre import est en cours ; recommencez quand il est terminé.",
    "no_delivery_in_it": "Il n'y a là aucun fichier XML de livraison.",
    "archive_broken": "L'archive est abîmée ou incomplète.",
    "archive_locked": "L'archive est protégée par un mot de passe.",
    "delivery_too_large": "La livraison dépasse ce qui est accepté ({detail}).",
    "xml_broken": "Le XML n'est pas lisible : {detail}.",
    "xml_entities": "Le XML déclare ou emploie des entités, ce qui est refusé : {detail}.",
    "xml_other": "Ce XML n'est pas une livraison d'annuaire (ficAlimMENESR) : {detail}.",
    "delta_is_not_complete": (
        "Cette livraison ne contient que des changements ({detail}) : elle ne peut pas être complète. "
        "Recommencez sans --complete."
    ),
    "complete_without_structures": (
        "Cette livraison ne décrit aucun établissement (EtabEducNat) : elle ne peut pas être complète. "
        "Recommencez avec tous ses fichiers, ou sans --complete."
    ),
    "nobody_in_file": "Le fichier ne contient aucune personne.",
    "bad_lines": "Des lignes sont à corriger. Pour importer les autres sans attendre : --partial.",
    "no_good_line": "Aucune ligne ne peut être importée.",
    "too_many_leaving": (
        "Cette livraison fait partir {absent} des {present} personnes de leur établissement "
        f"(plus de {_SHARE}). Si c'est voulu : --yes."
    ),
    "too_many_absent": (
        "Ce fichier complet ne nomme plus {absent} des {present} personnes de ses établissements "
        f"(plus de {_SHARE}). S'il est vraiment complet : --yes."
    ),
    "school_emptied": (
        "Des établissements perdraient plus de la moitié de leurs personnes : {detail}. Si c'est voulu : --yes."
    ),
    "school_redefined": (
        "Le type, le département, l'académie ou la région d'établissements déjà connus changerait pour tous "
        "ceux qui y sont : {detail}. Si c'est voulu : --yes."
    ),
}


def refusal_sentence(refusal: Refused, report: ImportReport | None = None) -> str:
    """Why nothing has changed: every question of the report, or the one refusal."""
    absences = report.absences if report else None
    asked = report.questions if report else ()
    sentences = [
        REFUSALS[one.reason].format(
            detail=one.detail,
            absent=absences.absent if absences else 0,
            present=absences.present if absences else 0,
        )
        for one in asked or (refusal,)
    ]
    return " ".join([*sentences, "Rien n'a été changé."])


def fault_sentence(fault: Fault) -> str:
    """One line of the report: line, column, masked value, reason."""
    column = f", colonne {fault.column}" if fault.column else ""
    value = f", valeur « {fault.value} »" if fault.value else ""
    return f"ligne {fault.line}{column}{value} : {REASONS[fault.reason]}"


def report_lines(report: ImportReport) -> list[str]:
    """The whole report, in the order one wants to read it."""
    return [*_found(report), *_faults(report), *done_lines(report)]


def _found(report: ImportReport) -> list[str]:
    lines = [f"Lignes correctes : {report.checked.lines_good} ; écartées : {report.checked.lines_aside}."]
    if report.encoding == "windows-1252":
        lines.append("Le fichier est en Windows-1252 ; il a été accepté. Préférez UTF-8.")
    return [*lines, *odd_uai_lines(report)]


def odd_uai_lines(report: ImportReport) -> list[str]:
    """National codes whose letter looks wrong, which is no refusal."""
    if not report.odd_uais:
        return []
    shown = ", ".join(report.odd_uais[:20])
    return [f"À vérifier, la lettre du code UAI n'est pas celle attendue : {shown}."]


def _faults(report: ImportReport) -> list[str]:
    return [*(fault_sentence(fault) for fault in report.checked.faults), *hidden_faults_lines(report)]


def hidden_faults_lines(report: ImportReport) -> list[str]:
    """How many faults there are besides those that are shown."""
    hidden = report.checked.faults_total - len(report.checked.faults)
    return [f"… et {counted(hidden, 'autre motif', 'autres motifs')}."] if hidden > 0 else []


def done_lines(report: ImportReport) -> list[str]:
    """What the import did; nothing when it was refused."""
    done = report.applied
    if done is None:
        return []
    lines = []
    if report.absences_left_out:
        lines.append("Des lignes ont été écartées : personne n'a été noté absent cette fois.")
    if done.nothing:
        return [*lines, "Rien n'a changé : tout était déjà dans l'annuaire."]
    lines.append(
        f"Comptes créés : {done.created} ; modifiés : {done.changed} ; revenus : {done.returned} ; "
        f"notés absents : {done.absent}."
    )
    lines.append(
        f"Établissements créés : {done.establishments_created} ; modifiés : {done.establishments_changed}."
    )
    lines.append(f"Comptes annoncés aux autres services : {done.published}.")
    return lines
