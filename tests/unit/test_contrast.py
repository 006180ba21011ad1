"""The stylesheet's colours can be read: WCAG contrast of every pair of tokens that meet on a page."""

import csv
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
SITE = ROOT / "static" / "css" / "site.css"
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")

TEXT = [
    *((text, ground) for text in ("ink", "quiet") for ground in ("paper", "card", "wash")),
    *(("ink", wash) for wash in ("red-wash", "green-wash")),
    *((accent, ground) for accent in ("blue", "green", "red") for ground in ("paper", "card")),
    ("blue", "wash"),
    ("blue-pressed", "paper"),
    ("paper", "ink"),
    ("on-blue", "blue"),
    ("on-blue", "blue-pressed"),
    ("on-green", "green"),
    ("on-red", "red"),
    ("on-taxi", "taxi"),
    ("on-sign", "sign"),
    ("sign-quiet", "sign"),
    ("taxi", "sign"),
    *((f"on-route-{n}", f"route-{n}") for n in range(8)),
]
NOT_TEXT = [
    *((mark, ground) for mark in ("edge", "blue", "green", "red", "ring") for ground in ("paper", "card", "wash")),
    ("green", "red-wash"),
    ("red", "red-wash"),
    ("green", "green-wash"),
    ("ring", "red-wash"),
    ("taxi", "sign"),
    *(
        ("blue", f"map-{land}")
        for land in ("bronx", "brooklyn", "manhattan", "queens", "staten-island", "other", "water")
    ),
]


def palettes() -> dict[str, dict[str, str]]:
    """Tokens by day, and by night: the day's with the night's over them."""
    css = SITE.read_text()
    head, dark = css[: css.index("@layer reset {")].split("@media (prefers-color-scheme: dark)")
    light = dict(TOKEN.findall(head))
    return {"light": light, "dark": light | dict(TOKEN.findall(dark))}


def luminance(colour: str) -> float:
    """WCAG's relative luminance of #rrggbb."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(mode: str, text: str, ground: str) -> None:
    tokens = palettes()[mode]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), NOT_TEXT)
def test_edges_and_marks_can_be_seen(mode: str, mark: str, ground: str) -> None:
    tokens = palettes()[mode]
    assert contrast(tokens[mark], tokens[ground]) >= 3


def category_colours() -> list[str]:
    """The colours that the catalogue's categories have."""
    with (ROOT / "instructors" / "data" / "categories.tsv").open(newline="") as file:
        return [row["colour"] for row in csv.DictReader(file, delimiter="\t")]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("colour", category_colours())
def test_the_letter_of_a_category_can_be_read_on_its_disc(mode: str, colour: str) -> None:
    (rule,) = re.findall(rf"\.route-{colour} {{([^}}]*)}}", SITE.read_text())
    disc, letter = (
        palettes()[mode][re.findall(rf"--{name}: var\(--([\w-]+)\)", rule)[0]] for name in ("disc", "on-disc")
    )
    assert contrast(letter, disc) >= 4.5


def test_black_on_white_is_the_known_ratio() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
