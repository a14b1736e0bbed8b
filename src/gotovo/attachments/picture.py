"""Pictures are redrawn, so that nothing but their pixels is stored.

The metadata of a photograph tells where, when and by which device it was taken, and a file can be a
picture and something else at once.
"""

import struct
import zlib
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from gotovo.store.tables.attachments.attachment import AttachmentContent, AttachmentType

SIDE_MAX: Final = 1600
"""Pixels: enough to see a scratch, and about 300 kB."""

THUMBNAIL_SIDE_MAX: Final = 320
"""Pixels: a row of a list on a screen that has three for one, and about 15 kB."""

PIXELS_MAX: Final = 64_000_000
"""Phones make up to 50 million; a larger picture is made to exhaust memory."""

_DECODED_PIXELS_MAX: Final = {"JPEG": 25_000_000, "PNG": 25_000_000, "WEBP": 12_000_000}
"""Pixels in memory at once: a JPEG is decoded at an eighth of its size, a WebP takes twice."""

_SCANS_MAX: Final = 64
"""A progressive JPEG has about ten. Each passes over all pixels, and a small file can repeat one a
thousand times."""

_QUALITY: Final = 80
"""With 70 the print of a label gets blurred edges; 85 takes a fifth more bytes and shows no more.
WebP takes half the bytes and thirteen times the processor: docs/decisions/0064."""

_THUMBNAIL_QUALITY: Final = 70
_SCAN: Final = b"\xff\xda"
_SIGNATURES: Final = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError)


def redraw(sent: bytes) -> AttachmentContent | None:
    """Return a new JPEG of a JPEG, PNG or WebP, with a thumbnail; None for anything else."""
    kind = _kind(sent)
    if kind is None or (kind == "JPEG" and sent.count(_SCAN) > _SCANS_MAX):
        return None
    try:
        with Image.open(BytesIO(sent), formats=[kind]) as picture:
            sheet = _drawn(picture, kind)
    except (*_BROKEN, Image.DecompressionBombError):
        return None
    return None if sheet is None else _content(sheet, _jpeg(sheet, _QUALITY))


def as_stored(jpeg: bytes) -> AttachmentContent:
    """Return a JPEG that was redrawn before as it is, with a thumbnail.

    Without one and without sides where it can't be read, so that nothing of it is lost.
    """
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
            return _content(picture.convert("RGB"), jpeg)
    except (*_BROKEN, Image.DecompressionBombError):
        return AttachmentContent(type=AttachmentType.JPEG, content=jpeg)


def _drawn(picture: Image.Image, kind: str) -> Image.Image | None:
    if picture.width * picture.height > PIXELS_MAX:
        return None
    picture.draft("RGB", (SIDE_MAX, SIDE_MAX))
    if picture.width * picture.height > _DECODED_PIXELS_MAX[kind]:
        return None
    picture.thumbnail((SIDE_MAX, SIDE_MAX))
    ImageOps.exif_transpose(picture, in_place=True)
    pixels = picture.convert("RGBA")
    sheet = Image.new("RGB", pixels.size, "white")
    sheet.paste(pixels, mask=pixels.getchannel("A"))
    return sheet


def _content(sheet: Image.Image, jpeg: bytes) -> AttachmentContent:
    width, height = sheet.size
    small = sheet.copy()
    small.thumbnail((THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX))
    return AttachmentContent(
        type=AttachmentType.JPEG,
        content=jpeg,
        thumbnail=_jpeg(small, _THUMBNAIL_QUALITY),
        width=width,
        height=height,
    )


def _jpeg(sheet: Image.Image, quality: int) -> bytes:
    jpeg = BytesIO()
    sheet.save(jpeg, "JPEG", quality=quality, optimize=True)
    return jpeg.getvalue()


def _kind(sent: bytes) -> str | None:
    """Return the format by the first bytes; names and types sent by a browser may be wrong."""
    if sent.startswith(b"RIFF") and sent[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for begins, kind in _SIGNATURES if sent.startswith(begins)), None)
