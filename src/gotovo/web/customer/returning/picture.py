"""Pictures that buyers send: made anew, so that nothing but what is seen stays in them.

A photograph tells where and when it was taken and by which device; a file may be a picture and
something else at once. What is kept is drawn from the pixels alone.
"""

import struct
import zlib
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

SIDE_MAX: Final = 1600
"""Pixels: enough to see a scratch, and about 300 kB."""

PIXELS_MAX: Final = 64_000_000
"""Telephones make up to 50 million; what is larger than this is made to exhaust memory."""

_PIXELS_MAX_UNSCALED = 25_000_000  # PNG and WebP can't be decoded at a smaller size.
_QUALITY = 80
_SIGNATURES: Final = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError)


def remade(sent: bytes) -> bytes | None:
    """Return a JPEG of what is seen on a JPEG, PNG or WebP; None for anything else."""
    kind = _kind(sent)
    if kind is None:
        return None
    try:
        with Image.open(BytesIO(sent), formats=[kind]) as picture:
            return _drawn(picture, kind)
    except (*_BROKEN, Image.DecompressionBombError):
        return None


def _drawn(picture: Image.Image, kind: str) -> bytes | None:
    most = PIXELS_MAX if kind == "JPEG" else _PIXELS_MAX_UNSCALED
    if picture.width * picture.height > most:
        return None
    picture.draft("RGB", (SIDE_MAX, SIDE_MAX))
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((SIDE_MAX, SIDE_MAX))
    seen = turned.convert("RGBA")
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen.getchannel("A"))
    made = BytesIO()
    sheet.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()


def _kind(sent: bytes) -> str | None:
    """Return what the first bytes say it is; names and types that a browser sends may lie."""
    if sent.startswith(b"RIFF") and sent[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for begins, kind in _SIGNATURES if sent.startswith(begins)), None)
