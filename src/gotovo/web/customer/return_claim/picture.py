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

_DECODED_PIXELS_MAX: Final = {"JPEG": 25_000_000, "PNG": 25_000_000, "WEBP": 12_000_000}
"""Pixels in memory at once: a JPEG is decoded at an eighth of its size, a WebP takes twice."""

_SCANS_MAX: Final = 64
"""A progressive JPEG has about ten; each goes over all pixels, and one can stand there a thousand
times in a small file."""

_QUALITY = 80
_SCAN: Final = b"\xff\xda"
_SIGNATURES: Final = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError)


def remade(sent: bytes) -> bytes | None:
    """Return a JPEG of what is seen on a JPEG, PNG or WebP; None for anything else."""
    kind = _kind(sent)
    if kind is None or (kind == "JPEG" and sent.count(_SCAN) > _SCANS_MAX):
        return None
    try:
        with Image.open(BytesIO(sent), formats=[kind]) as picture:
            return _drawn(picture, kind)
    except (*_BROKEN, Image.DecompressionBombError):
        return None


def _drawn(picture: Image.Image, kind: str) -> bytes | None:
    if picture.width * picture.height > PIXELS_MAX:
        return None
    picture.draft("RGB", (SIDE_MAX, SIDE_MAX))
    if picture.width * picture.height > _DECODED_PIXELS_MAX[kind]:
        return None
    picture.thumbnail((SIDE_MAX, SIDE_MAX))
    ImageOps.exif_transpose(picture, in_place=True)
    seen = picture.convert("RGBA")
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
