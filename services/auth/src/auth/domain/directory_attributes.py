"""Which attributes of the directory are read, and under which of our names; every other one is passed over."""

import html
import re
from collections.abc import Callable, Mapping, Sequence

from auth.domain.directory_entry import Kind, Said, tidy_key

Values = Sequence[str]

_PERSON: dict[str, tuple[str, ...]] = {
    "last_name": ("sn", "ENTPersonNom"),
    "first_name": ("givenName",),
    "birth_date": ("ENTPersonDateNaissance",),
    "email": ("mail", "ENTPersonMail"),
    "phone_home": ("homePhone",),
    "phone_work": ("telephoneNumber",),
    "phone_mobile": ("mobile", "ENTPersonMobileSMS"),
}
TEXTS: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.PUPIL: _PERSON | {"transported": ("ENTEleveTransport",)},
    Kind.RELATION: _PERSON,
    Kind.STAFF: _PERSON | {"teaches": ("PersEducNatPresenceDevantEleves",)},
    Kind.STRUCTURE: {
        "uai": ("ENTStructureUAI", "ENTEtablissementUAI"),
        "name": ("ENTStructureNomCourant",),
        "type": ("ENTStructureTypeStruct",),
        "ministry": ("ENTEtablissementMinistereTutelle",),
        "academie": ("ENTServAcAcademie",),
    },
}
"""The first of the named attributes that has a value gives the text."""

KEYS: dict[Kind, str] = {
    Kind.PUPIL: "ENTPersonJointure",
    Kind.RELATION: "ENTPersonJointure",
    Kind.STAFF: "ENTPersonJointure",
    Kind.STRUCTURE: "ENTStructureJointure",
}
CATEGORIES = frozenset({"categoriePersonne", "categorieStructure"})

_ENTITY = re.compile(r"&#?\w{1,10};")

_LEGAL = frozenset({"1", "2"})
_HIMSELF = frozenset({"7", "70"})
"""The bond « l'élève lui-même »: 7 in the older list of bonds (1 father, 2 mother, 3 guardian… 6 other), 70 in the newer
one (10 mother, 20 father, 50 guardian… 90 other). A pupil of age answers for himself and has his account as a pupil."""
_RELATION_FIELDS = 6


def _structure_and(value: str) -> str:
    """`4242$6EME A`: the structure's key and a class, which holds no dollar."""
    structure, dollar, rest = value.rpartition("$")
    return f"{tidy_key(structure)}${unescaped(rest).strip()}" if dollar else ""


def _structure_of(value: str) -> str:
    return tidy_key(value.partition("$")[0])


def _function(value: str) -> str:
    """`4242$ENS$ENSEIGNEMENT$L1000$MATHS`: the structure's key and the code of the function."""
    parts = value.split("$")
    return f"{tidy_key(parts[0])}${parts[1].strip().upper() if len(parts) > 1 else ''}"


def _relation(value: str) -> str:
    """`1234$1$0$1$1$0`: key, bond, pays, legal responsibility (1 first, 2 second, 0 none), contact, payment.

    Kept as the key and whether he is responsible by law: others have no account (R79).
    """
    parts = value.rsplit("$", _RELATION_FIELDS - 1)
    told = len(parts) == _RELATION_FIELDS
    legal = told and parts[3].strip() in _LEGAL and parts[1].strip() not in _HIMSELF
    return f"{tidy_key(parts[0])}${'1' if legal else '0'}" if parts[0].strip() else ""


LISTS: dict[Kind, dict[str, tuple[tuple[str, ...], Callable[[str], str]]]] = {
    Kind.PUPIL: {
        "structures": (("ENTPersonStructRattach",), tidy_key),
        "classes": (("ENTEleveClasses",), _structure_and),
        "relations": (("ENTElevePersRelEleve",), _relation),
        "authority": (("ENTEleveAutoriteParentale",), tidy_key),
    },
    Kind.RELATION: {},
    Kind.STAFF: {
        "structures": (("ENTPersonStructRattach",), tidy_key),
        "functions": (("ENTPersonFonctions",), _function),
        "taught": (("ENTAuxEnsClasses", "ENTAuxEnsClassesMatieres"), _structure_of),
    },
    Kind.STRUCTURE: {},
}

READ = frozenset(
    {name for texts in TEXTS.values() for names in texts.values() for name in names}
    | {name for lists in LISTS.values() for names, _ in lists.values() for name in names}
    | set(KEYS.values())
    | CATEGORIES
)
"""Every attribute whose values are kept while a document is read."""

ATTRIBUTES: dict[str, str] = {
    "person_id": "ENTPersonJointure",
    "profile": "categoriePersonne",
    "last_name": "sn",
    "first_name": "givenName",
    "birth_date": "ENTPersonDateNaissance",
    "email": "mail",
    "phone_home": "homePhone",
    "phone_work": "telephoneNumber",
    "phone_mobile": "mobile",
    "class": "ENTEleveClasses",
    "children": "ENTElevePersRelEleve",
    "transported": "ENTEleveTransport",
    "establishment_uai": "ENTStructureUAI",
    "establishment_name": "ENTStructureNomCourant",
    "establishment_kind": "ENTStructureTypeStruct",
    "departement": "ENTStructureUAI",
    "academie": "ENTServAcAcademie",
    "region": "ENTServAcAcademie",
}
"""How the report names a column of ours to those who keep the directory."""

_YES_OR_NO = {"O": "oui", "N": "non"}


def said_of(kind: Kind, named: Mapping[str, Values]) -> Said:
    """What the named attributes say of somebody or something of this kind; what is not named is not in it."""
    said: Said = {}
    for field, names in TEXTS[kind].items():
        present = [named[name] for name in names if name in named]
        if present:
            said[field] = _first(present)
    if "transported" in said:
        said["transported"] = _YES_OR_NO.get(str(said["transported"]).upper(), said["transported"])
    for field, (names, read) in LISTS[kind].items():
        lists = [named[name] for name in names if name in named]
        if lists:
            said[field] = sorted({found for values in lists for value in values if (found := read(value))})
    return said


def _first(lists: Sequence[Values]) -> str:
    return next((text for values in lists for value in values if (text := unescaped(value).strip())), "")


def unescaped(text: str) -> str:
    """A text whose entities were escaped twice: `D&apos;AGO` is what the XML of `D&amp;apos;AGO` holds.

    Only what ends as an entity does: `ARTS&LETTRES` is written as it is.
    """
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text) if "&" in text else text
