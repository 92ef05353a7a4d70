"""The colours of the portal, computed from its style sheet: text at 4.5 to 1, lines and icons at 3 (WCAG 1.4.3, 1.4.11)."""

import re
from importlib.resources import files

import pytest

CSS = (files("shared.kit.web") / "assets" / "tokens.css").read_text(encoding="utf-8")
TEXT, LINE = 4.5, 3.0
ON_EVERY_GROUND = ("page", "surface")
PAIRS = [
    *(
        (ink, ground, TEXT)
        for ink in ("text", "soft", "primary", "primary-strong")
        for ground in ON_EVERY_GROUND
    ),
    *((ink, ground, TEXT) for ink in ("success", "danger", "warning") for ground in ON_EVERY_GROUND),
    *((kind, f"{kind}-tint", TEXT) for kind in ("success", "danger", "warning", "information")),
    *(("text", f"{kind}-tint", TEXT) for kind in ("success", "danger", "warning", "information")),
    *(("primary", f"{kind}-tint", TEXT) for kind in ("success", "danger", "warning", "information")),
    ("soft", "information-tint", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    *(("border", ground, LINE) for ground in ON_EVERY_GROUND),
]
PRINTED = {
    "light": {
        "page": "#f4f6fa",
        "surface": "#ffffff",
        "text": "#1b2440",
        "soft": "#4a5570",
        "primary": "#1d4f91",
        "on-primary": "#ffffff",
        "success": "#0b6e55",
        "success-tint": "#e4f4ee",
        "danger": "#a8231c",
        "danger-tint": "#fdeceb",
        "warning": "#7a5200",
        "warning-tint": "#fff4d6",
        "information": "#1d4f91",
        "information-tint": "#e8f0fb",
        "border": "#7c88a1",
    },
    "dark": {
        "page": "#10151f",
        "surface": "#1a2232",
        "text": "#e8ecf4",
        "soft": "#aab4c8",
        "primary": "#9cc1f8",
        "on-primary": "#10151f",
        "success": "#66d3b2",
        "danger": "#ffa79e",
        "warning": "#f3c969",
        "information": "#9cc1f8",
        "border": "#71809c",
    },
}


def colours() -> dict[str, dict[str, str]]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    return {"light": _named(light), "dark": _named(dark)}


def _named(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_what_is_shown_can_be_read(scheme: str, ink: str, ground: str, least: float) -> None:
    named = colours()[scheme]

    assert contrast(named[ink], named[ground]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_are_those_that_were_chosen(scheme: str) -> None:
    named = colours()[scheme]

    assert {name: named[name] for name in PRINTED[scheme]} == PRINTED[scheme]


def test_both_schemes_name_the_same_colours() -> None:
    assert colours()["light"].keys() == colours()["dark"].keys()


@pytest.mark.parametrize("sheet", ["page.css", "parts.css"])
def test_a_sheet_takes_its_colours_from_the_tokens(sheet: str) -> None:
    css = (files("shared.kit.web") / "assets" / sheet).read_text(encoding="utf-8")

    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", css) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", css)) <= colours()["light"].keys() | {"shadow"}


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("sheet", ["page.css", "parts.css", "tokens.css"])
def test_nothing_ever_covers_anything(sheet: str) -> None:
    css = (files("shared.kit.web") / "assets" / sheet).read_text(encoding="utf-8")

    assert re.findall(r"position: (?:fixed|sticky)|z-index", css) == []


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
