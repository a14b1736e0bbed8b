"""The store of attachments over a database, and files as people and attackers send them."""

import struct
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

import asyncpg
from PIL import Image

from gotovo.attachments.attachments import Attachments, DrawingQueue, Quotas
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.attachments.attachments import AttachmentStore

CAMERA = "Camera of Alina"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def attachments_at(pool: "asyncpg.Pool[Any]", clock: Callable[[], datetime]) -> Attachments:
    """Return the store over a database."""
    quotas = Quotas(RateLimitStore(pool), lambda: b"key of limits")
    return Attachments(AttachmentStore(pool), quotas, DrawingQueue(), clock)


def photo(kind: str = "JPEG", size: tuple[int, int] = (2400, 1200), colour: str = "teal") -> bytes:
    """Return a picture that says which camera took it."""
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, kind, exif=exif)
    return made.getvalue()


@cache
def hostile_files() -> Mapping[str, bytes]:
    """Return files that pass for a picture or a PDF, by what is wrong with them."""
    jpeg, png, webp = (photo(kind, (300, 200)) for kind in ("JPEG", "PNG", "WEBP"))
    return {
        "nothing": b"",
        "text": "фото".encode(),
        "html": b"<!doctype html><script>alert(1)</script>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "gif": b"GIF89a" + bytes(40),
        "zip": b"PK\x03\x04" + bytes(40),
        "program": b"MZ" + bytes(200),
        "tiff": b"II*\x00" + bytes(40),
        "heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
        "avif": b"\x00\x00\x00\x18ftypavif" + bytes(40),
        "the first bytes of a jpeg": b"\xff\xd8\xff",
        "a truncated jpeg": jpeg[: len(jpeg) // 3],
        "a truncated png": png[: len(png) // 2],
        "a truncated webp": webp[: len(webp) // 2],
        "a png of too many pixels": _png_header(60_000, 60_000),
        "a png with a negative side": _png_header(2**31 + 5, 5),
        "a pdf without an end": PDF.removesuffix(b"%%EOF\n"),
        "an archive before a pdf": b"PK\x03\x04" + PDF,
        "html before a pdf": b"<html>" + PDF,
        "a pdf before an archive": PDF + b"PK\x03\x04" + bytes(2_000),
    }


def _png_header(width: int, height: int) -> bytes:
    """Return the beginning of a PNG that claims to be so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000))
    chunks = (header, b"IDAT" + body, b"IEND")
    packed = [struct.pack(">I", len(x) - 4) + x + struct.pack(">I", zlib.crc32(x)) for x in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
