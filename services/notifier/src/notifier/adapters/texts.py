"""Every sentence that an e-mail or an SMS says, under a stable id. One catalogue: templates hold no French.

What an e-mail says is written as pages write French, spaces that do not break included; an SMS has no letter for them.
"""

from typing import Final

from shared.kit.texts import kept_together

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
    "mail.kind.security": "Sécurité de votre compte",
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
    # security notices: the fact (which is the subject too), what happened, what to do when it was somebody else
    "mail.security.password_changed.title": "Votre mot de passe a été changé",
    "mail.security.password_changed.lead": "Un nouveau mot de passe a été choisi pour votre compte de l'ENT. "
    "Les autres appareils ont été déconnectés.",
    "mail.security.password_recovered.title": "Un nouveau mot de passe a été choisi avec un code",
    "mail.security.password_recovered.lead": "Le mot de passe de votre compte de l'ENT avait été oublié : un autre "
    "a été choisi grâce à un code reçu par e-mail ou par SMS. Tous les appareils ont été déconnectés.",
    "mail.security.contact_changed.title": "Une adresse ou un numéro de votre compte a été changé",
    "mail.security.contact_changed.lead": "L'adresse électronique ou le numéro de téléphone qui sert à vous joindre "
    "dans l'ENT a été remplacé par un autre.",
    "mail.security.contact_removed.title": "Une adresse ou un numéro de votre compte a été retiré",
    "mail.security.contact_removed.lead": "Une adresse électronique ou un numéro de téléphone ne sert plus à vous "
    "joindre dans l'ENT.",
    "mail.security.signed_out_everywhere.title": "Tous vos appareils ont été déconnectés",
    "mail.security.signed_out_everywhere.lead": "Votre compte de l'ENT a été déconnecté partout : ordinateurs, "
    "tablettes et téléphones. Il faut de nouveau le mot de passe pour y entrer.",
    "mail.security.accounts_fused.title": "Deux comptes ont été réunis",
    "mail.security.accounts_fused.lead": "Votre compte de l'ENT a été réuni avec un autre compte : ils s'ouvrent "
    "maintenant avec un seul identifiant et un seul mot de passe.",
    "mail.security.fusion_undone.title": "La fusion de vos comptes a été annulée",
    "mail.security.fusion_undone.lead": "Les comptes de l'ENT qui avaient été réunis sont de nouveau séparés : chacun "
    "a retrouvé son identifiant et son mot de passe.",
    "mail.security.device_revoked.title": "Un téléphone n'a plus accès à votre compte",
    "mail.security.device_revoked.lead": "L'accès mobile d'un appareil à votre compte de l'ENT a été supprimé.",
    "mail.security.device_token_reused.title": "Par sécurité, un téléphone a été déconnecté",
    "mail.security.device_token_reused.lead": "L'accès mobile d'un de vos appareils a été présenté deux fois, comme "
    "s'il avait été copié : nous l'avons coupé.",
    "mail.security.when": "Quand : {when} (heure de Paris)",
    "mail.security.if_you": "Si c'est bien vous, vous n'avez rien à faire.",
    "mail.security.if_not_you": "Si ce n'est pas vous :",
    "mail.security.again": "Vous pouvez activer de nouveau l'application mobile depuis l'ENT.",
    "mail.security.in_doubt": "Si vous avez un doute :",
    "mail.security.act": "choisissez tout de suite un nouveau mot de passe, puis prévenez votre établissement. "
    "L'adresse à ouvrir, ou à recopier dans votre navigateur :",
    "mail.security.act.school": "prévenez tout de suite votre établissement, puis choisissez un nouveau mot de "
    "passe. L'adresse à ouvrir, ou à recopier dans votre navigateur :",
    "mail.security.preheader": "{when}. Si ce n'est pas vous, agissez sans attendre.",
    "mail.foot.why.security": "Vous recevez cet e-mail parce que cette adresse sert à joindre le titulaire du "
    "compte. Les avis de sécurité sont toujours envoyés.",
    "mail.foot.nobody_asks": "Personne, ni à l'établissement ni à l'assistance, ne vous demandera votre mot de passe.",
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
    "sms.security.password_changed": "votre mot de passe a été changé",
    "sms.security.password_recovered": "un nouveau mot de passe a été choisi avec un code",
    "sms.security.contact_changed": "une adresse ou un numéro a été changé",
    "sms.security.contact_removed": "une adresse ou un numéro a été retiré",
    "sms.security.signed_out_everywhere": "tous vos appareils ont été déconnectés",
    "sms.security.accounts_fused": "deux comptes ont été réunis",
    "sms.security.fusion_undone": "la fusion de vos comptes a été annulée",
    "sms.security.device_revoked": "un téléphone n'a plus accès à votre compte",
    "sms.security.device_token_reused": "un téléphone a été déconnecté par sécurité",
    "sms.security": "ENT: {fact} ({when}). {doubt} Changez de mot de passe et prévenez l'établissement.",
    "sms.security.not_you": "Pas vous ?",
    "sms.security.in_doubt": "Un doute ?",
}

_WRITTEN: Final = {
    text_id: kept_together(text) if text_id.startswith("mail.") else text for text_id, text in TEXTS.items()
}


def say(text_id: str, **words: object) -> str:
    """The sentence under an id, with its words. Raises KeyError for an id nobody wrote."""
    return _WRITTEN[text_id].format(**words)
