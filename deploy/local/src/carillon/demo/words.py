"""The sentences of the story, in French and in English; the reader's locale chooses."""

import os

from shared.consent.reasons import SENTENCES

_FRENCH = {
    "message": "Message du {school} à {people} personnes : « {subject} »",
    "alert": "Alerte urgente de {partner} : « {subject} »",
    "code": "Code demandé par {name}, à entrer dans l'ENT",
    "sent_email": "e-mails partis : {count}",
    "sent_sms": "SMS partis : {count}",
    "for_example": "par exemple {names}",
    "silent_email": "sans e-mail : {count}",
    "silent_sms": "sans SMS : {count}",
    "pending": "pas encore réglés : {count}",
    "family": "Et pour la famille de Sonia (Léo au collège, Inès au lycée) :",
    "nothing": "rien",
    "message_short": "message",
    "alert_short": "alerte",
    "code_short": "code",
    "sent": "reçu",
    "first_mail": "Premier e-mail arrivé {seconds:.1f} s après le démarrage.",
    "no_mail": "Aucun e-mail n'est arrivé ; le journal du notifier dit pourquoi.",
    "look": "Tous les e-mails et SMS se lisent ici : {viewer}",
    "front": "Le portail : {front}",
    "first_password": "identifiant {identifier}, premier mot de passe {password}",
    "password": "identifiant {identifier}, mot de passe {password}",
    "again": "À essayer : carillon send message --to P0000001 --from-name « M. Roche » --subject « Bonjour »",
    "arrived": "Dans les boîtes : {mails} e-mails, {sms} SMS.",
}
_ENGLISH = {
    "message": "A message from {school} to {people} people: “{subject}”",
    "alert": "An urgent alert from {partner}: “{subject}”",
    "code": "A code that {name} asked for, to type into the portal",
    "sent_email": "e-mails sent: {count}",
    "sent_sms": "SMS sent: {count}",
    "for_example": "for example {names}",
    "silent_email": "no e-mail: {count}",
    "silent_sms": "no SMS: {count}",
    "pending": "not settled yet: {count}",
    "family": "And for Sonia's family (Léo in the collège, Inès in the lycée):",
    "nothing": "nothing",
    "message_short": "message",
    "alert_short": "alert",
    "code_short": "code",
    "sent": "received",
    "first_mail": "The first mail arrived {seconds:.1f} s after the start.",
    "no_mail": "No mail arrived; the notifier's log says why.",
    "look": "Every mail and SMS can be read here: {viewer}",
    "front": "The portal: {front}",
    "first_password": "identifier {identifier}, first password {password}",
    "password": "identifier {identifier}, password {password}",
    "again": 'Try: carillon send message --to P0000001 --from-name "M. Roche" --subject "Bonjour"',
    "arrived": "In the boxes: {mails} mails, {sms} SMS.",
}
_ENGLISH_REASONS = {
    "account_closed": "the account is suspended or closed",
    "expired": "it was no longer valid when it could be sent",
    "outside_audience": "not one of those it was for",
    "opted_out_email": "e-mail information is not switched on in the preferences",
    "opted_out_establishment": "the school's notices are not switched on in the preferences",
    "opted_out_partner": "the partners' notices are not switched on in the preferences",
    "opted_out_sms": "“do not contact me by SMS” is ticked",
    "not_a_partner": "the body is not a partner of this kind of school",
    "no_contact": "no address or number has been chosen",
    "unproved_contact": "the address or number has not been confirmed yet",
    "suppressed_bounce": "the address or number refused something before",
    "switched_off": "this channel is not used for this kind of information",
    "quiet_hours": "waiting for the hours in which sending is allowed",
    "budget": "the limit on sending was reached",
    "duplicate": "the same had already been sent there",
    "withdrawn": "the sender took it back in time",
}
_FRENCH_REASONS = {reason.value: sentence.rstrip(".") for reason, sentence in SENTENCES.items()}


class Words:
    """One language."""

    def __init__(self, *, french: bool) -> None:
        self._sentences = _FRENCH if french else _ENGLISH
        self._reasons = _FRENCH_REASONS if french else _ENGLISH_REASONS

    @classmethod
    def of_locale(cls) -> "Words":
        """French where the environment says so, English elsewhere."""
        chosen = next(
            (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
        )
        return cls(french=chosen.lower().startswith("fr"))

    def __call__(self, sentence: str, **values: object) -> str:
        return self._sentences[sentence].format(**values)

    def reason(self, slug: str) -> str:
        """Why somebody was not told; a reason of tomorrow shows its slug."""
        return self._reasons.get(slug, slug)
