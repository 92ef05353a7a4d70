"""An application whose pages show every part of the portal in every state."""

from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, FastAPI, Request, Response

from shared.kit.health import Health
from shared.kit.web import (
    FieldError,
    PageProblem,
    Pages,
    PersonShown,
    ProblemError,
    SeeOther,
    read_form,
    service_app,
)

ASSETS = "/apparence"
HOSTILE = '<script>alert("x")</script>&\'{{ 7*7 }}'
INES = PersonShown(first_name="Inès", last_name="Durand", profile="pupil")
LONG = PersonShown(
    first_name="Marie-Élisabeth Clémentine",
    last_name="de La Rochefoucauld-Montmorency-Bouteville",
    profile="parent",
)
STEPS = ["Charte d’utilisation", "Changement de mot de passe", "Contact et préférences"]


@dataclass(frozen=True)
class RuleShown:
    slug: str
    sentence: str
    pattern: str


RULES = (
    RuleShown("length", "Inclure au moins 8 caractères", r"^.{8,}$"),
    RuleShown("lower", "Inclure au moins 1 lettre minuscule", r"\p{Ll}"),
    RuleShown("upper", "Inclure au moins 1 lettre majuscule", r"\p{Lu}"),
    RuleShown("digit", "Inclure au moins 1 chiffre", "[0-9]"),
    RuleShown("special", 'Inclure au moins 1 caractère spécial : ! " # % &', '[!"#%&]'),
)
ERRORS = (
    FieldError("adresse", "Il manque un « @ » dans l’adresse."),
    FieldError("code", "Ce code n’est pas le bon. Il vous reste 4 essais."),
    FieldError("mot", "Écrivez quelques mots."),
    FieldError("charte", "Cochez la case pour continuer."),
    FieldError("canal", "Choisissez un moyen de recevoir le code."),
    FieldError("", "Le portail est très demandé : réessayez dans une minute."),
)


@cache
def specimen_pages() -> Pages:
    return Pages(
        package="tests.unit.pages.specimen",
        assets_path=ASSETS,
        tutorial_url="https://tutoriel.example/premiere-connexion",
    )


@cache
def specimen_app() -> FastAPI:
    pages = specimen_pages()
    return service_app("specimen", health=Health(), routers=[_router(pages), _ends()], pages=pages)


def _router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/connexion")
    async def sign_in(request: Request) -> Response:
        return pages.page(request, "sign_in.html", errors=(), identifiant="")

    @router.post("/connexion")
    async def signed_in(request: Request) -> Response:
        form = await read_form(request, "identifiant", "mot_de_passe")
        if form["mot_de_passe"] == "juste":
            return pages.see_other("/planche", said="saved")
        errors = (FieldError("mot_de_passe", "Identifiant ou mot de passe à revoir."),)
        return pages.page(request, "sign_in.html", 422, errors=errors, identifiant=form["identifiant"])

    @router.get("/etape")
    async def step(request: Request, fautes: bool = False) -> Response:
        errors = (FieldError("mot_de_passe", "Il manque un chiffre."),) if fautes else ()
        return pages.page(request, "wizard.html", person=INES, rules=RULES, errors=errors)

    @router.get("/planche")
    async def parts(request: Request, fautes: bool = False, nom: str = HOSTILE) -> Response:
        errors = ERRORS if fautes else ()
        person = LONG if nom == "long" else INES
        return pages.page(
            request, "parts_of_all_kinds.html", person=person, name=nom, errors=errors, steps=STEPS
        )

    @router.get("/bureau")
    async def desk(request: Request) -> Response:
        pupil = ["DURAND Inès", "ines.durand", "i•••@example.org", "terminée", "Fiche"]
        rows = [pupil, [HOSTILE, "x" * 60, "aucune", "à faire", "Fiche"], *[pupil] * 4]
        return pages.page(request, "desk.html", person=LONG, rows=rows)

    @router.post("/envoi")
    async def sent(request: Request) -> dict[str, str | list[str]]:
        form = await read_form(request, "adresse", optional=("charte", "pays", "mot"), many=("canal",))
        return {"adresse": form["adresse"], "charte": form["charte"], "canal": list(form.all("canal"))}

    return router


def _ends() -> APIRouter:
    """Requests that are not carried out."""
    router = APIRouter()

    @router.get("/refus/{status}")
    async def refused(status: int) -> None:
        raise ProblemError(status, "refused", "Not today.", headers={"Retry-After": "30"}, secret="s3cr3t")

    @router.get("/inachevee")
    async def unfinished() -> None:
        raise PageProblem(
            403,
            "first_connection_unfinished",
            "The first connection is not over.",
            next_step="/etape",
            step="charter",
        )

    @router.get("/ailleurs")
    async def elsewhere() -> None:
        raise SeeOther("/connexion?suite=/planche")

    @router.get("/cassee")
    async def broken() -> None:
        raise RuntimeError("sonia@example.org")

    return router
