"""The table of territories, read from `territories.toml` beside this file."""

import tomllib
from functools import cache
from importlib import resources

from auth.domain.territories import Territories, Territory, words

PREFIX_DIGITS = 3


@cache
def read_territories() -> Territories:
    """The table as it is delivered with the package."""
    text = resources.files("auth.adapters").joinpath("territories.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    odd: dict[str, str] = table["prefixes"]
    by_prefix = {}
    academies = {}
    for academie in table["academies"]:
        for name in (academie["name"], *academie.get("also", ())):
            academies[words(name)] = academie["name"]
        for code in academie["departements"]:
            by_prefix[odd.get(code, code.zfill(PREFIX_DIGITS))] = Territory(
                departement=code, academie=academie["name"], region=academie["region"]
            )
    kinds = [(phrase, row["kind"]) for row in table["kinds"] for phrase in row["phrases"]]
    return Territories(by_prefix=by_prefix, academies=academies, kinds=kinds)
