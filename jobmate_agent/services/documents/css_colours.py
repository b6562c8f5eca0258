"""Colours as style sheets write them. Source: https://www.w3.org/TR/css-color-4/"""

from __future__ import annotations

import colorsys
import re
from typing import NamedTuple

from reportlab.lib.colors import getAllNamedColors

LEAST_CONTRAST = 20
"""Steps of 255 in one colour at least, for text to show on its ground."""
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,100})\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_DEGREES = {"deg": 1.0, "grad": 0.9, "rad": 57.29578, "turn": 360.0, "": 1.0}
_AMOUNT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(%|deg|grad|rad|turn)?")


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255, and ``alpha`` from 0 (transparent) to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: Colour) -> Colour:
        """This colour as it looks on an opaque ``ground``."""
        return Colour(
            *(mine * self.alpha + its * (1 - self.alpha) for mine, its in zip(self[:3], ground, strict=False))
        )

    def is_like(self, other: Colour) -> bool:
        """Whether nobody can tell one from the other."""
        return all(abs(mine - its) < LEAST_CONTRAST for mine, its in zip(self[:3], other[:3], strict=True))


WHITE = Colour(255, 255, 255)
TRANSPARENT = Colour(0, 0, 0, 0)


def colour(text: str) -> Colour | None:
    """The colour that ``text`` writes: by name, ``#rrggbb``, ``rgb()`` or ``hsl()``; None for anything else."""
    text = text.strip().lower()
    if text == "transparent":
        return TRANSPARENT
    if _HEX.fullmatch(text):
        digits = text[1:] if len(text) > 5 else "".join(2 * digit for digit in text[1:])
        red, green, blue, alpha = (int(f"{digits}ff"[at : at + 2], 16) for at in (0, 2, 4, 6))
        return Colour(red, green, blue, alpha / 255)
    if found := _FUNCTION.fullmatch(text):
        return _of_function(found[1], [part for part in re.split(r"[\s,/]+", found[2]) if part])
    named = getAllNamedColors().get(text)
    return None if named is None else Colour(*(255 * part for part in named.rgb()))


def _of_function(space: str, parts: list[str]) -> Colour | None:
    amounts = [_AMOUNT.fullmatch(part) for part in parts]
    if len(amounts) not in {3, 4}:
        return None
    numbers: list[tuple[float, str]] = []
    for amount in amounts:
        if amount is None:
            return None
        numbers.append((float(amount[1]), amount[2] or ""))
    alpha = _share(*numbers[3], whole=1) if len(numbers) == 4 else 1.0
    if space == "rgb":
        red, green, blue = (_share(*number, whole=255) for number in numbers[:3])
        return Colour(255 * red, 255 * green, 255 * blue, alpha)
    turn = numbers[0][0] * _DEGREES.get(numbers[0][1], 1.0) / 360 % 1
    saturation, lightness = (_share(*number, whole=100) for number in numbers[1:3])
    red, green, blue = colorsys.hls_to_rgb(turn, lightness, saturation)
    return Colour(255 * red, 255 * green, 255 * blue, alpha)


def _share(number: float, unit: str, *, whole: float) -> float:
    return min(1.0, max(0.0, number / (100 if unit == "%" else whole)))
