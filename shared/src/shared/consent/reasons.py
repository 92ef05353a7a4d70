"""Why somebody is not told something: stable slugs, each with the sentence that a person or an operator reads."""

from enum import StrEnum


class Reason(StrEnum):
    """A slug is written in ledgers and events for years: one may be added, none changes its meaning."""

    ACCOUNT_CLOSED = "account_closed"
    EXPIRED = "expired"
    OUTSIDE_AUDIENCE = "outside_audience"
    OPTED_OUT_EMAIL = "opted_out_email"
    OPTED_OUT_ESTABLISHMENT = "opted_out_establishment"
    OPTED_OUT_PARTNER = "opted_out_partner"
    OPTED_OUT_SMS = "opted_out_sms"
    NOT_A_PARTNER = "not_a_partner"
    NO_CONTACT = "no_contact"
    UNPROVED_CONTACT = "unproved_contact"
    SUPPRESSED_BOUNCE = "suppressed_bounce"
    SWITCHED_OFF = "switched_off"
    QUIET_HOURS = "quiet_hours"
    BUDGET = "budget"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


SENTENCES: dict[Reason, str] = {
    Reason.ACCOUNT_CLOSED: "Le compte est suspendu ou fermé.",
    Reason.EXPIRED: "L'information n'était plus valable au moment de l'envoi.",
    Reason.OUTSIDE_AUDIENCE: "La personne ne fait pas partie des destinataires.",
    Reason.OPTED_OUT_EMAIL: "L'information par e-mail n'est pas activée dans les préférences.",
    Reason.OPTED_OUT_ESTABLISHMENT: "Les notifications de l'établissement ne sont pas activées dans les préférences.",
    Reason.OPTED_OUT_PARTNER: "Les notifications des partenaires ne sont pas activées dans les préférences.",
    Reason.OPTED_OUT_SMS: "La case « Ne pas me contacter par SMS » est cochée.",
    Reason.NOT_A_PARTNER: "L'organisme n'est pas un partenaire de cet établissement.",
    Reason.NO_CONTACT: "Aucune coordonnée n'est choisie pour ce mode d'envoi.",
    Reason.UNPROVED_CONTACT: "La coordonnée choisie n'a pas encore été confirmée.",
    Reason.SUPPRESSED_BOUNCE: "La coordonnée choisie a refusé un envoi précédent ; elle est à vérifier.",
    Reason.SWITCHED_OFF: "Ce mode d'envoi est désactivé pour ce type d'information.",
    Reason.QUIET_HOURS: "L'envoi attend l'ouverture des heures autorisées.",
    Reason.BUDGET: "Le plafond d'envoi est atteint.",
    Reason.DUPLICATE: "La même information a déjà été envoyée à cette coordonnée.",
    Reason.WITHDRAWN: "L'émetteur a retiré l'information avant l'envoi.",
}
