"""What a printing of slips tells the school, in French, beside the slips themselves."""

from auth.application.make_slips import NothingToPrint, SlipOrder
from auth.entrypoints.french_counts import counted
from shared.kernel.refusals import Refused

REFUSALS = {
    "unknown_establishment": "Aucun établissement n'a le code « {uai} ».",
    "unknown_person": "L'établissement {uai} ne nomme personne sous cet identifiant de personne.",
    "nobody": "L'établissement {uai} ne nomme personne qui réponde à cette demande.",
    "file_exists": "Le fichier existe déjà et n'est pas remplacé : des mots de passe qu'il contient ne sont nulle part ailleurs.",
    "unwritable": "Le document ne peut pas être écrit ({detail}).",
    "unwritten": "Le document n'a pas pu être écrit jusqu'au bout ({detail}). Toutes les fiches faites y sont.",
    "lost": (
        "Le document n'a pas pu être écrit jusqu'au bout : les dernières fiches sont perdues, et comptent comme "
        "imprimées. Refaites celles-ci, une à une, avec --person ID --reissue : {detail}"
    ),
}
WHY_NOT = "Aucune fiche n'a été faite."


def refusal_sentence(refusal: Refused, order: SlipOrder) -> str:
    told = REFUSALS[refusal.reason].format(uai=order.selection.uai, detail=refusal.detail)
    return told if refusal.reason in {"unwritten", "lost"} else f"{told} {WHY_NOT}"


def nothing_sentence(nothing: NothingToPrint, order: SlipOrder) -> str:
    """How many were printed before, and how to print them again."""
    parts = []
    if nothing.printed_before:
        parts.append(
            f"{counted(nothing.printed_before, 'fiche a déjà été imprimée', 'fiches ont déjà été imprimées')} ; "
            "pour en refaire, ce qui annule les anciennes : --reissue."
        )
    if nothing.chosen_before:
        people = counted(
            nothing.chosen_before,
            "personne a déjà choisi son mot de passe",
            "personnes ont déjà choisi leur mot de passe",
        )
        how = "--reissue" if order.selection.person_id else "--person ID --reissue, ou --reissue --chosen-too"
        whom = "lui" if nothing.chosen_before < 2 else "leur"
        parts.append(f"{people} ; pour {whom} en redonner un premier : {how}.")
    return " ".join(["Il ne reste aucune fiche à imprimer.", *parts])


def made_sentence(slips: int, expected: int, *, cut_short: bool = False) -> str:
    """What is on the paper, and what is not."""
    if not slips and not cut_short:
        return "Aucune fiche n'a été faite : une autre impression vient de les faire toutes."
    made = counted(slips, "fiche faite", "fiches faites")
    if cut_short:
        return f"L'impression s'est arrêtée : {made} sur {expected}. Recommencez pour les autres."
    parts = [f"{made}. Ces mots de passe ne peuvent plus être affichés."]
    if slips < expected:
        missing = expected - slips
        others = (
            "L'autre vient d'être faite" if missing == 1 else f"Les {missing} autres viennent d'être faites"
        )
        parts.append(f"{others} par une autre impression.")
    return " ".join(parts)
