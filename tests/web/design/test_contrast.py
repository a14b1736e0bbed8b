"""What is written can be read: the contrast of every pair of colours, computed from the tokens.

The figures are those of WCAG 2.2: 4.5 for text (1.4.3, AA), 7 where a person asks for more
contrast (1.4.6, AAA), 3 for what has to be seen to be used (1.4.11).
"""

import re
from collections.abc import Mapping
from importlib import resources
from itertools import product
from pathlib import Path

import pytest

from gotovo.web.design.stylesheet import FILES, STAFF_FILES, read_stylesheet

DESIGN = Path(str(resources.files("gotovo.web.design")))
THEMES = ("light", "dark", "light high", "dark high")

GROUNDS = ("paper", "sheet", "sunk")
TONES = ("pay", "work", "ready", "done", "bad")

TEXTS = (
    *product(("ink", "ink-soft"), GROUNDS),
    *product(("accent", "accent-strong"), ("paper", "sheet")),
    *product(("bad", "ready"), ("paper", "sheet")),
    *product(("ink", "ink-soft"), [f"{tone}-soft" for tone in TONES]),
    *((tone, f"{tone}-soft") for tone in TONES),
    *product(TONES, ("sheet",)),
    *(("sheet", tone) for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-ticket", "ticket"),
)
"""Each pair of a text and its ground that the stylesheet makes."""

EDGES = (*product(("edge", "accent"), ("paper", "sheet")),)
"""What shows where a field is, and where the focus is."""

EXCEPT = {"tokens.css", "print.css", "phone.css", "sharing.css"}
"""Paper, the frame of the demo's handset, and the white ground that a camera asks of a QR code."""


def themes() -> Mapping[str, Mapping[str, str]]:
    """Return the colours of each theme; each block of the file adds to the ones before it."""
    source = DESIGN.joinpath("foundation/tokens.css").read_text("utf-8")
    blocks = [
        dict(_colours(block)) for block in re.findall(r":root \{(.*?)\n  *\}", source, re.DOTALL)
    ]
    light, dark, high, dark_high = blocks
    return dict(
        zip(THEMES, (light, light | dark, light | high, light | high | dark_high), strict=True)
    )


def _colours(block: str) -> list[tuple[str, str]]:
    return re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0..1, of a colour like #0b5d47."""
    dependencies = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in dependencies]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return how much two colours differ, 1..21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_computation_agrees_with_published_figures() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_its_ground(theme: str) -> None:
    colours = themes()[theme]
    least = 7 if theme.endswith("high") else 4.5
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXTS}
    assert {pair: round(said, 2) for pair, said in found.items() if said < least} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_fields_and_focus_can_be_seen(theme: str) -> None:
    colours = themes()[theme]
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in EDGES}
    assert {pair: round(said, 2) for pair, said in found.items() if said < 3} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_names_every_colour(theme: str) -> None:
    blocks = themes()
    assert set(blocks[theme]) == set(blocks["light"])


def test_colours_stand_among_the_tokens_only() -> None:
    """A colour written elsewhere would escape the computation."""
    found = {
        file.name: re.findall(r"#[0-9a-f]{3,8}\b(?=[;, )])", file.read_text("utf-8"))
        for file in stylesheets()
        if file.name not in EXCEPT
    }
    assert {name: colours for name, colours in found.items() if set(colours) - {"#000"}} == {}


def stylesheets() -> list[Path]:
    return sorted(DESIGN.rglob("*.css"))


def test_every_part_is_in_the_stylesheet() -> None:
    known = {*FILES, *STAFF_FILES}
    assert {str(file.relative_to(DESIGN)) for file in stylesheets()} == known


def test_the_stylesheet_stays_small() -> None:
    assert len(read_stylesheet().body) < 46_000
