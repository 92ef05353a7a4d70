"""Who may be told what, on which channel, and why not: one pure decision (requirements R27–R37, R45, R50)."""

from shared.consent.decision import best_of, decide, judge_code
from shared.consent.partners import (
    is_partner,
    label_of_body,
    partner_bodies,
    partners_sentence,
)
from shared.consent.quiet_hours import SmsRules
from shared.consent.reasons import SENTENCES, Reason
from shared.consent.verdicts import SEND, Channel, Defer, Send, Skip, Verdict, Verdicts
from shared.consent.words import (
    BodyKind,
    Choices,
    EstablishmentKind,
    Occasion,
    OccasionKind,
    PartnerBody,
    Proof,
    School,
    Standing,
    Territory,
)

__all__ = [
    "SEND",
    "SENTENCES",
    "BodyKind",
    "Channel",
    "Choices",
    "Defer",
    "EstablishmentKind",
    "Occasion",
    "OccasionKind",
    "PartnerBody",
    "Proof",
    "Reason",
    "School",
    "Send",
    "Skip",
    "SmsRules",
    "Standing",
    "Territory",
    "Verdict",
    "Verdicts",
    "best_of",
    "decide",
    "is_partner",
    "judge_code",
    "label_of_body",
    "partner_bodies",
    "partners_sentence",
]
