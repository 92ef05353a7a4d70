"""Every sentence that an e-mail or an SMS says, under a stable id. One catalogue: templates hold no French."""

from typing import Final

TEXTS: Final[dict[str, str]] = {
    # who and for whom
    "mail.concerns.nobody": "Espace numérique de travail",
    "mail.concerns.school": "{school}",
    "mail.concerns.children": "{school} · pour {children}",
    "mail.concerns.children_only": "Pour {children}",
    "mail.greeting": "Bonjour,",
    "mail.greeting.named": "Bonjour {first_name},",
    # kinds
    "mail.kind.message": "Message",
    "mail.kind.message.urgent": "Message urgent",
    "mail.kind.message.establishment": "Message de l'établissement",
    "mail.kind.alert.urgent": "Alerte urgente",
    "mail.kind.code": "Code de vérification",
    "mail.category.weather": "Intempéries",
    "mail.category.transport": "Transports",
    "mail.category.survey": "Enquête",
    "mail.category.event": "Événement",
    "mail.category.health": "Santé",
    "mail.category.other": "Information",
    # messages
    "mail.message.from": "De : {sender}",
    "mail.message.subject": "Objet : {subject}",
    "mail.message.received": "Reçu dans l'ENT le {when}",
    "mail.message.preheader": "{sender} vous a écrit dans l'ENT.",
    "mail.message.lead": "{sender} vous a écrit dans l'ENT. Le message se lit dans votre messagerie.",
    "mail.message.button": "Lire le message dans l'ENT",
    "mail.message.no_reply": "Ne répondez pas à cet e-mail : répondez depuis l'ENT.",
    # alerts
    "mail.alert.from": "De la part de : {sender}",
    "mail.alert.valid_until": "Valable jusqu'au {until}.",
    "mail.alert.button": "En savoir plus",
    "mail.survey.button": "Répondre à l'enquête",
    "mail.survey.valid_until": "Vous pouvez répondre jusqu'au {until}.",
    "mail.link.opens": "Ce bouton ouvre {host}",
    # codes
    "mail.code.recovery.subject": "Votre code pour retrouver l'accès à l'ENT",
    "mail.code.recovery.title": "Voici votre code",
    "mail.code.recovery.lead": "Vous avez demandé à choisir un nouveau mot de passe pour l'ENT. "
    "Recopiez ce code dans la page que vous avez ouverte.",
    "mail.code.contact_proof.subject": "Votre code pour confirmer cette adresse",
    "mail.code.contact_proof.title": "Confirmez cette adresse",
    "mail.code.contact_proof.lead": "Cette adresse électronique a été indiquée dans l'ENT pour recevoir des "
    "notifications. Recopiez ce code dans la page que vous avez ouverte.",
    "mail.code.label": "Votre code",
    "mail.code.valid": "Il est valable {minutes} minutes, jusqu'à {until}.",
    "mail.code.valid_one": "Il est valable 1 minute, jusqu'à {until}.",
    "mail.code.secret": "Ne communiquez jamais ce code.",
    "mail.code.nobody_asks": "Personne, ni à l'établissement ni à l'assistance, ne vous le demandera.",
    "mail.code.preheader": "Il est valable {minutes} minutes. Ne le communiquez à personne.",
    # the foot: why, and how to change
    "mail.foot.why.message": "Vous recevez cet e-mail parce que vous avez choisi d'être informé(e) par e-mail "
    "des messages émis sur l'ENT{school}.",
    "mail.foot.why.establishment": "Vous recevez cet e-mail parce que vous avez coché « Réception de "
    "notifications ENT de mon établissement »{school}.",
    "mail.foot.why.partner": "Vous recevez cet e-mail parce que vous avez coché « Réception de notifications "
    "ENT des partenaires »{school}.",
    "mail.foot.why.recovery": "Vous recevez cet e-mail parce qu'un code a été demandé pour votre compte. Si ce "
    "n'est pas vous, ne faites rien : votre mot de passe n'a pas changé.",
    "mail.foot.why.contact_proof": "Vous recevez cet e-mail parce que quelqu'un a indiqué cette adresse. Si ce "
    "n'est pas vous, ne faites rien : elle ne recevra rien d'autre.",
    "mail.foot.school": " ({school})",
    "mail.foot.partner_address": "Votre adresse électronique n'est jamais transmise aux partenaires.",
    "mail.foot.change": "Vous pouvez à tout moment modifier votre choix dans l'ENT via l'onglet",
    "mail.foot.change.link": "Mes préférences",
    # SMS: plain signs only, GSM-7 letters wherever French allows
    "sms.who": "ENT {school}: ",
    "sms.who.partner": "ENT {school}, {sender}: ",
    "sms.who.nobody": "ENT: ",
    "sms.more": ". Infos sur l'ENT.",
    "sms.message": "nouveau message de {sender}, à lire sur l'ENT.",
    "sms.message.urgent": "message urgent de {sender}, à lire sur l'ENT.",
    "sms.code.recovery": "{code} est votre code pour retrouver l'accès à l'ENT, valable {minutes} min. "
    "Ne communiquez jamais ce code.",
    "sms.code.contact_proof": "{code} est votre code pour confirmer ce numéro dans l'ENT, valable {minutes} "
    "min. Ne communiquez jamais ce code.",
}


def say(text_id: str, **words: object) -> str:
    """The sentence under an id, with its words. Raises KeyError for an id nobody wrote."""
    return TEXTS[text_id].format(**words)
