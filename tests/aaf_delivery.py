"""Deliveries of a school directory in the form of the AAF: entry by entry for a test, or of any size with families."""

import io
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

Values = str | Sequence[str]
Said = dict[str, Values]

CATEGORY = {"EtabEducNat": "categorieStructure"}
DOCTYPE = '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">'
ENTRIES_PER_FILE = 5_000

COLLEGE: Said = {
    "ENTStructureJointure": "4242",
    "ENTStructureUAI": "0690001T",
    "ENTStructureNomCourant": "Collège Jean-Macé-ac-LYON",
    "ENTStructureTypeStruct": "COLLEGE",
    "ENTEtablissementMinistereTutelle": "MINISTERE DE L'EDUCATION NATIONALE",
    "ENTServAcAcademie": "LYON",
    "postalCode": "69008",
}
LYCEE: Said = COLLEGE | {
    "ENTStructureJointure": "4343",
    "ENTStructureUAI": "0690026D",
    "ENTStructureNomCourant": "Lycée du Parc-ac-LYON",
    "ENTStructureTypeStruct": "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE",
}
PUPIL: Said = {
    "ENTPersonJointure": "1001",
    "ENTPersonDateNaissance": "31/03/2014",
    "ENTPersonNomPatro": "Vial",
    "sn": "Vial",
    "givenName": "Léo",
    "ENTPersonAutresPrenoms": ("Léo", "Émile"),
    "personalTitle": "M.",
    "ENTEleveAutoriteParentale": ("2001", "2002"),
    "ENTElevePersRelEleve": ("2001$2$1$1$1$0", "2002$1$0$2$1$0", "2003$6$0$0$1$0"),
    "ENTEleveBoursier": "N",
    "ENTEleveRegime": "DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT",
    "ENTEleveTransport": "O",
    "ENTEleveStatutEleve": "SCOLAIRE",
    "ENTEleveMEF": "10010012110",
    "ENTEleveLibelleMEF": "6EME",
    "ENTEleveNivFormation": "6EME",
    "ENTEleveEnseignements": ("ANGLAIS LV1", "MATHEMATIQUES", "FRANCAIS"),
    "ENTPersonStructRattach": "4242",
    "ENTEleveClasses": "4242$6EME A",
    "ENTEleveGroupes": "4242$6AGL1",
}
PARENT: Said = {
    "ENTPersonJointure": "2001",
    "ENTPersonDateNaissance": "",
    "ENTPersonNomPatro": "Vial",
    "sn": "Vial",
    "givenName": "Sonia",
    "personalTitle": "Mme",
    "homePhone": "04 99 00 00 01",
    "telephoneNumber": "",
    "mobile": "06 39 98 00 01",
    "mail": "sonia.vial@example.org",
    "ENTPersonAdresse": "1 rue des Tilleuls",
    "ENTPersonCodePostal": "69008",
    "ENTPersonVille": "Lyon",
    "ENTPersonPays": "FRANCE",
    "ENTPersonAdresseDiffusion": "N",
}
TEACHER: Said = {
    "ENTPersonJointure": "3001",
    "ENTPersonDateNaissance": "02/01/1980",
    "sn": "Roche",
    "givenName": "Étienne",
    "personalTitle": "M.",
    "mail": "etienne.roche@example.org",
    "ENTPersonStructRattach": "4242",
    "ENTAuxEnsClasses": "4242$6EME A",
    "ENTAuxEnsClassesMatieres": "4242$6EME A$MATHEMATIQUES",
    "ENTPersonFonctions": "4242$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES",
    "PersEducNatPresenceDevantEleves": "O",
}
SECRETARY: Said = {
    "ENTPersonJointure": "3002",
    "sn": "Vialle",
    "givenName": "Anne",
    "ENTPersonStructRattach": "4242",
    "ENTPersonFonctions": "4242$ADM$ADMINISTRATION$-$-",
    "PersEducNatPresenceDevantEleves": "N",
}


def add(kind: str, said: Said, **changed: Values) -> str:
    """An entry that says everything about somebody; its key is the jointure it gives."""
    said = dict(said) | changed
    key = said["ENTStructureJointure" if kind == "EtabEducNat" else "ENTPersonJointure"]
    attributes = "\n".join(_named("attr", name, values) for name, values in said.items())
    return _request("addRequest", kind, str(key), f"<attributes>\n{attributes}\n</attributes>\n")


def modify(kind: str, key: str, **changed: Values) -> str:
    said = "\n".join(_named('modification operation="replace"', name, v) for name, v in changed.items())
    return _request("modifyRequest", kind, key, f"<modifications>\n{said}\n</modifications>\n")


def delete(kind: str, key: str) -> str:
    return _request("deleteRequest", kind, key, "")


def structure(said: Said = COLLEGE, **changed: Values) -> str:
    return add("EtabEducNat", said, **changed)


def pupil(key: str = "1001", **changed: Values) -> str:
    return add("Eleve", PUPIL, ENTPersonJointure=key, **changed)


def relation(key: str = "2001", **changed: Values) -> str:
    return add("PersRelEleve", PARENT, ENTPersonJointure=key, **changed)


def teacher(key: str = "3001", **changed: Values) -> str:
    return add("PersEducNat", TEACHER, ENTPersonJointure=key, **changed)


def secretary(key: str = "3002", **changed: Values) -> str:
    return add("PersEducNat", SECRETARY, ENTPersonJointure=key, **changed)


def document(*entries: str, encoding: str = "ISO-8859-15", doctype: str = DOCTYPE) -> bytes:
    """One XML file of a delivery."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{doctype}\n<ficAlimMENESR>\n'
    return (text + "\n".join(entries) + "\n</ficAlimMENESR>\n").encode(encoding)


def as_directory(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def as_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def as_tar(path: Path, files: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix in {".gz", ".tgz"} else "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@dataclass(frozen=True, slots=True)
class Crowd:
    """A delivery of about `people`: two pupils and two parents in a family, a teacher for twenty pupils."""

    people: int
    pupils_per_school: int = 600

    @property
    def pupils(self) -> int:
        return max(2, round(self.people / 2.05))

    @property
    def schools(self) -> int:
        return -(-self.pupils // self.pupils_per_school)

    def write(self, folder: Path) -> Path:
        """The four kinds, several files each, in a directory."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind, entries in self._kinds():
            for number, part in enumerate(_parts(entries, ENTRIES_PER_FILE)):
                name = f"ENT_069_Complet_20260901_{kind}_{number:04d}.xml"
                (folder / name).write_bytes(document(*part))
        return folder

    def _kinds(self) -> Iterator[tuple[str, Iterator[str]]]:
        yield "EtabEducNat", (self._school(n) for n in range(self.schools))
        yield "Eleve", (self._pupil(n) for n in range(self.pupils))
        yield "PersRelEleve", (self._parent(n) for n in range(self.pupils))
        yield "PersEducNat", (self._teacher(n) for n in range(self.pupils // 20))

    def _school(self, n: int) -> str:
        digits = f"069{5000 + n:04d}"
        return structure(
            COLLEGE if n % 3 else LYCEE,
            ENTStructureJointure=f"S{n}",
            ENTStructureUAI=digits + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(digits) % 23],
            ENTStructureNomCourant=f"Établissement {n}-ac-LYON",
        )

    def _pupil(self, n: int) -> str:
        family, school = n // 2, n // self.pupils_per_school
        return pupil(
            f"E{n}",
            sn=f"Famille{_letters(family)}",
            givenName="Léo" if n % 2 else "Inès",
            ENTPersonStructRattach=f"S{school}",
            ENTEleveClasses=f"S{school}$6EME {n % 20}",
            ENTEleveAutoriteParentale=(f"P{2 * family}", f"P{2 * family + 1}"),
            ENTElevePersRelEleve=(f"P{2 * family}$2$1$1$1$0", f"P{2 * family + 1}$1$0$2$1$0"),
        )

    def _parent(self, n: int) -> str:
        return relation(
            f"P{n}",
            sn=f"Famille{_letters(n // 2)}",
            givenName="Sonia" if n % 2 else "Marc",
            mobile=f"06 39 98 {n // 100 % 100:02d} {n % 100:02d}",
            mail=f"parent.{n}@example.org",
        )

    def _teacher(self, n: int) -> str:
        school = n * 20 // self.pupils_per_school
        return teacher(
            f"T{n}",
            sn=f"Maître{_letters(n)}",
            ENTPersonStructRattach=f"S{school}",
            ENTAuxEnsClasses=f"S{school}$6EME {n % 20}",
            ENTAuxEnsClassesMatieres=f"S{school}$6EME {n % 20}$MATHEMATIQUES",
            ENTPersonFonctions=f"S{school}$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES",
            mail=f"maitre.{n}@example.org",
        )


def _request(tag: str, kind: str, key: str, body: str) -> str:
    category = _named("attr", CATEGORY.get(kind, "categoriePersonne"), kind)
    return (
        f"<{tag}>\n<operationalAttributes>{category}</operationalAttributes>\n"
        f"<identifier><id>{escape(key)}</id></identifier>\n{body}</{tag}>"
    )


def _named(tag: str, name: str, values: Values) -> str:
    texts = [values] if isinstance(values, str) else values
    inside = "".join(f"<value>{escape(text)}</value>" if text else "<value/>" for text in texts)
    return f'<{tag} name="{name}">{inside}</{tag.split(maxsplit=1)[0]}>'


def _letters(n: int) -> str:
    """Names hold no digit: 0 is `a`, 26 is `ba`."""
    found = ""
    while True:
        n, rest = divmod(n, 26)
        found = chr(97 + rest) + found
        if n == 0:
            return found


def _parts(entries: Iterator[str], size: int) -> Iterable[list[str]]:
    while part := list(islice(entries, size)):
        yield part
