"""The app's icon, drawn by this file: a tick, white on green, at whatever size a system asks for.

No picture lies in the repository, so the mark is changed in one place. Each dot's share of the tick
and of the rounded square is taken from its distance to their edges, which is smooth enough.
"""

import struct
import zlib
from functools import lru_cache
from itertools import pairwise
from typing import Final

Point = tuple[float, float]

GREEN: Final = (0x0E, 0x5C, 0x49)
WHITE: Final = (0xFF, 0xFF, 0xFF)

_SIDE = 32.0  # The mark is drawn on 32 by 32, as the one at the head of the pages.
_TICK: Final[tuple[Point, ...]] = ((9.0, 16.5), (14.0, 21.5), (23.0, 10.5))
_STROKE = 3.5
_RADIUS = 8.0
_SAFE = 0.75  # A system may cut a maskable icon to a circle of four fifths of its side.
_SHADES = 32  # Steps between inside and outside; more than the eye tells on one edge.


def icon_svg() -> bytes:
    """Return the icon as SVG."""
    points = " ".join(f"{x:g} {y:g}" for x, y in _TICK)
    green = "#{:02x}{:02x}{:02x}".format(*GREEN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE:g} {_SIDE:g}">'
        f'<rect width="{_SIDE:g}" height="{_SIDE:g}" rx="{_RADIUS:g}" fill="{green}"/>'
        f'<path d="M{points}" fill="none" stroke="#fff" stroke-width="{_STROKE:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()


@lru_cache(maxsize=8)
def icon_png(side: int, *, full: bool) -> bytes:
    """Return the icon as PNG; a full one reaches into the corners, for systems that cut it."""
    size = _SAFE if full else 1.0
    rows = [bytes(_row(y, side, size, full=full)) for y in range(side)]
    return _png(side, rows)


def _row(y: int, side: int, size: float, *, full: bool) -> list[int]:
    """Return the colours of one row: numbers in the palette."""
    scale = side / _SIDE
    row = [_SHADES - 1] * side
    corner = 0 if full else int(_RADIUS * scale)
    if y < corner or y >= side - corner:
        for x in range(corner):
            row[x] = row[-1 - x] = _shade(_square(x, y, side))
    middle = _SIDE / 2
    v = ((y + 0.5) / scale - middle) / size + middle
    left, right, top, bottom = _tick_box()
    if not top <= v <= bottom:
        return row
    first = int(((left - middle) * size + middle) * scale)
    last = int(((right - middle) * size + middle) * scale)
    for x in range(first, last + 1):
        u = ((x + 0.5) / scale - middle) / size + middle
        inside = (_STROKE / 2 - _distance(u, v)) * size * scale + 0.5
        if inside > 0:
            row[x] = _SHADES + _shade(inside)
    return row


def _square(x: int, y: int, side: int) -> float:
    """Return how far a dot is inside the rounded square."""
    radius = _RADIUS * side / _SIDE
    dx = max(radius - x - 0.5, x + 0.5 - (side - radius), 0.0)
    dy = max(radius - y - 0.5, y + 0.5 - (side - radius), 0.0)
    return 1.0 if not (dx and dy) else radius - (dx * dx + dy * dy) ** 0.5 + 0.5


def _distance(u: float, v: float) -> float:
    """Return how far a place is from the middle of the tick's stroke."""
    nearest = _SIDE
    for (ax, ay), (bx, by) in pairwise(_TICK):
        dx, dy = bx - ax, by - ay
        along = ((u - ax) * dx + (v - ay) * dy) / (dx * dx + dy * dy)
        along = min(max(along, 0.0), 1.0)
        nearest = min(nearest, ((u - ax - along * dx) ** 2 + (v - ay - along * dy) ** 2) ** 0.5)
    return nearest


def _tick_box() -> tuple[float, float, float, float]:
    """Return between what columns and rows the tick is, its edge included."""
    reach = _STROKE / 2 + 1
    xs, ys = [x for x, _ in _TICK], [y for _, y in _TICK]
    return min(xs) - reach, max(xs) + reach, min(ys) - reach, max(ys) + reach


def _shade(inside: float) -> int:
    return round(min(max(inside, 0.0), 1.0) * (_SHADES - 1))


def _png(side: int, rows: list[bytes]) -> bytes:
    """Return a PNG (RFC 2083) of palette numbers: green by how opaque, then green to white."""
    blend = [
        bytes(round(g + (w - g) * i / (_SHADES - 1)) for g, w in zip(GREEN, WHITE, strict=True))
        for i in range(_SHADES)
    ]
    alpha = bytes(round(255 * i / (_SHADES - 1)) for i in range(_SHADES))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(GREEN) * _SHADES + b"".join(blend)),
        (b"tRNS", alpha),
        (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
