"""The icon of the app, a white tick on green: as SVG, and as PNG of any size."""

from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Final

GREEN: Final = "#0e5c49"
WHITE: Final = "#ffffff"

_SIDE: Final = 32  # The unit of the drawing, which is the mark in the header of the pages.
_TICK: Final = ((9.0, 16.5), (14.0, 21.5), (23.0, 10.5))
_STROKE: Final = 3.5
_RADIUS: Final = 8.0
_SAFE_ZONE: Final = 0.75  # A system may cut a maskable icon to a circle of 80 % of its side.
_DABS: Final = 400  # Of the brush on each of the two strokes.
_OVERSAMPLING: Final = 4  # Pillow draws hard edges; scaling down smooths them.


def icon_svg() -> bytes:
    """Return the icon as SVG."""
    points = " ".join(f"{x:g} {y:g}" for x, y in _TICK)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" rx="{_RADIUS:g}" fill="{GREEN}"/>'
        f'<path d="M{points}" fill="none" stroke="{WHITE}" stroke-width="{_STROKE:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()


@lru_cache(maxsize=8)
def icon_png(side: int, *, maskable: bool) -> bytes:
    """Return the icon as PNG; a maskable one fills its corners, for systems that cut it."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  (few draw: it takes 4 MB)

    large = side * _OVERSAMPLING
    scale = large / _SIDE
    image = Image.new("RGBA", (large, large), GREEN if maskable else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if not maskable:
        draw.rounded_rectangle((0, 0, large - 1, large - 1), _RADIUS * scale, GREEN)
    size = scale * (_SAFE_ZONE if maskable else 1.0)
    middle = large / 2
    for (ax, ay), (bx, by) in pairwise(_TICK):
        for share in (i / _DABS for i in range(_DABS + 1)):  # A round brush: `line` has flat ends.
            x, y = ax + (bx - ax) * share, ay + (by - ay) * share
            centre = middle + (x - _SIDE / 2) * size, middle + (y - _SIDE / 2) * size
            draw.circle(centre, _STROKE * size / 2, WHITE)
    icon = image.resize((side, side), Image.Resampling.LANCZOS).quantize(64)
    encoded = BytesIO()
    icon.save(encoded, "PNG", optimize=True)
    return encoded.getvalue()
